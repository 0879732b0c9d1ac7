"""A design as a whole: who is at it, who sees what in it, its file, handing it in, putting it away. One verb each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from flask import Blueprint, Response, jsonify, request

from admin.design_answers import done
from admin.sent import Answer, Sent
from admin.sent import done as passed
from engine import designs
from engine.core.designing import acts, spots
from engine.core.errors import InvalidDefinition
from engine.web import designing, panelposts
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.downloads import saved_as
from engine.web.language import t

pages = Blueprint("admin_design_steps", __name__, url_prefix="/admin/designs")


@pages.post("/<ref>/presence")
@permit("admin")
def presence(ref: str) -> Response:
    """Say that somebody is here; answers who else is, and the number of the last step."""
    part = request.form.get("part", "")
    designs.seen(runtime(), ref, require_actor(), part)
    bench = designing.open_bench(ref)
    others = [f"{each.name} ({t(f'design.tab.{each.tab}')})" for each in bench.others]
    return jsonify(number=bench.number, others=others)


@pages.post("/<ref>/visible")
@permit("admin")
def visible(ref: str) -> Answer:
    """Who reads which form in which states, as ticked."""
    return done(ref, list(_granted(designing.open_bench(ref).document)))


def _granted(document: Mapping[str, Any]) -> Iterator[acts.Edit]:
    """One edit for each form and role that was ticked otherwise than before; those that go, the last ones first."""
    listed = spots.elements(document, "visible")
    places = {(str(each.get("form")), str(each.get("role"))): index for index, each in enumerate(listed)}
    gone: list[tuple[int, Any]] = []
    for form in request.form.getlist("form"):
        for role in (str(each.get("key")) for each in spots.elements(document, "roles")):
            was = panelposts.seen(request.form, f"{form}:{role}") or []
            now = panelposts.kept_order(request.form.getlist(f"v:{form}:{role}"), was)
            index = places.get((form, role))
            if set(now) == set(was):
                continue
            if index is None:
                yield acts.Add("visible", {"form": form, "role": role, "states": now})
            elif now:
                yield acts.Put(f"visible.{index}.states", now, was)
            else:
                gone.append((index, listed[index] if listed[index].get("states") == was else {"states": was}))
    yield from (acts.Drop(f"visible.{index}", was) for index, was in sorted(gone, key=lambda each: -each[0]))


@pages.get("/<ref>/document.yaml")
@permit("admin")
def document(ref: str) -> Response:
    """The draft as a file, to keep or to carry elsewhere."""
    bench = designing.open_bench(ref)
    text = designs.export_text(runtime(), ref, actor=require_actor())
    return saved_as(Response(text, mimetype="text/plain"), f"{bench.row.key}.yaml")


@pages.route("/<ref>/hand-in", methods=["GET", "POST"])
@permit("admin")
def hand_in(ref: str) -> Answer:
    """Make the draft a version and send it to review."""
    sent, bench = Sent(), designing.open_bench(ref)
    if sent.posted:
        kept: list[Any] = []
        try:
            if sent.does(lambda: kept.append(designs.hand_in(runtime(), ref, actor=require_actor()))):
                return passed(f"/admin/definitions/{kept[0].ref}", t("design.handed_in"))
        except InvalidDefinition as invalid:
            sent.errors[""] = invalid.message
            sent.status = 422
    return sent.page("backoffice/designs/hand_in.html", bench=bench)


@pages.route("/<ref>/discard", methods=["GET", "POST"])
@permit("admin")
def discard(ref: str) -> Answer:
    """Put a design away; what was done to it stays in the trail."""
    sent, bench = Sent(), designing.open_bench(ref)
    if sent.posted and sent.does(designs.discard, runtime(), ref, actor=require_actor()):
        return passed(f"{designing.ROOT}/", t("design.discarded"))
    return sent.page("backoffice/designs/discard.html", bench=bench)
