"""Changes and ends of units, posts, persons and appointments: judged, written, recorded. Verbs and the import share it.

Who may do this was asked before (authority.py); the transaction is theirs. Each takes a ref or a row, and answers with
what it left (`Changed`: falsy where everything was so already). starts_on None corrects what is recorded: it never was
otherwise since the value that holds now began. How a change is kept stands in changes.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from engine.changes import Changed, Thing, change, record, thing
from engine.core.errors import BadRequest, InvalidSubmission, Refused, StaleCase
from engine.core.history import ALWAYS, before, since
from engine.core.messages import Message
from engine.core.times import to_date, to_text
from engine.judgements import (
    judge_line,
    judge_period,
    judge_person,
    judge_plain,
    judge_standing,
    raise_wrong,
    shown,
)
from engine.staffing import Act, judge_appointment, organisation_day, reresolve, when_days_come
from engine.store.queries import changes as queries
from engine.store.queries import members
from engine.store.queries import staffing as holds
from engine.store.refs import new_ref

UNIT_FIELDS = ("name", "kind", "parent", "timezone")
POST_FIELDS = ("name", "kind", "unit", "superior", "level", "position_class")
PERSON_FIELDS = ("name", "nip", "email", "kind", "grade")


def change_unit(
    act: Act, ref: str, fields: Mapping[str, Any], *, starts_on: date | None, reason: str | None = None
) -> Changed:
    """Rename a unit, move it with all below it, give it another kind or time zone, from a day on.

    fields: some of UNIT_FIELDS; `parent` is the ref of a unit, or None for a root. Raises InvalidSubmission by field.
    """
    _known(fields, UNIT_FIELDS)
    about = thing(act.db, "unit", ref)
    asked = {**fields, **({"name": str(fields["name"] or "").strip()} if "name" in fields else {})}
    wrong = judge_plain(asked)
    if "parent" in asked:
        wrong |= _judge_above(act, about, "parent", asked["parent"], starts_on)
    day = _day_of(act, about, "timezone", starts_on)
    if "timezone" in asked and not asked["timezone"] and about.on(day)["parent"] is None:
        wrong["timezone"] = Message("people.timezone_missing")
    raise_wrong(wrong)
    return change(act, about, asked, starts_on=starts_on, reason=reason)


def change_post(
    act: Act, ref: str, fields: Mapping[str, Any], *, starts_on: date | None, reason: str | None = None
) -> Changed:
    """Rename a post, put it into another unit, below another post, give it another kind, level or class, from a day on.

    fields: some of POST_FIELDS; `unit` and `superior` are refs, superior None for a post on top.
    """
    _known(fields, POST_FIELDS)
    about = thing(act.db, "post", ref)
    asked = {**fields, **({"name": str(fields["name"] or "").strip()} if "name" in fields else {})}
    wrong = judge_plain(asked)
    if "unit" in asked:
        day = _day_of(act, about, "unit", starts_on)
        wrong |= judge_standing(act.db, "unit", asked["unit"], day, "unit")
    if "superior" in asked:
        wrong |= _judge_above(act, about, "superior", asked["superior"], starts_on)
    raise_wrong(wrong)
    return change(act, about, asked, starts_on=starts_on, reason=reason)


def change_person(
    act: Act, ref: str, fields: Mapping[str, Any], *, starts_on: date | None, reason: str | None = None
) -> Changed:
    """Give a person another name, grade, kind of employment, NIP or e-mail from a day on, or correct them.

    fields: some of PERSON_FIELDS. A NIP that is corrected, not given with another kind, needs the reason.
    """
    _known(fields, PERSON_FIELDS)
    about = thing(act.db, "person", ref)
    today = organisation_day(act.db, act.at)
    asked, wrong = judge_person(act.db, fields, about.on((starts_on or today).isoformat()))
    if "nip" in asked and asked["nip"] != about.now["nip"] and not (reason or "").strip():
        wrong["reason"] = Message("organisation.nip_reason")
    raise_wrong(wrong)
    return change(act, about, asked, starts_on=starts_on, reason=reason)


def end_unit(act: Act, ref: str, *, ends_on: date, reason: str | None = None) -> Changed:
    """Let a unit end before a day. Refused, with their names, while units or posts are in it then or later."""
    about, day = thing(act.db, "unit", ref), ends_on.isoformat()
    inside = members.of_unit(act.db, ref, day)
    if inside.units or inside.posts:
        raise Refused(
            Message(
                "organisation.unit_has_members", name=about.row.name, day=ends_on,
                units=len(inside.units), posts=len(inside.posts), some=shown((*inside.units, *inside.posts)),
            )
        )  # fmt: skip
    return _end(act, about, day, reason)


def end_post(act: Act, ref: str, *, ends_on: date, reason: str | None = None) -> Changed:
    """Abolish a post from a day on. Refused while somebody sits on it, or posts are below it, then or later."""
    about, day = thing(act.db, "post", ref), ends_on.isoformat()
    sitting = holds.sitting_from(act.db, about.row.id, day)
    if sitting:
        names = shown(row.name for row in sitting)
        raise Refused(Message("organisation.post_is_held", name=about.row.name, day=ends_on, holders=names))
    below = members.of_post(act.db, ref, day)
    if below:
        raise Refused(
            Message(
                "organisation.post_has_posts", name=about.row.name, day=ends_on, count=len(below), some=shown(below)
            )
        )
    return _end(act, about, day, reason)


def _end(act: Act, about: Thing, day: str, reason: str | None) -> Changed:
    if not about.on(day)["active"]:
        raise Refused(Message("organisation.ended_already", name=about.row.name))
    body = {"active": {"was": before(about.now, about.said, "active", day), "is": False}}
    return record(act, about, day, body, reason=reason, event=f"{about.kind}.ended")


def take_back(act: Act, kind: str, ref: str, day: date, *, reason: str | None = None) -> Changed:
    """Take back what was said of a unit, post or person for a day to come; what held before goes on.

    Raises Refused for a day that has come, or for which nothing was said.
    """
    about, on = thing(act.db, kind, ref), day.isoformat()
    if day <= organisation_day(act.db, act.at):
        raise Refused(Message("organisation.has_come", day=day))
    standing = {name for said in about.said if said.starts_on == on for name in said.body}
    body = {
        name: {"was": before(about.now, about.said, name, on)}
        for name in sorted(standing)
        if "is" in [said for said in about.said if said.starts_on == on and name in said.body][-1].body[name]
    }
    if not body:
        raise Refused(Message("organisation.nothing_said", day=day))
    for name in ("parent", "superior"):
        if name in body:
            raise_wrong(judge_line(act.db, kind, ref, body[name]["was"], on))
    return record(act, about, on, body, reason=reason, event=f"{kind}.changed")


def end_appointment(act: Act, old: Any, *, ends_on: date, reason: str | None = None) -> Changed:
    """Let an appointment (a row of staffing.appointment) end before a day; the day it began: then it never held."""
    if ends_on < to_date(old.starts_on):
        raise InvalidSubmission({"ends_on": Message("people.period", starts=to_date(old.starts_on), ends=ends_on)})
    kept = {"kind": old.kind, "starts_on": old.starts_on, "order_number": old.order_number}
    said = {"ends_on": str(ends_on)}
    return _replace(act, old, {**kept, **said}, "appointment.ended", said, {"reason": reason} if reason else {})


def correct_appointment(
    act: Act,
    old: Any,
    *,
    kind: str,
    starts_on: date,
    ends_on: date | None,
    order_number: str | None,
    reason: str,
) -> Changed:
    """Put a corrected row in the place of a recorded appointment; what was known before stays readable.

    Raises what `add_appointment` raises, InvalidSubmission without a reason, StaleCase when it was replaced already.
    """
    if old.superseded_by is not None:
        raise StaleCase(Message("people.appointment_replaced"))
    raise_wrong(judge_period(starts_on, ends_on))
    if not reason.strip():
        raise InvalidSubmission({"reason": Message("organisation.reason")})
    post = queries.present(act.db, "post", old.post_ref)
    judge_appointment(act, old.person_id, post, kind, starts_on, ends_on, but=old.id)
    period = {"starts_on": str(starts_on), "ends_on": str(ends_on) if ends_on else None}
    values = {"kind": kind, **period, "order_number": order_number}
    private = {"order_number": order_number, "reason": reason.strip()}
    return _replace(act, old, values, "appointment.corrected", {"kind": kind, **period}, private)


def _replace(
    act: Act, old: Any, values: Mapping[str, Any], event: str, public: Mapping[str, Any], private: Mapping[str, Any]
) -> Changed:
    ref = new_ref()
    same = {"person_id": old.person_id, "post_id": old.post_id, "recorded_at": to_text(act.at)}
    new = holds.add_appointment(act.db, ref=ref, **{"ends_on": None, **values}, **same)
    if not holds.supersede(act.db, old.id, new):
        raise StaleCase(Message("people.appointment_replaced"))
    about = {"person": old.person_ref, "post": old.post_ref, "appointment": ref, "replaces": old.ref}
    said = act.record(f"person:{old.person_ref}", event, {**about, **public}, private)
    row = reresolve(act, said, people=holds.affected(act.db, old.person_id, [old.post_id]))
    days = [to_date(values[name]) for name in ("starts_on", "ends_on") if values.get(name)]
    when_days_come(act, said, days, person=old.person_id, post=old.post_id)
    return Changed((said,), (row,))


def _known(fields: Mapping[str, Any], allowed: tuple[str, ...]) -> None:
    unknown = sorted(fields.keys() - set(allowed))
    if unknown:
        raise BadRequest(Message("organisation.unknown_field", found=unknown[0], allowed=allowed))


def _day_of(act: Act, about: Thing, field: str, starts_on: date | None) -> str:
    """The day from which a field would have its new value."""
    today = organisation_day(act.db, act.at).isoformat()
    return starts_on.isoformat() if starts_on else since(field, about.said, today)


def _judge_above(act: Act, about: Thing, field: str, above: str | None, starts_on: date | None) -> dict[str, Message]:
    """What it is put under stands from then on, and no circle closes on any day from then on."""
    day = _day_of(act, about, field, starts_on)
    wrong = judge_standing(act.db, about.kind, above, day if day != ALWAYS else _now(act), field)
    return wrong or judge_line(act.db, about.kind, about.row.ref, above, day) if above else wrong


def _now(act: Act) -> str:
    return organisation_day(act.db, act.at).isoformat()
