"""Opening a cycle, with its preview, and opening the cases that it has gained since. Thin: one verb each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Blueprint, request

from admin import population as for_whom
from admin.sent import Answer, Sent, done
from admin.units import as_admin
from engine import cycles, staffing_check
from engine.core.errors import EngineError, InvalidExpression
from engine.core.messages import Message
from engine.store.queries import cycle_lists, definitions, units
from engine.web import labels
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.language import t, translate

if TYPE_CHECKING:
    from engine.core.definition import WorkflowDefinition
    from engine.cycles import Plan
    from engine.staffed import Check
    from engine.staffing_check import Looked

pages = Blueprint("admin_cycle_acts", __name__, url_prefix="/admin/cycles")


@dataclass(frozen=True, slots=True)
class Preview:
    """What opening would do, the roles of the definition as columns (key, words), and what the staffing check says."""

    plan: Plan
    roles: tuple[tuple[str, str], ...]
    check: Check

    def names(self, keys: Iterable[str]) -> str:
        """Roles in words."""
        return ", ".join(dict(self.roles).get(key, key) for key in keys)


@pages.route("/new", methods=["GET", "POST"])
@permit("admin")
def new() -> Answer:
    """Describe a cycle, look at whom it would concern, open it."""
    rt, actor, sent = runtime(), require_actor(), Sent()
    preview: Preview | None = None
    if sent.posted:
        asked = _asked(sent)
        if request.form.get("do") == "open":
            opened: list[cycles.Opened] = []
            asked["past"] = sent.text("past")
            if sent.does(lambda: opened.append(cycles.open_cycle(rt, actor=actor, key=sent.key, **asked))):
                return done(f"/admin/cycles/{opened[0].ref}", _said(opened[0], "admin.cycle.opened", "opening.asked"))
            preview = _shown_again(asked)
        elif sent.does(lambda: None):
            preview = _preview(sent, asked)
    return sent.page("backoffice/cycles/new.html", preview=preview, **_choices(sent))


def _said(opened: cycles.Opened, now: str, later: str) -> str:
    """How many cases were opened, or are about to be."""
    return t(later, count=opened.later) if opened.later else t(now, count=opened.opened)


def _asked(sent: Sent) -> dict[str, Any]:
    """The form's values; what is wrong with them is in `sent.errors` afterwards."""
    name, version = sent.needed("name"), sent.needed("version_ref")
    start, end = sent.day("period_start"), sent.day("period_end")
    if start and end and (wrong := cycles.judge_period(start, end)) is not None:
        sent.errors["period_end"] = wrong
    population = sent.text("population") or for_whom.written(for_whom.typed())
    try:
        cycles.compile_population(population)
    except InvalidExpression as invalid:
        first = invalid.problems[0]
        where = {"line": str(first.line), "column": str(first.column), "problem": first.message}
        if first.hint:
            sent.errors["population"] = Message("admin.cycle.population_wrong_hint", hint=first.hint, **where)
        else:
            sent.errors["population"] = Message("admin.cycle.population_wrong", **where)
    return {"name": name, "version_ref": version, "period_start": start, "period_end": end, "population": population}


def _preview(sent: Sent, asked: dict[str, Any]) -> Preview | None:
    rt, actor = runtime(), require_actor()
    found: list[Looked] = []
    about = {name: asked[name] for name in ("version_ref", "population")}
    if not sent.does(lambda: found.append(staffing_check.before_opening(rt, actor=actor, **about))):
        return None
    return Preview(found[0].plan, _roles(about["version_ref"]), found[0].check)


def _shown_again(asked: dict[str, Any]) -> Preview | None:
    """The preview beside what kept a cycle from opening, so that a reason can be given; None where there is none."""
    about = {name: asked[name] for name in ("version_ref", "population")}
    try:
        looked = staffing_check.before_opening(runtime(), actor=require_actor(), **about)
    except EngineError:
        return None
    return Preview(looked.plan, _roles(about["version_ref"]), looked.check)


def _roles(version_ref: str) -> tuple[tuple[str, str], ...]:
    rt = runtime()
    with rt.db.read() as db:
        version = definitions.version(db, version_ref)
        if version is None:
            return ()
        definition: WorkflowDefinition = rt.library.workflow(db, version.digest).definition
    return tuple((role.key, translate(labels.label(role))) for role in definition.roles if role.rule != "subject")


def _choices(sent: Sent) -> dict[str, Any]:
    """What the form offers: published workflows, and for whom a cycle may be; what is chosen, what was typed."""
    rt, actor = runtime(), require_actor()
    with rt.db.read() as db:
        found = [(row, rt.library.definition(db, row.digest)) for row in definitions.published(db, "workflow")]
        published = [
            (row.ref, f"{translate(definition.name)} · {row.key} {row.number}")
            for row, definition in found
            if definition.subject == "person"
        ]
        below = units.tree(db, as_admin(actor))
        offered = for_whom.choices(db, as_admin(actor), below)
    rule = sent.text("population") or for_whom.written(for_whom.typed())
    chosen = for_whom.read_back(rule)
    return {
        **{"versions": published, "units": below, "population": offered, "rule": rule},
        **{"chosen": chosen or dict.fromkeys(for_whom.ASKED, ()), "own_rule": rule if chosen is None else ""},
    }


@pages.route("/<ref>/extend", methods=["GET", "POST"])
@permit("admin")
def extend(ref: str) -> Answer:
    """Open the cases that the population of an open cycle has gained."""
    rt, actor, sent = runtime(), require_actor(), Sent()
    with rt.db.read() as db:
        cycle = cycle_lists.cycle(db, actor, ref)
        whom = for_whom.whom(db, cycle.population)
    if sent.posted:
        opened: list[cycles.Opened] = []
        if sent.does(lambda: opened.append(cycles.extend(rt, cycle.ref, actor=actor))):
            return done(f"/admin/cycles/{ref}", _said(opened[0], "admin.cycle.extended", "opening.extending"))
    return sent.page("backoffice/cycles/extend.html", cycle=cycle, whom=whom)
