"""The page “How was this number made?”: the tree of a score down to each answer, and what would change its band."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, render_template

from engine import score_words, snapshot
from engine.core.errors import NotFound
from engine.core.messages import Message
from engine.store.queries import units
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from portal import standing

pages = Blueprint("scores", __name__)


@pages.get("/cases/<ref>/scores/<key>")
@permit("signed_in")
def show(ref: str, key: str) -> str:
    """How a score of a case was made, for whoever may know it."""
    rt, actor = runtime(), require_actor()
    with rt.db.read() as db:
        found = snapshot.load(rt, db, ref, actor, rt.clock())
        known = {each.key: each for each in standing.results(found, standing.access(found, actor), actor)}
        if key not in known or not score_words.is_score(found.view.results.get(key)):
            raise NotFound(Message("score.not_found"))
        how = known[key].derivation
        tree = score_words.told(db, found, how)
        changes = score_words.changes(rt, db, how)
        unit = units.unit(db, found.unit_id)
    who = {"person": found.view.subject_ref, "unit": unit.ref}
    return render_template(
        "portal/score.html",
        found=found,
        result=known[key],
        tree=tree,
        changes=changes,
        by_hand=how.get("by_hand"),
        to_entries=lambda figure: _entries(figure, who),
    )


def _entries(figure: dict[str, Any], who: dict[str, str]) -> str | None:
    """Where the entries behind a figure stand."""
    about = str(figure.get("about", ""))
    if about not in who or not figure.get("indicator"):
        return None
    asked = {about: who[about], "first": figure.get("first") or "", "last": figure.get("last") or ""}
    return f"/figures/over/{figure['indicator']}?{urlencode(asked)}"
