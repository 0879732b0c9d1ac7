"""The flow of a design as lists: states with their tasks, transitions, roles; each row in words. Reads the draft alone.

A draft may be incomplete: what is not said yet is said to be missing, and nothing is taken for granted.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from engine.core.designing import choices, spots
from engine.core.messages import Text
from engine.web import design_words, designing
from engine.web.language import t, translate

Document = Mapping[str, Any]


class Row(NamedTuple):
    """One element: where it is, what it is called, what there is to say about it, and its neighbours for moving it.

    up and down: the key before which it has to be put; down is None at the end of the list (see `last`).
    """

    path: str
    title: Text
    lines: tuple[str, ...]
    badges: tuple[tuple[str, str], ...]
    marks: tuple[designing.Told, ...]
    home: str
    first: bool
    last: bool
    up: str | None
    down: str | None
    found: bool
    inside: tuple[Row, ...] = ()


def states(bench: designing.Bench, words: str = "") -> tuple[Row, ...]:
    """The states, each with its tasks."""
    found = spots.elements(bench.document, "states")
    rows = []
    for index, state in enumerate(found):
        inside = tuple(_tasks(bench, state, words))
        badges = [(t("diagram.start"), "info")] if state.get("initial") else []
        badges += [(t("diagram.end"), "good")] if state.get("final") else []
        lines = () if inside or state.get("final") else (t("admin.definition.no_tasks"),)
        rows.append(row(bench, "states", found, index, words, lines, tuple(badges), inside))
    return tuple(rows)


def transitions(bench: designing.Bench, words: str = "") -> tuple[Row, ...]:
    """The transitions: from where, to where, who may, on which conditions."""
    found = spots.elements(bench.document, "transitions")
    return tuple(
        row(bench, "transitions", found, index, words, tuple(_move_lines(bench, move)), tuple(_move_badges(move)))
        for index, move in enumerate(found)
    )


def roles(bench: designing.Bench, words: str = "") -> tuple[Row, ...]:
    """The roles, each with how its people are found."""
    found = spots.elements(bench.document, "roles")
    return tuple(
        row(bench, "roles", found, index, words, (rule_words(bench.document, role),), ())
        for index, role in enumerate(found)
    )


def rule_words(document: Document, role: Mapping[str, Any]) -> str:
    """How the people of a role are found, and what is asked where that finds nobody."""
    if not role.get("rule"):
        return t("design.missing.rule")
    told = design_words.worded(choices.rule_name(str(role["rule"])))
    of = [design_words.value(document, role[name]) for name in ("role", "by", "post") if role.get(name)]
    of += [design_words.word_of(f"admin.right.{role['grant']}", str(role["grant"]))] if role.get("grant") else []
    told = f"{told}: {', '.join(of)}" if of else told
    inner = role.get("else")
    return f"{told}. {t('design.otherwise')} {rule_words(document, inner)}" if isinstance(inner, Mapping) else told


def _tasks(bench: designing.Bench, state: Mapping[str, Any], words: str) -> Iterator[Row]:
    found = spots.elements(state, "tasks")
    home = f"states.{spots.key_of(state)}.tasks"
    for index, task in enumerate(found):
        yield row(bench, home, found, index, words, tuple(_task_lines(bench.document, task)), ())


def _task_lines(document: Document, task: Mapping[str, Any]) -> Iterator[str]:
    who = design_words.value(document, task.get("role")) if task.get("role") else t("design.missing.role")
    if task.get("fill"):
        does = t("admin.definition.fills", form=design_words.value(document, task["fill"]))
    elif task.get("decide"):
        does = t("admin.definition.decides", moves=design_words.value(document, task["decide"]))
    else:
        does = t("design.missing.does")
    yield f"{who} · {does}"
    if due := design_words.due_words(task.get("due")):
        yield due


def _move_lines(bench: designing.Bench, move: Mapping[str, Any]) -> Iterator[str]:
    document = bench.document
    sources = move.get("from") if isinstance(move.get("from"), list) else []
    target = design_words.value(document, move.get("to")) if move.get("to") else t("design.missing.to")
    start = design_words.value(document, sources) if sources else t("design.missing.from")
    yield f"{start} → {target}"
    if not move.get("automatic"):
        who = list(dict.fromkeys(deciders(document, spots.key_of(move))))
        yield t("design.may", roles=", ".join(who)) if who else t("design.missing.who")
    if move.get("when"):
        yield t("design.when", rule=bench.says(f"transitions.{spots.key_of(move)}.when", move["when"]))
    for call in spots.elements(move, "guards"):
        yield call_words(bench, call)


def deciders(document: Document, move: str) -> Iterator[str]:
    """The roles that may do a transition, by name."""
    for state in spots.elements(document, "states"):
        for task in spots.elements(state, "tasks"):
            if isinstance(task.get("decide"), list) and move in task["decide"]:
                yield design_words.value(document, task.get("role"))


def call_words(bench: designing.Bench, call: Mapping[str, Any]) -> str:
    """A guard by its name, with what it was given."""
    entry = bench.world.catalog.get("guard", str(call.get("name")))
    told = design_words.worded(choices.extension(entry).label) if entry else str(call.get("name", "…"))
    options = call.get("options")
    given = (
        [design_words.value(bench.document, each) for each in options.values()] if isinstance(options, Mapping) else []
    )
    return f"{told}: {', '.join(given)}" if given else told


def _move_badges(move: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if move.get("automatic"):
        yield t("diagram.automatic"), "info"
    if move.get("reason") == "required":
        yield t("design.with_reason"), "plain"


def row(
    bench: designing.Bench,
    home: str,
    listed: tuple[Mapping[str, Any], ...],
    index: int,
    words: str,
    lines: tuple[str, ...],
    badges: tuple[tuple[str, str], ...],
    inside: tuple[Row, ...] = (),
) -> Row:
    """An element of a list as a row, with its neighbours."""
    element = listed[index]
    path = f"{home}.{spots.key_of(element) or index}"
    title = spots.title_of(element)
    keys = [spots.key_of(each) or str(place) for place, each in enumerate(listed)]
    wanted = words.casefold()
    return Row(
        path=path,
        title=title,
        lines=lines,
        badges=badges,
        marks=bench.marks(path),
        home=home,
        first=index == 0,
        last=index == len(listed) - 1,
        up=keys[index - 1] if index else None,
        down=keys[index + 2] if index + 2 < len(keys) else None,
        found=bool(wanted) and wanted in " ".join((translate(title), spots.key_of(element), *lines)).casefold(),
        inside=inside,
    )
