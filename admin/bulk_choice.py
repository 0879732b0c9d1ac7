"""Which cases an act on many is about: what a list of cases shows now, or those that were ticked in it. Reads only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import current_app, request
from sqlalchemy import func

from admin import listing, words
from engine import bulk
from engine.core.case import CANCELLED
from engine.store import tables
from engine.web import labels
from engine.web.context import runtime
from engine.web.language import t, translate

if TYPE_CHECKING:
    from engine.core.definition import WorkflowDefinition

CASES = "BULK_CASES"  # of app.config: the list of cases, which knows its filters and its scope
OWN = ("role", "person", "who", "transition", "page", "order")  # of the address, what is no filter of the list


class Stand(NamedTuple):
    """Cases that stand in one state of one definition, and how many."""

    definition: WorkflowDefinition
    state: str
    cases: int


class Chosen(NamedTuple):
    """What was chosen: refs, oldest first (one more than may be acted on), where they stand, and by what, in words."""

    refs: tuple[str, ...]
    stands: tuple[Stand, ...]
    told: tuple[tuple[str, str], ...]
    ticked: bool
    carried: tuple[tuple[str, str], ...]  # of the address: what says which cases these are

    @property
    def count(self) -> int:
        return min(len(self.refs), bulk.MOST)

    @property
    def too_many(self) -> bool:
        return len(self.refs) > bulk.MOST


def chosen() -> Chosen:
    """What the address of this request means."""
    view = current_app.config[CASES]
    ticked = request.args.getlist("case")[: bulk.MOST]
    with view.session.reading() as db:
        query = listing.narrowed(view, request.args)
        if ticked:
            query = query.filter(tables.Case.ref.in_(ticked))
        refs = tuple(
            row.ref for row in query.with_entities(tables.Case.ref).order_by(tables.Case.id).limit(bulk.MOST + 1)
        )
        grouped = query.with_entities(tables.Case.definition_digest, tables.Case.state, func.count().label("cases"))
        rows = grouped.group_by(tables.Case.definition_digest, tables.Case.state).order_by(func.count().desc()).all()
        stands = tuple(
            Stand(runtime().library.workflow(db, row.definition_digest).definition, row.state, row.cases)
            for row in rows
        )
        told = tuple(_told(view))
    carried = tuple((name, value) for name, value in request.args.items(multi=True) if name not in OWN)
    return Chosen(refs, stands, told, bool(ticked), carried)


def _told(view: Any) -> Iterator[tuple[str, str]]:
    """Each filter that is set, in words."""
    if searched := request.args.get("q", "").strip():
        yield t("admin.search.cases"), searched
    for each in view.filters:
        if value := request.args.get(each.name, "").strip():
            options = dict(each.options(view))
            told = each.told(view, value) if each.kind == "led" else options.get(value, value)
            yield t(f"admin.filter.{each.name}"), t("common.yes") if each.kind == "check" else str(told)


def moves(stands: tuple[Stand, ...]) -> list[tuple[str, str, int]]:
    """The transitions that people may fire from where these cases stand: key, words, how many stand there."""
    found: dict[str, tuple[str, int]] = {}
    for stand in stands:
        for move in stand.definition.transitions:
            if move.automatic or stand.state not in move.from_:
                continue
            label = translate(labels.transition_label(stand.definition, move.key))
            way = f"{words.state(stand.definition, stand.state)} → {words.state(stand.definition, move.to)}"
            said, cases = found.get(move.key, (f"{label} ({way})", 0))
            found[move.key] = (said, cases + stand.cases)
    return [(key, said, cases) for key, (said, cases) in found.items()]


def roles(stands: tuple[Stand, ...]) -> list[tuple[str, str]]:
    """The roles of these cases that may be given to somebody: key and words."""
    found: dict[str, str] = {}
    for stand in stands:
        for spec in stand.definition.roles if stand.state != CANCELLED else ():
            if spec.rule != "subject":
                found.setdefault(spec.key, translate(labels.role_label(stand.definition, spec.key)))
    return list(found.items())
