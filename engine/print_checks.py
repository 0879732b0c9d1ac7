"""VERBS look, check, check_file: what somebody who holds a print may learn about it, without signing in.

Without the code on the paper: that such a print was made, of what, for which period, and whose initials. With it: the
figures as they were printed. A file is known by its SHA-256. Tries are counted and slowed.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Literal

from sqlalchemy import Connection

from engine import papers, snapshot
from engine.core.case import SYSTEM
from engine.core.errors import NotFound
from engine.core.messages import Message, Text
from engine.core.printing.seal import Figure, code, differing, from_fields, initials, is_same_code
from engine.core.times import to_datetime
from engine.runtime import Runtime
from engine.store.queries import attempts, history
from engine.store.queries import prints as queries
from engine.tries import count_try

REF_LENGTH, TAIL = 26, 4


@dataclass(frozen=True, slots=True)
class Known:
    """What anybody may know of a print whose reference he has. `is_current`: nothing it shows was changed since.

    `labels` name its figures; they are empty where the figures were erased.
    """

    ref: str
    what: Text | Message
    made: datetime
    period: tuple[date, date]
    initials: str
    tail: str
    is_current: bool
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check came to. `figures` only with the right code; `other`: the figures that the paper says otherwise.

    `genuine` says that every figure was read from the paper and is as it was printed; `right_code`, that some were not
    read, so that whoever holds the paper has to compare them.
    """

    verdict: Literal["genuine", "right_code", "altered", "wrong_code", "same_file", "other_file"]
    figures: tuple[Figure, ...] = ()
    other: tuple[str, ...] = ()


def look(rt: Runtime, ref: str) -> Known:
    """A print by its reference; NotFound when none was made under it."""
    with rt.db.read() as db:
        row = _row(db, ref)
        found = snapshot.load(rt, db, row.case_ref, SYSTEM, rt.clock())
        sent, results = papers.now(found, history.events(db, row.case_ref))
    said = json.loads(row.leaf)["public"]
    figures = () if row.note is None else from_fields(json.loads(row.note))
    current = all(sent.get(form) == submission for form, submission in said["forms"].items())
    current = current and all(results.get(key) == digest for key, digest in said["results"].items())
    return Known(
        ref=row.ref,
        what=papers.label(found, said["print"]),
        made=to_datetime(row.at),
        period=(date.fromisoformat(row.period_start), date.fromisoformat(row.period_end)),
        initials=initials(figures[0].text) if figures else "",
        tail=figures[1].text[-TAIL:] if len(figures) > 1 and figures[1].text.isdecimal() else "",
        is_current=current,
        labels=tuple(each.label for each in figures),
    )


def check(rt: Runtime, ref: str, typed: str, read: Sequence[str], address: str) -> Checked:
    """Compare a paper with what was printed: its code, and the figures that somebody read from it, in their order.

    Raises TooManyTries for who guesses codes, NotFound.
    """
    at = rt.clock()
    with rt.db.begin() as db:
        row = _row(db, ref)
        attempt = count_try(rt, db, ref, address, at, what="print check ")
        if row.note is None:
            return Checked("wrong_code")
        figures = from_fields(json.loads(row.note))
        document = json.loads(row.leaf)["public"]["document"]
        if not is_same_code(typed, code(row.seed, row.ref, document, figures)):
            return Checked("wrong_code")
        attempts.mark_succeeded(db, attempt)
    other = tuple(each.label for each in differing(figures, read))
    if other:
        return Checked("altered", figures, other)
    whole = len(read) >= len(figures) and all(text.strip() for text in read[: len(figures)])
    return Checked("genuine" if whole else "right_code", figures)


def check_file(rt: Runtime, ref: str, content: bytes) -> Checked:
    """Whether a file is, byte for byte, the one that was made under this reference."""
    with rt.db.read() as db:
        said = json.loads(_row(db, ref).leaf)["public"]
    same = hmac.compare_digest(sha256(content).hexdigest(), said["file"])
    return Checked("same_file" if same else "other_file")


def _row(db: Connection, ref: str) -> Any:
    known = len(ref) == REF_LENGTH and ref.isascii() and ref.isalnum()
    row = queries.by_ref(db, ref) if known else None
    if row is None:
        raise NotFound(Message("print.not_found"))
    return row
