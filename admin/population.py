"""For whom a cycle is opened, as choices: units and what lies below, kinds of employment, grades, kinds of posts.

The choices become the expression that the cycle keeps, in one writing, so that it can be read back and told in words.
What was typed by hand in another writing stands for itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request
from sqlalchemy import Connection

from admin import organisation_tree, place_words, words
from admin.organisation_tree import Leaf
from engine.core import grades
from engine.core.case import Actor
from engine.linked import NOBODY
from engine.store.queries import units
from engine.web.language import t

# Choice → how each of its values is asked in the expression, in the order in which they are joined.
ASKED: Mapping[str, str] = {
    "in_units": "'{}' in units",
    "of_kinds": "kind == '{}'",
    "of_grades": "grade == '{}'",
    "of_posts": "post_kind == '{}'",
}
PATTERNS = {name: re.compile(re.escape(asked).replace(r"\{\}", "([A-Za-z0-9_/]+)")) for name, asked in ASKED.items()}
EVERYBODY = ("", "true")  # as typed, and as kept
PLAIN = re.compile(r"[A-Za-z0-9_/]+")

Picked = Mapping[str, tuple[str, ...]]


def typed() -> Picked:
    """What was chosen on the page that was sent; a value that no choice has is left out."""
    return {
        name: tuple(value for value in dict.fromkeys(request.form.getlist(name)) if PLAIN.fullmatch(value))
        for name in ASKED
    }


def written(picked: Picked) -> str:
    """The expression of some choices; nothing where nothing is chosen, which means everybody."""
    groups = [" or ".join(ASKED[name].format(value) for value in picked[name]) for name in ASKED if picked.get(name)]
    return " and ".join(f"({group})" for group in groups)


def read_back(source: str) -> Picked | None:
    """The choices that an expression was written from; None for one that was typed in another writing."""
    picked: dict[str, tuple[str, ...]] = dict.fromkeys(ASKED, ())
    for group in re.findall(r"\(([^()]*)\)", source):
        for name, pattern in PATTERNS.items():
            found = [pattern.fullmatch(asked) for asked in group.split(" or ")]
            if all(found):
                picked[name] = tuple(match[1] for match in found if match)
    return picked if written(picked) == source.strip() else None


@dataclass(frozen=True, slots=True)
class Choices:
    """What a form offers, by the name of its control: pairs of value and words."""

    offered: Mapping[str, Sequence[tuple[str, str]]]

    def told(self, source: str) -> str:
        """For whom, in words; an own rule is named as such."""
        picked = read_back(source)
        if picked is None:
            return t("organisation.population.own", rule=source)
        called = {key: name.strip() for key, name in self.offered["in_units"]}
        return _in_words(picked, called) or t("organisation.population.everybody")


def whom(db: Connection, source: str) -> str | None:
    """For whom a cycle was opened, in words; None for a rule that was typed in a writing of its own."""
    if source.strip() in EVERYBODY:
        return t("organisation.population.all_of_opener")
    if source == NOBODY:
        return t("organisation.population.one_by_one")
    picked = read_back(source)
    # Its units are named whoever reads, and when they have ended: the rule beside it has their keys.
    return None if picked is None else _in_words(picked, units.names_of_keys(db, picked["in_units"]))


def _in_words(picked: Picked, units_called: Mapping[str, str]) -> str:
    """What was chosen, group by group; units_called: key → name, else the key stands."""
    said: Mapping[str, Callable[[str], str]] = {
        "in_units": lambda key: units_called.get(key, key),
        "of_kinds": words.person_kind,
        "of_posts": place_words.kind,
    }
    groups = {name: ", ".join(said.get(name, str)(value) for value in values) for name, values in picked.items()}
    return "; ".join(t(f"organisation.population.{name}", named=named) for name, named in groups.items() if named)


def choices(db: Connection, actor: Actor, below: Sequence[Any]) -> Choices:
    """What an actor may choose from; `below`: the units of his administration."""
    offered = [(grade, grade) for kind in words.PERSON_KINDS for grade in grades.GRADES[kind]]
    return Choices(
        {
            "in_units": _indented(below),
            "of_kinds": [(kind, words.person_kind(kind)) for kind in words.PERSON_KINDS],
            "of_grades": offered,
            "of_posts": [(kind, place_words.kind(kind)) for kind in units.post_kinds(db, actor)],
        }
    )


def _indented(below: Sequence[Any]) -> list[tuple[str, str]]:
    """The units by key as the tree has them, each below its parent."""
    keys = {unit.id: unit.key for unit in below}
    leaves = [Leaf(unit.key, unit.name, keys.get(unit.parent_id)) for unit in below]
    whole = organisation_tree.grow(leaves, {}, most=len(leaves))
    branches = organisation_tree.every(whole)
    return [(branch.unit.ref, "\u2003" * branch.depth + branch.unit.name) for branch in branches]
