"""The results of a design: how each is found, its look-up table as a grid, weights with their total, bands as a scale.

Panels save themselves by design_acts.py; here are the pages, and what is edited as a whole: the parts and bands of a
score. Look-up tables belong to code lists, which are designs of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request

from admin import design_acts, rule_lines, score_lines
from admin.design_lists import Row
from admin.sent import Answer
from engine import design_beginnings
from engine.core import definition
from engine.core.designing import acts, adding, choices, keys, spots
from engine.core.errors import NotFound
from engine.core.messages import Message
from engine.store.queries import definitions
from engine.store.queries import designs as queries
from engine.web import design_words, designing, panelposts
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.language import t

pages = Blueprint("admin_design_results", __name__, url_prefix="/admin/designs")


@pages.get("/<ref>/results/")
@permit("admin")
def results(ref: str) -> str:
    """The results; beside them the panel of the one that is selected, below them its table, parts or bands."""
    bench = designing.open_bench(ref)
    at = request.args.get("at", "")
    chosen = ".".join(at.split(".")[:2]) if at.startswith("results.") else ""
    return render_template(
        "backoffice/designs/results.html",
        bench=bench,
        results=list(_rows(bench)),
        chosen=chosen,
        methods=[
            (entry.name, design_words.worded(choices.extension(entry).label))
            for entry in runtime().catalog.entries("method")
        ],
        table=_table(bench, chosen),
        parts=list(score_lines.parts_of(bench, chosen)),
        bands=list(score_lines.bands_of(bench, chosen)),
        total=score_lines.total_of(bench, chosen),
        whole=score_lines.WHOLE,
        as_typed=rule_lines.as_typed,
        scored=score_lines.option_of(bench, chosen, "parts") is not None,
    )


@pages.post("/<ref>/results/")
@permit("admin")
def change(ref: str) -> Answer:
    """Add a result, save the parts and bands of one, add a part or a band."""
    bench = designing.open_bench(ref)
    do, _, path = request.form.get("do", "").partition(":")
    if do == "add":
        return _add(ref, bench)
    if do == "table":
        return _open_table(path)
    wanted = [*_saved(bench), *design_acts.posted_edits()]
    if do == "part":
        wanted += _new_part(bench, path)
    elif do == "band":
        wanted += _new_band(bench, path)
    return design_acts.done(ref, wanted)


def _rows(bench: designing.Bench) -> Iterator[Row]:
    found = spots.elements(bench.document, "results")
    keys = [spots.key_of(each) for each in found]
    for index, each in enumerate(found):
        path = f"results.{keys[index]}"
        yield Row(
            path=path,
            title=spots.title_of(each),
            lines=tuple(_said(bench, path, each)),
            badges=(),
            marks=bench.marks(path),
            home="results",
            first=index == 0,
            last=index == len(found) - 1,
            up=keys[index - 1] if index else None,
            down=keys[index + 2] if index + 2 < len(keys) else None,
            found=False,
        )


def _said(bench: designing.Bench, path: str, each: Mapping[str, Any]) -> Iterator[str]:
    """How a result is found, and what it looks at, in words."""
    entry = runtime().catalog.get("method", str(each.get("method")))
    yield design_words.worded(choices.extension(entry).label) if entry is not None else t("results.no_method")
    for option, ref in entry.refs.items() if entry is not None else ():
        if ref.to == "expression" and each.get(option):
            label = next((one.label for one in _properties(bench, path) if one.name == option), None)
            yield f"{design_words.worded(label)}: {bench.says(f'{path}.{option}', each[option])}"


def _properties(bench: designing.Bench, path: str) -> tuple[Any, ...]:
    panel = bench.panel(path)
    return panel.properties if panel is not None else ()


def _table(bench: designing.Bench, path: str) -> definition.CodeList | None:
    """The code list whose table the chosen result is looked up in."""
    option, spot = score_lines.option_of(bench, path, "codelist"), spots.find(bench.document, path) if path else None
    return bench.codelists.get(str(spot.node().get(option))) if option and spot is not None else None


def _saved(bench: designing.Bench) -> Iterator[acts.Edit]:
    """What the controls of the parts and bands say now, where it is something else than stood there."""
    for path in request.form.getlist("row"):
        panel = bench.panel(path)
        if panel is not None and path.startswith("results."):
            yield from panelposts.puts(panel, request.form)


def _add(ref: str, bench: designing.Bench) -> Answer:
    """A result by its label, found by a method."""
    label, method = panelposts.text(request.form, "label"), request.form.get("method", "")
    if label is None or not method:
        flash(t("design.label_needed"), "bad")
        return redirect(f"{designing.ROOT}/{ref}/results/", 303)
    both = {language: label.get(language) or next(iter(label.values())) for language in ("en", "id")}
    found = adding.add_element(bench.document, "results", both, {"method": method})
    return design_acts.done(ref, found.edits, found.path)


def _new_part(bench: designing.Bench, path: str) -> Iterator[acts.Edit]:
    """One more part, which counts what the others leave."""
    option = score_lines.option_of(bench, path, "parts")
    if option is None:
        raise NotFound(Message("design.gone"))
    label = panelposts.text(request.form, "new-part") or {"en": t("results.part"), "id": t("results.part")}
    both = {language: label.get(language) or next(iter(label.values())) for language in ("en", "id")}
    left = max(score_lines.WHOLE - score_lines.total_of(bench, path), Decimal(0))
    weight = panelposts.number(f"{left:f}")
    listed = f"{path}.{option}"
    yield acts.Add(listed, {"key": keys.new_key(bench.document, listed, both), "label": both, "weight": weight}, None)


def _new_band(bench: designing.Bench, path: str) -> Iterator[acts.Edit]:
    """One more band: it begins at a number, and ends where the one that it splits ended."""
    option = score_lines.option_of(bench, path, "bands")
    if option is None:
        raise NotFound(Message("design.gone"))
    listed = f"{path}.{option}"
    label = panelposts.text(request.form, "new-band") or {"en": t("results.one_band"), "id": t("results.one_band")}
    both = {language: label.get(language) or next(iter(label.values())) for language in ("en", "id")}
    begins = panelposts.number(request.form.get("new-from", ""))
    element: dict[str, Any] = {"key": keys.new_key(bench.document, listed, both), "label": both}
    if begins is not None:
        element["from"] = begins
    spot = spots.find(bench.document, listed)
    found = [each for each in spot.value if isinstance(each, Mapping)] if spot and isinstance(spot.value, list) else []
    above = [spots.key_of(each) for each in found if score_lines.is_above(each.get("from"), begins)]
    yield acts.Add(listed, element, above[0] if above else None)


def _open_table(key: str) -> Answer:
    """The design of a code list that is worked at already, or a new one from its published version."""
    rt, actor = runtime(), require_actor()
    with rt.db.read() as db:
        open_ = next((row.ref for row in queries.listed(db) if (row.kind, row.key) == ("codelist", key)
                      and row.version_id is None), None)  # fmt: skip
        versions = definitions.published_versions(db, "codelist", key)
    if open_ is None and not versions:
        raise NotFound(Message("definition.not_found"))
    ref = open_ or design_beginnings.begin_from_version(rt, versions[0].ref, actor=actor)
    return redirect(f"{designing.ROOT}/{ref}/items?at=matrix", 303)
