"""The results of a design: how each is found, its look-up table as a grid, weights with their total, bands as a scale.

Panels save themselves by design_acts.py; here are the pages, and what is edited as a whole: the parts and bands of a
score. Look-up tables belong to code lists, which are designs of their own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request

from admin import design_acts
from admin.design_lists import Row
from admin.rule_lines import as_typed
from admin.sent import Answer
from engine import design_beginnings
from engine.core.catalog import Entry
from engine.core.definition import CodeList
from engine.core.designing import adding
from engine.core.designing.acts import Add, Edit
from engine.core.designing.choices import extension
from engine.core.designing.keys import new_key
from engine.core.designing.spots import elements, find, key_of, title_of
from engine.core.errors import NotFound
from engine.core.messages import Message, Text
from engine.store.queries import definitions
from engine.store.queries import designs as queries
from engine.web import panelposts
from engine.web.actor import permit, require_actor
from engine.web.context import runtime
from engine.web.design_words import worded
from engine.web.designing import ROOT, Bench, open_bench
from engine.web.language import t

pages = Blueprint("admin_design_results", __name__, url_prefix=ROOT)
WHOLE = Decimal(100)


@dataclass(frozen=True, slots=True)
class PartLine:
    """A part of a score: its panel's path, what it is called, its weight as written, its number as a sentence."""

    path: str
    title: Text
    label: Any
    weight: Any
    value: Any
    reads: str


@dataclass(frozen=True, slots=True)
class BandLine:
    """A band of a scale: from where to where, in words and as shares of the scale for its picture."""

    path: str
    title: Text
    label: Any
    begins: Any
    reaches: str
    start: Decimal
    width: Decimal


@pages.get("/<ref>/results/")
@permit("admin")
def results(ref: str) -> str:
    """The results; beside them the panel of the one that is selected, below them its table, parts or bands."""
    bench = open_bench(ref)
    at = request.args.get("at", "")
    chosen = ".".join(at.split(".")[:2]) if at.startswith("results.") else ""
    return render_template(
        "backoffice/designs/results.html",
        bench=bench,
        results=list(_rows(bench)),
        chosen=chosen,
        methods=[(entry.name, worded(extension(entry).label)) for entry in runtime().catalog.entries("method")],
        table=_table(bench, chosen),
        parts=list(_parts(bench, chosen)),
        bands=list(_bands(bench, chosen)),
        total=_total(bench, chosen),
        whole=WHOLE,
        as_typed=as_typed,
        scored=_option(bench, chosen, "parts") is not None,
    )


@pages.post("/<ref>/results/")
@permit("admin")
def change(ref: str) -> Answer:
    """Add a result, save the parts and bands of one, add a part or a band."""
    bench = open_bench(ref)
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


def _rows(bench: Bench) -> Iterator[Row]:
    found = elements(bench.document, "results")
    keys = [key_of(each) for each in found]
    for index, each in enumerate(found):
        path = f"results.{keys[index]}"
        yield Row(
            path=path,
            title=title_of(each),
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


def _said(bench: Bench, path: str, each: Mapping[str, Any]) -> Iterator[str]:
    """How a result is found, and what it looks at, in words."""
    entry = runtime().catalog.get("method", str(each.get("method")))
    yield worded(extension(entry).label) if entry is not None else t("results.no_method")
    for option, ref in entry.refs.items() if entry is not None else ():
        if ref.to == "expression" and each.get(option):
            label = next((one.label for one in _properties(bench, path) if one.name == option), None)
            yield f"{worded(label)}: {bench.says(f'{path}.{option}', each[option])}"


def _properties(bench: Bench, path: str) -> tuple[Any, ...]:
    panel = bench.panel(path)
    return panel.properties if panel is not None else ()


def _option(bench: Bench, path: str, to: str) -> str | None:
    """The option of a result's method that is of a kind: parts, bands, codelist; None where it has none."""
    entry = _method(bench, path)
    return next((name for name, ref in entry.refs.items() if ref.to == to), None) if entry is not None else None


def _method(bench: Bench, path: str) -> Entry | None:
    spot = find(bench.document, path) if path else None
    return runtime().catalog.get("method", str(spot.node().get("method"))) if spot is not None else None


def _table(bench: Bench, path: str) -> CodeList | None:
    """The code list whose table the chosen result is looked up in."""
    option, spot = _option(bench, path, "codelist"), find(bench.document, path) if path else None
    return bench.codelists.get(str(spot.node().get(option))) if option and spot is not None else None


def _parts(bench: Bench, path: str) -> Iterator[PartLine]:
    option = _option(bench, path, "parts")
    spot = find(bench.document, path) if option else None
    for each in elements(spot.node(), option) if spot is not None and option else ():
        at = f"{path}.{option}.{key_of(each)}"
        value = each.get("value")
        reads = bench.says(f"{at}.value", value) if value else ""
        yield PartLine(at, title_of(each), each.get("label"), each.get("weight"), value, reads)


def _total(bench: Bench, path: str) -> Decimal:
    """What the weights come to so far, those typed just now among them."""
    typed = [request.form.get(f"v:{each.path}.weight", each.weight) for each in _parts(bench, path)]
    weights = [panelposts.number(str(each)) for each in typed if each is not None]
    return sum((Decimal(str(each)) for each in weights if _is_number(each)), Decimal(0))


def _is_number(found: Any) -> bool:
    try:
        return Decimal(str(found)).is_finite()
    except ArithmeticError:
        return False


def _bands(bench: Bench, path: str) -> Iterator[BandLine]:
    option = _option(bench, path, "bands")
    spot = find(bench.document, path) if option else None
    found = elements(spot.node(), option) if spot is not None and option else ()
    begins = [Decimal(str(each["from"])) if _is_number(each.get("from")) else None for each in found]
    known = [each for each in begins if each is not None]
    least, most = (min(known), max(known)) if known else (Decimal(0), WHOLE)
    span = max(most - least, Decimal(1))
    for index, each in enumerate(found):
        low, high = begins[index], begins[index + 1] if index + 1 < len(found) else None
        start = Decimal(0) if low is None else _share(low, least, span)
        end = WHOLE if high is None else _share(high, least, span)
        at = f"{path}.{option}.{key_of(each)}"
        width = max(end - start, Decimal(0))
        yield BandLine(at, title_of(each), each.get("label"), each.get("from"), _reaches(low, high), start, width)


def _share(bound: Decimal, least: Decimal, span: Decimal) -> Decimal:
    """Where a bound stands on a picture of the scale, 0 to 100, with room at both ends."""
    return ((bound - least + span / 6) * WHOLE / (span * 4 / 3)).quantize(Decimal("0.01"))


def _reaches(low: Decimal | None, high: Decimal | None) -> str:
    """From where to where a band reaches, in words."""
    if low is None:
        return t("results.band.below", most=high) if high is not None else t("results.band.all")
    return t("results.band.from", least=low) if high is None else t("results.band.between", least=low, most=high)


def _saved(bench: Bench) -> Iterator[Edit]:
    """What the controls of the parts and bands say now, where it is something else than stood there."""
    for path in request.form.getlist("row"):
        panel = bench.panel(path)
        if panel is not None and path.startswith("results."):
            yield from panelposts.puts(panel, request.form)


def _add(ref: str, bench: Bench) -> Answer:
    """A result by its label, found by a method."""
    label, method = panelposts.text(request.form, "label"), request.form.get("method", "")
    if label is None or not method:
        flash(t("design.label_needed"), "bad")
        return redirect(f"{ROOT}/{ref}/results/", 303)
    both = {language: label.get(language) or next(iter(label.values())) for language in ("en", "id")}
    found = adding.add_element(bench.document, "results", both, {"method": method})
    return design_acts.done(ref, found.edits, found.path)


def _new_part(bench: Bench, path: str) -> Iterator[Edit]:
    """One more part, which counts what the others leave."""
    option = _option(bench, path, "parts")
    if option is None:
        raise NotFound(Message("design.gone"))
    label = panelposts.text(request.form, "new-part") or {"en": t("results.part"), "id": t("results.part")}
    both = {language: label.get(language) or next(iter(label.values())) for language in ("en", "id")}
    left = max(WHOLE - _total(bench, path), Decimal(0))
    weight = panelposts.number(f"{left:f}")
    listed = f"{path}.{option}"
    yield Add(listed, {"key": new_key(bench.document, listed, both), "label": both, "weight": weight}, None)


def _new_band(bench: Bench, path: str) -> Iterator[Edit]:
    """One more band: it begins at a number, and ends where the one that it splits ended."""
    option = _option(bench, path, "bands")
    if option is None:
        raise NotFound(Message("design.gone"))
    listed = f"{path}.{option}"
    label = panelposts.text(request.form, "new-band") or {"en": t("results.one_band"), "id": t("results.one_band")}
    both = {language: label.get(language) or next(iter(label.values())) for language in ("en", "id")}
    begins = panelposts.number(request.form.get("new-from", ""))
    element: dict[str, Any] = {"key": new_key(bench.document, listed, both), "label": both}
    if begins is not None:
        element["from"] = begins
    spot = find(bench.document, listed)
    found = [each for each in spot.value if isinstance(each, Mapping)] if spot and isinstance(spot.value, list) else []
    above = [key_of(each) for each in found if _is_above(each.get("from"), begins)]
    yield Add(listed, element, above[0] if above else None)


def _is_above(one: Any, other: Any) -> bool:
    if not _is_number(one):
        return False
    return other is None or (_is_number(other) and Decimal(str(one)) > Decimal(str(other)))


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
    return redirect(f"{ROOT}/{ref}/items?at=matrix", 303)
