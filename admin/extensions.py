"""Putting deadlines off: of one case, or of a cycle's cases below a unit or of a person. Looked at first, then done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from flask import Blueprint, request

from admin.case_acts import administered
from admin.sent import Answer, Sent, done
from admin.units import unit_options
from engine import extensions
from engine.core import expiring
from engine.core.errors import EngineError, Refused
from engine.core.messages import Message, Text
from engine.core.proof import canonical
from engine.store.queries import cycle_lists, extendable
from engine.web import labels
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.language import t, translate
from engine.web.reading import whole

if TYPE_CHECKING:
    from engine.extensions import Longer
    from engine.snapshot import Snapshot

SHOWN = 20  # cases of a cycle whose deadlines are told before; of the others how many they are

pages = Blueprint("admin_extensions", __name__, url_prefix="/admin")


@dataclass(frozen=True, slots=True)
class Change:
    """One deadline before it is put off: whose, which, from when to when; or why it stays."""

    whose: str
    what: str
    was: date | None = None
    now: date | None = None
    why: Message | None = None


@pages.route("/cases/<ref>/extend", methods=["GET", "POST"])
@permit("admin")
def of_case(ref: str) -> Answer:
    """Put the deadlines of one case off."""
    rt, actor, sent = runtime(), require_actor(), Sent()
    found, preview = administered(ref), None
    if sent.posted:
        longer, reason = _longer(sent), sent.needed("reason")
        if sent.text("do") == "go" and longer is not None:
            if sent.does(extensions.extend_case, rt, ref, longer, reason=reason, actor=actor, key=sent.key):
                return done(f"/cases/{ref}", t("extension.done", count=1))
        elif longer is not None:
            told: list[tuple[Change, ...]] = []
            sent.does(lambda: told.append(_foreseen(ref, found.subject_name, found, longer)))
            preview = told[0] if told else None
    sent.status = 422 if sent.errors else sent.status
    return sent.page(
        "backoffice/extensions/case.html",
        found=found,
        tasks=_offered(found),
        chosen=request.form.getlist("task"),
        preview=preview,
    )


@pages.route("/cycles/<ref>/deadlines", methods=["GET", "POST"])
@permit("admin")
def of_cycle(ref: str) -> Answer:
    """Put the deadlines of a cycle's cases off: of all that he administers, below a unit, or of some people."""
    rt, actor, sent = runtime(), require_actor(), Sent()
    with rt.db.read() as db:
        cycle = cycle_lists.cycle(db, actor, ref)
        cases = extendable.cases(db, actor, ref, sent.text("unit"), sent.text("person")) if sent.posted else []
        units = unit_options(db, actor)
    preview, seen = None, canonical.digest(sorted(row.ref for row in cases))
    if sent.posted:
        longer, reason = _longer(sent), sent.needed("reason")
        if not cases:
            sent.errors.setdefault("unit", Message("extension.nobody"))
        if len(cases) > extendable.MOST:
            sent.errors["unit"] = Message("extension.too_many", most=extendable.MOST)
        if sent.text("do") == "go" and sent.text("seen") != seen:
            sent.errors[""] = Message("extension.others")
        if sent.text("do") == "go" and longer is not None and not sent.errors:
            made: list[extensions.Extended] = []
            refs = [row.ref for row in cases]
            given = {"reason": reason, "actor": actor, "key": sent.key}
            if sent.does(lambda: made.append(extensions.extend(rt, refs, longer, **given))):
                return _ended(ref, made[0])
        elif longer is not None and set(sent.errors) <= {""}:
            preview = _of_many(cases[:SHOWN], longer)
    sent.status = 422 if sent.errors else sent.status
    return sent.page(
        "backoffice/extensions/cycle.html",
        cycle=cycle,
        units=[("", t("extension.everyone")), *units],
        preview=preview,
        seen=seen,
        count=len(cases),
        more=max(0, len(cases) - SHOWN),
    )


def _ended(ref: str, made: extensions.Extended) -> Answer:
    if made.job is not None:
        return done(f"/admin/jobs/{made.job}", t("extension.asked"))
    words = t("extension.done", count=made.done)
    return done(f"/admin/cycles/{ref}", f"{words} {t('extension.left', count=len(made.left))}" if made.left else words)


def _longer(sent: Sent) -> Longer | None:
    """Until when, or by how many working days; None where that is wrong, which is then among the errors."""
    until, days = sent.day("until", needed=False), sent.text("days")
    count = whole(days) if days else None
    if "until" in sent.errors:
        return None
    try:
        if days and count is None:
            raise Refused(Message("extension.until_or_days", most=extensions.MOST_DAYS))
        return extensions.Longer(until, count, tuple(request.form.getlist("task")))
    except EngineError as error:
        sent.errors["until"] = error.message
        return None


def _offered(found: Snapshot) -> list[tuple[str, str]]:
    """The deadlines that run in a case: task key ("" for what no task carries), in words."""
    clocks = expiring.running(found.workflow, found.view)
    return list(dict.fromkeys((each.key, _called(found, each.key, each.whole)) for each in clocks))


def _called(found: Snapshot, key: str, is_whole: bool) -> str:
    if not key:
        return t("due.of_case" if is_whole else "due.of_state")
    spec = labels.any_task(found.workflow.definition, key)
    return translate(labels.task_label(found.workflow.definition, spec) if spec is not None else Text(key, key))


def _foreseen(ref: str, whose: str, found: Snapshot, longer: Longer) -> tuple[Change, ...]:
    changes = extensions.foresee(runtime(), ref, longer, actor=require_actor())
    return tuple(Change(whose, _called(found, each.task, each.whole), each.was, each.now) for each in changes)


def _of_many(cases: Sequence[object], longer: Longer) -> tuple[Change, ...]:
    found: list[Change] = []
    for row in cases:
        ref, name = str(getattr(row, "ref", "")), str(getattr(row, "name", "") or "")
        try:
            found += _foreseen(ref, name, administered(ref), longer)
        except Refused as refused:
            found.append(Change(name, "", why=refused.message))
    return tuple(found)
