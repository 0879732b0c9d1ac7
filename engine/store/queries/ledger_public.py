"""What the audit reads of public forms: links, batches, sources and verdicts on comments, each beside its event."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, String, cast, func, literal, or_, select, union_all

from engine.store.queries.ledger import streamed
from engine.store.tables.ledger import Event
from engine.store.tables.people import Person, Unit
from engine.store.tables.public import CommentVerdict, EntrySource, PaperBatch, PublicLink
from engine.store.tables.registers import Entry

LINK, BATCH, SOURCE = PublicLink.__table__, PaperBatch.__table__, EntrySource.__table__
VERDICT, ENTRY, PERSON, UNIT = CommentVerdict.__table__, Entry.__table__, Person.__table__, Unit.__table__
SAYS, ENDS = Event.__table__.alias("says"), Event.__table__.alias("ends")
OTHER, OTHER_SAYS = VERDICT.alias("other"), Event.__table__.alias("other_says")


def links(db: Connection) -> Iterator[Any]:
    """Each link that was made, beside its row; what is missing is null."""
    about = func.coalesce(PERSON.c.ref, UNIT.c.ref).label("about_ref")
    query = (
        select(LINK, about, SAYS.c.leaf, SAYS.c.actor_id, SAYS.c.at.label("event_at"), ENDS.c.leaf.label("end_leaf"))
        .select_from(SAYS)
        .outerjoin(LINK, LINK.c.event_ref == SAYS.c.ref)
        .outerjoin(PERSON, PERSON.c.id == LINK.c.person_id)
        .outerjoin(UNIT, UNIT.c.id == LINK.c.unit_id)
        .outerjoin(ENDS, (ENDS.c.stream == SAYS.c.stream) & (ENDS.c.kind == "link.ended"))
        .where(SAYS.c.kind == "link.made")
    )
    return streamed(db, query)


def batches(db: Connection) -> Iterator[Any]:
    """Each batch that was entered, beside its row. found: how many sheets of it there are."""
    found = select(func.count()).where(SOURCE.c.batch_id == BATCH.c.id).scalar_subquery().label("found")
    says = (SAYS.c.leaf, SAYS.c.actor_id, SAYS.c.at.label("event_at"))
    query = select(BATCH, found, *says).select_from(SAYS).outerjoin(BATCH, BATCH.c.event_ref == SAYS.c.ref)
    return streamed(db, query.where(SAYS.c.kind == "paper.entered"))


def sources(db: Connection) -> Iterator[Any]:
    """Each entry that came by a link or on paper, or of which a row says so, with where that row says it came from."""
    names = (ENTRY.c.ref.label("entry_ref"), SOURCE.c.sheet, LINK.c.ref.label("link_ref"))
    query = (
        select(*names, BATCH.c.ref.label("batch_ref"), SAYS.c.leaf)
        .select_from(ENTRY)
        .join(SAYS, SAYS.c.ref == ENTRY.c.event_ref)
        .outerjoin(SOURCE, SOURCE.c.entry_id == ENTRY.c.id)
        .outerjoin(LINK, LINK.c.id == SOURCE.c.link_id)
        .outerjoin(BATCH, BATCH.c.id == SOURCE.c.batch_id)
        .where(or_(ENTRY.c.how.in_(("public", "paper")), SOURCE.c.entry_id.is_not(None)))
    )
    return streamed(db, query)


def comments(db: Connection) -> Iterator[Any]:
    """Each verdict that was given on a comment, beside its row."""
    columns = (
        VERDICT.c.verdict, VERDICT.c.by_id, VERDICT.c.at, VERDICT.c.field, ENTRY.c.ref.label("entry_ref"),
        SAYS.c.ref.label("said_ref"), SAYS.c.kind, SAYS.c.actor_id, SAYS.c.leaf, SAYS.c.at.label("event_at"),
    )  # fmt: skip
    beside = SAYS.outerjoin(VERDICT, VERDICT.c.event_ref == SAYS.c.ref).outerjoin(
        ENTRY, ENTRY.c.id == VERDICT.c.entry_id
    )
    query = select(*columns).select_from(beside).where(SAYS.c.kind.in_(("comment.released", "comment.held")))
    return streamed(db, query)


def unsaid(db: Connection) -> Iterator[Any]:
    """Each row that no event made: kind and name of links, batches and verdicts whose event is none of theirs.

    Of verdicts the latest counts, so one that is there twice, or stands later than its event, was not said either.
    """
    wrong_link = select(literal("public_link").label("kind"), LINK.c.ref.label("name"))
    wrong_link = wrong_link.outerjoin(SAYS, SAYS.c.ref == LINK.c.event_ref)
    wrong_batch = select(literal("paper_batch"), BATCH.c.ref).outerjoin(SAYS, SAYS.c.ref == BATCH.c.event_ref)
    wrong_verdict = select(literal("comment_verdict"), cast(VERDICT.c.id, String))
    wrong_verdict = wrong_verdict.outerjoin(SAYS, SAYS.c.ref == VERDICT.c.event_ref)
    others = select(OTHER.c.id).join(OTHER_SAYS, OTHER_SAYS.c.ref == OTHER.c.event_ref)
    again = others.where(OTHER.c.event_ref == VERDICT.c.event_ref, OTHER.c.id != VERDICT.c.id)
    same = (OTHER.c.entry_id == VERDICT.c.entry_id, OTHER.c.field == VERDICT.c.field)
    turned = others.where(*same, OTHER.c.id < VERDICT.c.id, OTHER_SAYS.c.seq > SAYS.c.seq)
    said = (func.coalesce(SAYS.c.kind, "") != "comment." + VERDICT.c.verdict, again.exists(), turned.exists())
    query = union_all(
        wrong_link.where(func.coalesce(SAYS.c.kind, "") != "link.made"),
        wrong_batch.where(func.coalesce(SAYS.c.kind, "") != "paper.entered"),
        wrong_verdict.where(or_(*said)),
    )
    yield from db.execute(query)
