"""Files of units, posts, people and appointments through the API: the same import as in the backoffice.

Give a file (or rows), say which column means what, look at what would happen, confirm it as it was shown; a job does
the rest, and its progress stands in the import. Nothing counts before it is confirmed.
"""

from __future__ import annotations

import base64
import binascii
import json
from datetime import datetime
from typing import Annotated, Any, Literal

from flask import g
from pydantic import Field

from api.caller import Caller
from api.shapes import Asked, Page, Paged, Shape, cut
from engine.core.errors import BadRequest, NotFound, Refused
from engine.core.messages import Message, message_from_document
from engine.imports import acts
from engine.store.queries import imports as queries
from engine.web.language import translate

Kind = Literal["units", "posts", "people", "appointments"]
MOST_ROWS = 10_000


class NewImport(Asked):
    """A file of a kind in base64 (CSV or XLSX), or its rows by the names of our columns; one of the two."""

    kind: Kind
    name: Annotated[str, Field(max_length=200)] = ""
    file: str | None = None
    rows: Annotated[tuple[dict[str, Annotated[str, Field(max_length=4000)]], ...], Field(max_length=MOST_ROWS)] = ()


class Mapping(Asked):
    """Column of ours → its place in the file, from 0; and how the file writes its days."""

    mapping: dict[str, Annotated[int, Field(ge=0, le=999)]]
    dates: Literal["iso", "day_first", "month_first"] = "iso"


class Confirmation(Asked):
    """That the import is wanted as it was `shown` (the digest in the import)."""

    shown: Annotated[str, Field(min_length=64, max_length=64, pattern="^[0-9a-f]{64}$")]


class Job(Shape):
    """How far the job of an import is."""

    ref: str
    state: str
    done: int
    total: int


class Import(Shape):
    """An import: what its rows would do (`counts`), or did (`done`)."""

    ref: str
    kind: str
    name: str
    state: str
    """read, judged, running, done or dropped."""
    total: int
    headings: tuple[str, ...]
    mapping: dict[str, int]
    dates: str
    counts: dict[str, int]
    done: dict[str, int]
    shown: str | None
    """The digest of the report, for the confirmation."""
    job: Job | None
    at: datetime


class Fault(Shape):
    """One thing wrong with a row: where, what was found, why it is refused."""

    row: int
    about: str
    column: str
    cause: str
    found: str
    detail: str


class Faults(Page[Fault]):
    """What is wrong, row by row."""


class FaultsAsked(Paged):
    """Which faults: those of the report, or (`refused`) those found only when it was a row's turn."""

    refused: bool = False


class Row(Shape):
    """A row that was judged: what it says, what it would do, what stands where it would change something."""

    row: int
    outcome: str
    state: str
    values: dict[str, str | None]
    was: dict[str, str | None]


class Rows(Page[Row]):
    """Rows by their numbers."""


class RowsAsked(Paged):
    """Which rows: those of one outcome, or all."""

    outcome: Literal["create", "change", "end", "unchanged", "wrong", "refused"] | None = None


def create_import(caller: Caller, body: NewImport) -> Import:
    """Bring a file or rows in. Rows are judged at once; a file once its columns are mapped."""
    if (body.file is None) == (not body.rows):
        raise BadRequest(Message("api.file_or_rows"))
    about = {"actor": caller.actor, "kind": body.kind, "once": caller.once}
    if body.file is not None:
        ref = acts.take(caller.rt, name=body.name, content=_decoded(body.file), **about)
    else:
        g.answers_at = ("rows", "0")
        ref = acts.take_rows(caller.rt, rows=body.rows, **about)
    return show_import(caller, ref)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadRequest(Message("api.no_base64")) from None


def show_import(caller: Caller, ref: str) -> Import:
    """Show an import and how far its job is."""
    with caller.rt.db.read() as db:
        file = _file(db, caller, ref)
        job = queries.job_of(db, file.job_ref) if file.job_ref else None
    return Import(
        ref=file.ref, kind=file.kind, name=file.name, state=file.state, total=file.total,
        headings=json.loads(file.headings), mapping=json.loads(file.mapping), dates=file.dates,
        counts=json.loads(file.counts), done=json.loads(file.done), shown=file.frozen, at=file.at,
        job=job and Job(ref=job.ref, state=job.state, done=job.done, total=job.total),
    )  # fmt: skip


def drop_import(caller: Caller, ref: str) -> None:
    """Forget an import that was not confirmed."""
    acts.drop(caller.rt, ref, actor=caller.actor)


def put_mapping(caller: Caller, ref: str, body: Mapping) -> Import:
    """Say which column means what; every row is judged, nothing is written."""
    g.answers_at = ("mapping",)
    acts.judge(caller.rt, ref, actor=caller.actor, mapping=body.mapping, dates=body.dates)
    return show_import(caller, ref)


def confirm_import(caller: Caller, ref: str, body: Confirmation) -> Import:
    """Let the right rows be imported as they were shown; a job begins. The same confirmation again begins no other."""
    found = show_import(caller, ref)
    begun = found.state in ("running", "done") and found.shown == body.shown
    if not begun and not acts.confirm(caller.rt, ref, actor=caller.actor, frozen=body.shown):
        raise Refused(Message("imports.moved_on"))
    return show_import(caller, ref)


def list_faults(caller: Caller, ref: str, query: FaultsAsked) -> Faults:
    """List what is wrong with the rows of an import."""
    place = -1 if query.place is None else query.place
    with caller.rt.db.read() as db:
        file = _file(db, caller, ref)
        found = queries.faults(db, file.id, refused=query.refused, after=place, limit=query.limit + 1)
    rows, following = cut(found, query, lambda row: int(row.place))
    return Faults(items=tuple(map(_fault, rows)), next=following)


def _fault(row: Any) -> Fault:
    detail = translate(message_from_document(json.loads(row.message)))
    return Fault(row=row.number, about=row.label, column=row.column, cause=row.cause, found=row.found, detail=detail)


def list_rows(caller: Caller, ref: str, query: RowsAsked) -> Rows:
    """List what the rows of an import would do."""
    with caller.rt.db.read() as db:
        file = _file(db, caller, ref)
        asked = {"outcome": query.outcome or "", "after": query.place or 0, "limit": query.limit + 1}
        found = queries.rows(db, file.id, **asked)
    rows, following = cut(found, query, lambda row: int(row.number))
    return Rows(items=tuple(map(_row, rows)), next=following)


def _row(row: Any) -> Row:
    return Row(
        row=row.number, outcome=row.outcome, state=row.state, values=json.loads(row.body), was=json.loads(row.was)
    )


def _file(db: Any, caller: Caller, ref: str) -> Any:
    found = queries.file(db, caller.actor, ref)
    if found is None:
        raise NotFound(Message("imports.not_found"))
    return found
