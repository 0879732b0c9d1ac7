"""Figures: mine and my people's, one with its trend and entries, a unit's, and the catalog of all indicators."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Flask, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from engine import figure_lists, figure_rights, indicators
from engine.core import charting, indicator, times
from engine.core.errors import BadRequest, NotFound, Refused
from engine.core.messages import Message
from engine.store.queries import figures_kept
from engine.web import i18n, reading
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.language import language, t
from portal.registers import today

pages = Blueprint("figures", __name__)


@pages.get("/figures/")
@permit("signed_in")
def show() -> str:
    """My figures; with `?person=` those of one of my people."""
    return _lines("person", request.args.get("person") or require_actor().ref)


@pages.get("/figures/units/<ref>")
@permit("signed_in")
def unit(ref: str) -> str:
    """The figures of a unit."""
    return _lines("unit", ref)


@pages.get("/figures/catalog")
@permit("signed_in")
def catalog() -> str:
    """Every indicator in force with its manual; those of my position first."""
    rt, actor = runtime(), require_actor()
    with rt.db.read() as db:
        found = sorted(figure_lists.offered(rt, db, actor, today()), key=lambda each: not each[1])
        latest = figures_kept.latest(db)
    return render_template("portal/figures/catalog.html", found=found, latest=latest)


@pages.get("/figures/over/<key>")
@permit("signed_in")
def one(key: str) -> str:
    """One figure over certain days: of `?person=` or `?unit=`, from `?first=` to `?last=`; without those, those now."""
    rt, actor = runtime(), require_actor()
    who = "unit" if request.args.get("unit") else "person"
    ref = request.args.get(who) or actor.ref
    with rt.db.read() as db:
        whom = figure_rights.about(rt, db, ref, who, actor)
        found = figure_lists.detail(rt, db, whom, actor, key, _days())
    return render_template("portal/figures/one.html", found=found, mine=_mine(whom), drawn=_trend(found))


@pages.get("/figures/<ref>")
@permit("signed_in")
def kept(ref: str) -> Response:
    """The way from a figure that is kept to its page; to who may not see it there is none."""
    rt, actor = runtime(), require_actor()
    with rt.db.read() as db:
        row = figures_kept.by_ref(db, ref)
        if row is None:
            raise NotFound(Message("indicator.not_found"))
        who, about = ("unit", row.unit_ref) if row.unit_ref else ("person", row.person_ref)
        figure_rights.visible(rt, db, figure_rights.about(rt, db, about, who, actor), actor, row.indicator)
    return redirect(f"/figures/over/{row.indicator}?{who}={about}&first={row.first}&last={row.last}", 303)


@pages.post("/figures/refresh")
@permit("signed_in")
def refresh() -> Response:
    """Work out the figures of a person or a unit as of now."""
    who = "unit" if request.form.get("unit") else "person"
    ref = request.form.get(who) or require_actor().ref
    try:
        done, failed = indicators.refresh(runtime(), ref, who=who, actor=require_actor())
        if done or not failed:
            flash(t("figures.refreshed", count=done), "good")
        if failed:
            flash(t("figures.not_refreshed", count=len(failed), names=failed), "warn")
    except Refused as fresh:
        flash(i18n.translate(fresh.message, language()), "good")
    return redirect(f"/figures/units/{ref}" if who == "unit" else f"/figures/?person={ref}", 303)


@pages.post("/figures/compute")
@permit("admin")
def compute() -> Response:
    """Ask for the figures of everybody, as a job."""
    ref = indicators.ask_all(runtime(), actor=require_actor())
    return redirect(f"/admin/jobs/{ref}", 303)


def _trend(found: figure_lists.Detail) -> charting.Chart:
    """The trend as bars; what makes up the table stands beside it on the page."""
    goal = found.definition.goal
    return charting.bars(
        [_window(indicator.Days(point.first, point.last)) for point in found.trend],
        [point.value for point in found.trend],
        name=t("figures.value"),
        goal=None if goal is None else goal.at,
    )


def _lines(who: str, ref: str) -> str:
    rt, actor = runtime(), require_actor()
    with rt.db.read() as db:
        whom = figure_rights.about(rt, db, ref, who, actor)
        lines = figure_lists.lines(rt, db, whom, actor)
    return render_template("portal/figures/list.html", whom=whom, lines=lines, mine=_mine(whom))


def _mine(whom: figure_rights.About) -> bool:
    return whom.who == "person" and whom.id == require_actor().person_id


def _days() -> indicator.Days | None:
    """The days asked for; None where none are."""
    if not request.args.get("last"):
        return None
    return indicator.Days(_day("first") if request.args.get("first") else None, _day("last"))


def _day(name: str) -> date:
    asked = request.args.get(name, "")
    found = reading.day(asked)
    if found is None:
        raise BadRequest(Message("figures.bad_day", found=asked[:20]))
    return found


def add_figures(app: Flask) -> None:
    """Give templates the filters `figure` (a number in words), `window_days` (which days) and `as_time`."""
    app.jinja_env.filters.update(figure=_number, window_days=_window, as_time=times.to_datetime)


def _number(value: object) -> str:
    return i18n.number(value, language())  # type: ignore[arg-type]


def _window(days: indicator.Days) -> str:
    if days.first is None:
        return t("figures.up_to", last=days.last)
    return t("figures.from_to", first=days.first, last=days.last)
