"""A unit's page, for its head and those who oversee it. Reads only."""

from __future__ import annotations

from decimal import Decimal

from flask import Blueprint, render_template

from engine import unit_pages
from engine.core import charting
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.language import t, translate

pages = Blueprint("unit_pages", __name__)
HUNDRED = Decimal(100)


@pages.get("/units/<ref>/")
@permit("signed_in")
def show(ref: str) -> str:
    """People, progress of the cycles, results as they are spread, figures."""
    rt, actor = runtime(), require_actor()
    with rt.db.read() as db:
        page = unit_pages.of_unit(rt, db, ref, actor)
    return render_template("portal/people/unit.html", page=page, spread=_spread(page), achieved=_achieved(page))


def _spread(page: unit_pages.UnitPage) -> charting.Chart | None:
    if page.spread is None:
        return None
    names = [t("unit_page.or").join(translate(each) for each in classes) for classes, _ in page.spread.classes]
    return charting.shares(names, [Decimal(count) for _, count in page.spread.classes], name=t("unit_page.people"))


def _achieved(page: unit_pages.UnitPage) -> charting.Chart:
    """The figures that have a goal, in percent of it."""
    found = [line for line in page.figures if line.achieved is not None]
    names = [translate(line.definition.name) for line in found]
    return charting.bars(names, [line.achieved for line in found], name=t("figures.achieved"), goal=HUNDRED)
