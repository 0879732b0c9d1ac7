"""What is wrong with one recorded event: the row against its leaf, the leaf against what it commits to.

Each check answers with the name of what does not fit, or None; `ledger.what.<name>` words it. Nothing is read here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from engine.audit_facts import Fact, is_fitting
from engine.core.errors import BadRequest
from engine.core.proof import commitment, leaf, merkle
from engine.core.proof.evidence import inputs_root

SUBMITTED, REASSIGNED, STARTED = "form.submitted", "case.reassigned", "case.started"
HANDED_OVER, GIVEN_BACK, LINKED = "case.handed_over", "case.given_back", "case.linked"
ERASED = "record.erased"
UNKNOWN = ("system", "public")  # who acts without being a person that is known
# Columns that repeat the leaf, with the leaf's name for each.
REPEATED = {
    "stream": "stream",
    "seq": "seq",
    "ref": "ref",
    "kind": "kind",
    "at": "at",
    "actor_ref": "by",
    "role": "role",
    "n": "n",
    "from_state": "from",
    "to_state": "to",
    "transition": "transition",
}


@dataclass(frozen=True, slots=True)
class Before:
    """Where a stream stands before the next event: number and hash of the last one, and for a case its fold."""

    seq: int = 0
    leaf_hash: bytes | None = None
    n: int = 0
    state: str | None = None


def after(before: Before, row: Any) -> Before:
    """Where the stream stands once this event counts."""
    if row.n is None:
        return Before(row.seq, row.leaf_hash, before.n, before.state)
    return Before(row.seq, row.leaf_hash, row.n, row.to_state)


def wrong_with_event(row: Any, before: Before) -> str | None:
    """The first thing wrong with an event on its own and in its place, or None."""
    if row.seq != before.seq + 1:
        return "gap"
    if merkle.leaf_hash(bytes(row.leaf)) != row.leaf_hash:
        return "leaf_hash"
    if row.prev_hash != before.leaf_hash:
        return "link"
    document = leaf.decode(row.leaf)
    if document is None or document.get("v") != leaf.VERSION:
        return "leaf"
    return next((what for check in CHECKS if (what := check(row, document, before)) is not None), None)


def _columns(row: Any, document: Mapping[str, Any], before: Before) -> str | None:
    if document.get("prev") != (before.leaf_hash.hex() if before.leaf_hash else None):
        return "link"
    if any(getattr(row, column) != document.get(name) for column, name in REPEATED.items()):
        return "columns"
    if row.actor_of_id is None if row.actor_id is not None else row.actor_ref not in UNKNOWN:
        return "actor"
    return "actor" if row.actor_of_id not in (None, row.actor_ref) else None


def _case(row: Any, document: Mapping[str, Any], before: Before) -> str | None:
    """An event of a case belongs to the case that its stream names, and a move takes up where the last one ended."""
    if not row.stream.startswith("case:"):
        return "case" if row.case_id is not None or row.n is not None else None
    if row.case_ref is None or row.stream != f"case:{row.case_ref}":
        return "case"
    if row.n is None:
        return None
    if document.get("case") != row.case_ref or document.get("definition") != row.case_definition:
        return "case"
    if row.kind == STARTED and document["public"] != _began(row):
        return "subject"
    return None if row.n == before.n + 1 and row.from_state == before.state else "step"


def _began(row: Any) -> dict[str, Any]:
    """What the first leaf of a case says: about what, where, and of the case that opened it."""
    found: dict[str, Any] = {"subject": row.subject_ref, "unit": row.unit_ref}
    if row.parent_ref is not None:
        found["parent"] = {"case": row.parent_ref, "event": row.parent_event, "link": row.parent_link}
    return found


def _linked(row: Any, document: Mapping[str, Any], before: Before) -> str | None:
    """The parent tells of each case that it opened: which, by which link, and by which first event of that one."""
    if row.kind != LINKED:
        return None if row.link_child is None else "linked"
    recorded = {
        "case": row.link_child,
        "event": row.link_started,
        "link": row.link_key,
        "part": row.link_part,
        "about": row.link_about,
    }
    return None if document["public"] == recorded and row.link_parent == row.case_id else "linked"


def _submission(row: Any, document: Mapping[str, Any], before: Before) -> str | None:
    if row.kind != SUBMITTED:
        return None if row.submission_ref is None else "submission"
    recorded = {
        "task": row.submission_task,
        "form": row.submission_form,
        "number": row.submission_number,
        "definition": row.submission_definition,
    }
    # The sender and the hour are the event's own; the root is what the leaf calls `data`.
    same = (row.submission_by, row.submission_at, row.submission_case) == (row.actor_ref, row.at, row.case_id)
    if document["public"] != recorded or not same or _hex(row.submission_root) != document["data"]:
        return "submission"
    if row.answers_body is None:
        return None if row.answers_erasure is not None else "answers_missing"
    found = _commitments(row.answers_seed, row.answers_body)
    return None if found is not None and commitment.root_of(found).hex() == document["data"] else "answers"


def _note(row: Any, document: Mapping[str, Any], before: Before) -> str | None:
    """The note hashes to what the leaf committed to, as a whole and for the inputs of each verdict."""
    if row.kind == SUBMITTED or document["data"] is None:
        if row.kind == STARTED and row.subject_title is not None:
            return "subject"
        return None if row.note_body is None else "note"
    if row.note_body is None:
        return None if row.note_erasure is not None else "note_missing"
    found = _commitments(row.note_seed, row.note_body)
    if found is None or commitment.root_of(found).hex() != document["data"]:
        return "note"
    if row.kind == STARTED and json.loads(row.note_body).get("title") != row.subject_title:
        return "subject"
    asked = enumerate(document.get("verdicts", ()))
    return "note" if any(verdict["inputs"] != inputs_root(index, found) for index, verdict in asked) else None


def _reassignment(row: Any, document: Mapping[str, Any], before: Before) -> str | None:
    if row.kind not in (REASSIGNED, HANDED_OVER, GIVEN_BACK):
        return None if row.named_role is None else "reassignment"
    recorded = {"role": row.named_role, "person": row.named_person}
    recorded |= {"from": row.named_from} if row.kind == HANDED_OVER else {}
    if (row.kind != HANDED_OVER and row.named_from is not None) or bool(row.named_back) != (row.kind == GIVEN_BACK):
        return "reassignment"
    return None if document["public"] == recorded and row.named_case == row.case_id else "reassignment"


CHECKS: tuple[Callable[[Any, Mapping[str, Any], Before], str | None], ...] = (
    _columns,
    _case,
    _submission,
    _note,
    _reassignment,
    _linked,
)


def results_of(row: Any) -> dict[str, Any]:
    """What an event's note says about results: key → {value, derivation digest}."""
    if row.note_body is None or '"result.' not in row.note_body:
        return {}
    fields = json.loads(row.note_body)
    return {path.removeprefix("result."): said for path, said in fields.items() if path.startswith("result.")}


def wrong_with_erasure(row: Any) -> str | None:
    """What does not fit about a leave to erase: its event must say the same, of that very record; or None."""
    if row.kind != ERASED or row.event_at != row.at:
        return "erasure"
    said = {"record": row.record, "requested_by": row.requested, "approved_by": row.approved}
    return None if leaf.public(row.leaf) == said else "erasure"


def is_same_result(stored: Any, said: Mapping[str, Any]) -> bool:
    """Whether a stored result is what the note committed to."""
    derivation = hashlib.sha256(stored.body.encode(errors="surrogateescape")).hexdigest()
    return bool(stored.value == said["value"] and derivation == said["derivation"])


def wrong_with_stream(last: Any, reached: Before) -> str | None:
    """What does not fit at the end of a stream: its head, and for a case its version and state; or None."""
    if (last.head_seq, last.head_hash) != (reached.seq, reached.leaf_hash):
        return "head"
    if last.case_id is not None and (last.case_version, last.case_state) != (reached.n, reached.state):
        return "state"
    return None


def wrong_with_body(row: Any) -> str | None:
    """What does not fit about a definition's body: its digest, its canonical form, its kind and key; or None."""
    body = row.body.encode(errors="surrogateescape")
    if hashlib.sha256(body).hexdigest() != row.digest:
        return "digest"
    document = leaf.decode(body)
    if document is None or (document.get("kind"), document.get("key")) != (row.kind, row.key):
        return "body"
    return None


def wrong_with_version(row: Any, versions: Mapping[str, Fact]) -> str | None:
    """What does not fit about a version, given what the events say of each by ref; or None."""
    if (row.body_kind, row.body_key) != (row.kind, row.key):
        return "body_of_version"
    fact = versions.get(row.ref)
    return None if fact and is_fitting(row, fact) else "version"


def _commitments(seed: bytes, body: str) -> dict[str, bytes] | None:
    """The commitments to each field of a stored body; None when it is not the canonical text of fields."""
    try:
        fields = json.loads(body)
        if not isinstance(fields, dict):
            return None
        sealed = commitment.seal(seed, fields)
        return dict(sealed.commitments) if sealed.body == body.encode() else None
    except (ValueError, RecursionError, BadRequest):
        return None


def _hex(value: bytes | None) -> str | None:
    return None if value is None else bytes(value).hex()
