"""VERBS print_case, print_submission: a PDF with a reference, remembered. Whether one is genuine is print_checks.py's.

A print is an event of its case: the leaf holds the digest of what is printed and of the file, the note its figures.
The same print asked for again by the same person is the same file under the same reference. How a print proves itself
stands in docs/prints.md.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from engine import papers, snapshot
from engine.core.case import Actor
from engine.core.errors import NotFound
from engine.core.filling import forms
from engine.core.filling.formviews import to_read
from engine.core.messages import Message, readable
from engine.core.printing.seal import as_fields, code, digest_of
from engine.core.printing.wording import Voice
from engine.core.times import to_datetime
from engine.papers import Draft
from engine.runtime import Runtime
from engine.snapshot import Snapshot
from engine.store import apply_prints
from engine.store.apply_events import Private
from engine.store.queries import history
from engine.store.queries import prints as queries
from engine.store.refs import new_ref

SHORT, DIGITS = 8, 16


@dataclass(frozen=True, slots=True)
class Printed:
    """A print that was made: its reference and the file."""

    ref: str
    pdf: bytes
    name: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where the page that checks prints is: `https://host/prints/`."""

    checks: str


def print_case(rt: Runtime, case_ref: str, key: str, *, actor: Actor, voice: Voice, place: Place) -> Printed:
    """A declared print of a case, or all of it (`case`); NotFound for what the actor may not read whole."""
    with rt.db.read() as db:
        found = snapshot.load(rt, db, case_ref, actor, rt.clock())
        draft = papers.of_case(db, found, key, actor, voice)
        known = queries.earlier(db, found.place.stream, actor.person_id or 0)
    return _made(rt, found, key, draft, known, actor, voice, place)


def print_submission(rt: Runtime, ref: str, *, actor: Actor, voice: Voice, place: Place) -> Printed:
    """A form that was sent, as it was sent; NotFound where it is closed to the actor."""
    with rt.db.read() as db:
        row = history.submission(db, ref)
        if row is None:
            raise NotFound(Message("submission.not_found"))
        found = snapshot.load(rt, db, row.case_ref, actor, rt.clock())
        if row.form not in forms.access(found.workflow, found.view, actor, see_all=found.oversees):
            raise NotFound(Message("submission.not_found"))
        form = rt.library.workflow(db, row.definition_digest).forms[row.form]
        sight = forms.sight(form, found.view, actor)
        body = None if row.body is None else forms.load(form, json.loads(row.body))
        view = None if body is None else to_read(form, body, forms.facts(found.view), sight)
        draft = papers.of_submission(db, found, row, view, form.schema.label or readable(form.key), voice)
        known = queries.earlier(db, found.place.stream, actor.person_id or 0)
    return _made(rt, found, f"form:{row.form}", draft, known, actor, voice, place)


def _made(rt: Runtime, found: Snapshot, key: str, draft: Draft, known: list[Any], actor: Actor, voice: Voice,
          place: Place) -> Printed:  # fmt: skip
    """The file of a draft: once more where the same was printed before, else a new print."""
    document = draft.paper.as_document()
    digest = digest_of(document)
    for row in known:
        said = json.loads(row.leaf)["public"]
        if (said["print"], said["document"]) != (key, digest) or row.note is None:
            continue
        stamp = _stamp(row.ref, row.seed, digest, draft, to_datetime(row.at), actor, voice, place)
        pdf = rt.press.pull(draft.paper.layout, document, stamp)
        if sha256(pdf).hexdigest() == said["file"]:
            return Printed(row.ref, pdf, _name(key, row.ref))
        break  # another address or another typesetter: another file
    ref, at, kept = new_ref(), rt.clock(), Private(as_fields(draft.figures))
    pdf = rt.press.pull(draft.paper.layout, document, _stamp(ref, kept.seed, digest, draft, at, actor, voice, place))
    public = {"print": key, "language": voice.language, "document": digest, "file": sha256(pdf).hexdigest(),
              "forms": dict(draft.forms), "results": dict(draft.results)}  # fmt: skip
    with rt.db.begin() as db:
        locked = snapshot.load(rt, db, found.ref, actor, at, lock=True)
        apply_prints.write_print(
            db, case_id=locked.id, case_ref=locked.ref, ref=ref, kept=kept, public=public, actor=actor, at=at,
            product=rt.version,
        )  # fmt: skip
    return Printed(ref, pdf, _name(key, ref))


def _stamp(ref: str, seed: bytes, digest: str, draft: Draft, at: datetime, actor: Actor, voice: Voice,
           place: Place) -> Mapping[str, Any]:  # fmt: skip
    link = f"{place.checks}{ref}"
    return {
        "link": link,
        "address": link.partition("://")[2],
        "epoch": int(at.timestamp()),
        "day": [at.year, at.month, at.day],
        "made": voice.say(Message("print.made", by=actor.name, at=at)),
        "reference": ref[:SHORT].upper(),
        "digest": digest[:DIGITS],
        "code": code(seed, ref, digest, draft.figures),
    }


def _name(key: str, ref: str) -> str:
    return f"{key.replace(':', '-').replace('_', '-')}-{ref[:SHORT]}.pdf"
