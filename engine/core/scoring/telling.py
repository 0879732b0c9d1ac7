"""Tells how a number was made: a kept tree as branches of messages, for a page or a paper. Says no sentence itself.

Whose answers and which fields those were is looked up by whoever asks; what is not found is told by its key.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from engine.core.messages import Message, Param, Text, message_from_document, readable
from engine.core.scope import along

SHOWN = Decimal("0.000001")
JOINED = re.compile(r"(?:average|sum|min|max)\((figures\.\w+\.\w+)\)")


@dataclass(frozen=True, slots=True)
class Names:
    """What a tree names: of a path of a form its labels, of the ref of a person his name, of a moment its local day."""

    field: Callable[[str], Text]
    form: Callable[[str], Text]
    person: Callable[[str], str]
    day: Callable[[str], date]
    indicator: Callable[[str], Text]


@dataclass(frozen=True, slots=True)
class Branch:
    """A node as it is told: what it is, what it came to, how, what happened, and where it comes from.

    `figure`: what a figure says of itself, for a link to the entries behind it.
    """

    label: Param
    found: Param
    how: tuple[Message, ...]
    why: tuple[Message, ...]
    sources: tuple[Message, ...]
    children: tuple[Branch, ...]
    figure: Mapping[str, Any] | None = None


def told(derivation: Mapping[str, Any], names: Names) -> Branch:
    """The tree of a score."""
    return _branch(derivation["tree"], derivation.get("inputs", {}), names, {})


def _branch(node: Mapping[str, Any], inputs: Mapping[str, Any], names: Names, parent: Mapping[str, Any]) -> Branch:
    only = _alike(node)
    if only is not None and node["rule"]["name"] == "sought":
        return _branch(only, inputs, names, parent)
    if only is not None and only["what"] == "input":
        below = _branch(only, inputs, names, node)
        own = {name: said for name, said in node.items() if name != "children"}
        above = _branch(own, inputs, names, parent)
        return replace(above, how=(*above.how, *below.how), sources=below.sources, figure=below.figure)
    label: Param = Message("score.tell.one", number=node["key"]) if node["what"] == "one" else _text(node["label"])
    given = inputs.get(node["key"]) if node["what"] == "input" else inputs.get(node.get("source", {}).get("input", ""))
    places = given.get("from", ()) if given is not None else ()
    figure = next((place["figure"] for place in places if place["kind"] == "figure"), None)
    return Branch(
        label,
        _found(node),
        (*_how(node, parent), *_given(given, names)),
        tuple(message_from_document(each) for each in node.get("why", ())),
        tuple(_source(place, given or {}, names) for place in places if place["kind"] != "other"),
        tuple(_branch(child, inputs, names, node) for child in node.get("children", ())),
        figure,
    )


def _alike(node: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The only thing that a node comes from, where it says the same number: then one line tells both."""
    children = node.get("children", ())
    plain = node["what"] == "part" and node.get("rule", {}).get("name") in ("value", "sought") and "why" not in node
    if not plain or len(children) != 1 or "value" not in node or children[0].get("value") != node["value"]:
        return None
    only: Mapping[str, Any] = children[0]
    return only


def _found(node: Mapping[str, Any]) -> Param:
    """What a node came to: a number with its unit, a band, an answer; a dash where it is missing."""
    value, unit = _number(node.get("value")), node.get("unit")
    band = _text(node["band_label"]) if "band_label" in node else None
    if value is None:
        return band or _said(node)
    number: Param = Message("score.tell.unit", number=value, unit=_text(unit)) if unit is not None else value
    return number if band is None else Message("score.tell.banded", number=number, band=band)


def _said(node: Mapping[str, Any]) -> Param:
    said = node.get("said")
    if said in ("true", "false"):
        return Message(f"score.tell.{'yes' if said == 'true' else 'no'}")
    if said is None and node["what"] == "input" and node.get("children"):
        return Message("score.tell.several", count=len(node["children"]))
    return Message("score.tell.missing") if said is None else str(said)


def _how(node: Mapping[str, Any], parent: Mapping[str, Any]) -> Iterator[Message]:
    """By which rule, how it was rounded, and what it brings to the sum above it."""
    rule = node.get("rule", {})
    yield from _rule(rule, node)
    before, rounding = _number(node.get("before")), node.get("round")
    if rounding is not None and before is not None and Decimal(node["before"]) != Decimal(node["value"]):
        yield Message(f"score.tell.rounded.{rounding['mode']}", number=before, places=int(rounding["places"]))
    share = _number(node.get("share"))
    if share is not None and parent.get("rule", {}).get("weights") == "equal":
        yield Message("score.tell.equal_share", share=share)
    elif share is not None:
        yield Message("score.tell.share", weight=_number(node["weight"]) or Decimal(0), share=share)


def _rule(rule: Mapping[str, Any], node: Mapping[str, Any]) -> Iterator[Message]:
    name = rule.get("name")
    if name == "formula":
        yield Message("score.tell.rule.formula", formula=_worded(str(rule["formula"]), node))
    elif name == "weighted":
        yield Message(f"score.tell.rule.weighted.{rule['missing']}")
    elif name == "combined":
        yield Message(f"score.tell.rule.combined.{rule['how']}", count=int(rule["count"]))
    elif name == "bands":
        yield from _band(rule)
    elif name == "table" and "row_label" in rule:
        yield Message("score.tell.rule.cell", row=_text(rule["row_label"]), column=_text(rule["column_label"]))
    elif name in ("table", "by_hand", "above", "sought"):
        yield Message(f"score.tell.rule.{name}")


def _band(rule: Mapping[str, Any]) -> Iterator[Message]:
    begins, ends = _number(rule.get("from")), _number(rule.get("to"))
    if begins is not None and ends is not None:
        yield Message("score.tell.rule.between", begins=begins, ends=ends)
    elif begins is not None:
        yield Message("score.tell.rule.since", begins=begins)
    elif ends is not None:
        yield Message("score.tell.rule.until", ends=ends)


def _worded(formula: str, node: Mapping[str, Any]) -> Text:
    """A formula of a step with the names of what it reads, as people call them."""
    return _called(formula, {child["key"]: _text(child["label"]) for child in node.get("children", ())})


def _called(formula: str, called: Mapping[str, Text]) -> Text:
    """A formula with names in place of keys or paths, and the signs that people write."""
    if not called:
        return _signs(Text(formula, formula))
    longest = sorted(called, key=len, reverse=True)
    pattern = re.compile(rf"(?<![\w.])({'|'.join(map(re.escape, longest))})(?:\.(?:value|band))?(?![\w.])")
    return _signs(
        Text(
            pattern.sub(lambda found: f"“{called[found[1]].id}”", formula),
            pattern.sub(lambda found: f"“{called[found[1]].en}”", formula),
        )
    )


def _signs(text: Text) -> Text:
    both = (words.replace(" * ", " × ").replace(" / ", " ÷ ") for words in (text.id, text.en))
    return Text(*both)


def _is_plain(given: Mapping[str, Any]) -> bool:
    """Whether an input is one thing as it stands; else a formula of the workflow made it."""
    places = given.get("from", ())
    return len(places) == 1 and places[0]["path"] == given.get("formula")


def _given(given: Mapping[str, Any] | None, names: Names) -> Iterator[Message]:
    """How a workflow made an input of what it read."""
    if given is None or _is_plain(given) or "formula" not in given or _is_of_one(given):
        return
    called = {place["path"]: _name(place, names) for place in given.get("from", ()) if place["kind"] != "other"}
    yield Message("score.tell.rule.formula", formula=_called(str(given["formula"]), called))


def _is_of_one(given: Mapping[str, Any]) -> bool:
    """Whether a formula joins the rows of indicators that were chosen where only one was: it is that one's number."""
    found = JOINED.fullmatch(str(given["formula"]).strip())
    rows = along(given.get("read"), found[1]) if found is not None else None
    return isinstance(rows, list) and len(rows) == 1


def _name(place: Mapping[str, Any], names: Names) -> Text:
    if place["kind"] == "figure":
        return names.indicator(str(place["figure"].get("indicator", "")))
    return names.field(place["path"]) if place["kind"] == "answer" else readable(place["path"].rpartition(".")[2])


def _source(place: Mapping[str, Any], given: Mapping[str, Any], names: Names) -> Message:
    """Where something that was read comes from; what it was, too, where a formula made something else of it."""
    what = _place(place, names)
    if _is_plain(given) or "achieved" in place.get("figure", ()):
        return what
    value = along(given.get("read"), place["path"])
    if isinstance(value, list):
        return Message("score.tell.source.of", source=what, value=Message("score.tell.several", count=len(value)))
    shown: Param = Message("score.tell.missing") if value is None else _as_number(value)
    return Message("score.tell.source.of", source=what, value=shown)


def _as_number(value: Any) -> Param:
    try:
        return _number(value) or Decimal(0)
    except InvalidOperation:
        return str(value)


def _place(place: Mapping[str, Any], names: Names) -> Message:
    if place["kind"] == "answer":
        what = {"field": names.field(place["path"]), "form": names.form(place["form"])}
        if "submission" not in place:
            return Message("score.tell.source.answer_alone", **what)
        by, day = names.person(place["by"]), names.day(place["at"])
        return Message("score.tell.source.answer", by=by, on=day, **what)
    if place["kind"] == "figure":
        figure = place["figure"]
        name = names.indicator(str(figure.get("indicator", "")))
        count = int(Decimal(str(figure.get("n") or 0)))
        if "achieved" in figure:  # it was chosen, with a target beside it
            parts = {part: _shown(figure[part]) for part in ("value", "target", "achieved")}
            return Message("score.tell.source.chosen", name=name, count=count, **parts)
        return Message("score.tell.source.figure", name=name, count=count)
    if place["kind"] == "cases":
        return Message("score.tell.source.cases", count=len(place["cases"]))
    return Message("score.tell.source.result")


def _shown(kept: Any) -> Param:
    return Message("score.tell.missing") if kept is None else _as_number(kept)


def _text(said: Any) -> Text:
    return Text(str(said["id"]), str(said["en"]))


def _number(text: Any) -> Decimal | None:
    """A kept number as it is shown: of what never ends, six places."""
    if text is None:
        return None
    number = Decimal(str(text))
    exponent = number.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -6:
        return number.quantize(SHOWN, ROUND_HALF_UP).normalize() + 0
    return number
