"""What the streams of persons and definitions add up to, for the rows that repeat it. Nothing is read here.

A fact maps columns to values, with refs in place of integer keys; a row fits when each named column has the value.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.core.history import Change, state_on

Fact = dict[str, Any]
STATUS_AFTER = {
    "definition.submitted": "in_review",
    "definition.sent_back": "draft",
    "definition.published": "published",
    "definition.retired": "retired",
}


@dataclass(slots=True)
class About:
    """What the stream of one person says so far: who it is, and his appointments and grants by ref."""

    person: Fact = field(default_factory=dict)
    appointments: dict[str, Fact] = field(default_factory=dict)
    grants: dict[str, Fact] = field(default_factory=dict)
    said: list[Change] = field(default_factory=list)
    erased: set[str] = field(default_factory=set)
    as_of: str = ""


def tell_of_person(about: About, row: Any) -> None:
    """Add an event of a person's stream; of kinds that no column repeats (sign-ins, accounts) nothing is kept."""
    tell = PERSON_KINDS.get(row.kind)
    if tell is not None:
        tell(about, row, json.loads(row.leaf)["public"])


def _added(about: About, row: Any, public: Mapping[str, Any]) -> None:
    about.person = {"ref": public.get("person"), "active": True, "recorded_at": row.at}
    if row.note_body is not None:
        noted = json.loads(row.note_body)
        about.person |= {name: noted.get(name) for name in ("name", "nip", "email", "kind", "grade")}
        about.person["name_lower"] = str(noted.get("name")).lower()


def _changed(about: About, row: Any, public: Mapping[str, Any]) -> None:
    """From a day on, fields have other values; `as_of` is the day for which the row was last written."""
    about.as_of, fields = str(public.get("as_of")), public.get("fields", ())
    noted = {} if row.note_body is None else json.loads(row.note_body)
    body = {name: noted[name] for name in fields if name in noted}
    about.erased.update(name for name in fields if name not in noted)
    about.said.append(Change(len(about.said), str(public.get("starts_on")), row.at, body))


def _left(about: About, row: Any, public: Mapping[str, Any]) -> None:
    about.person["active"] = False


def _returned(about: About, row: Any, public: Mapping[str, Any]) -> None:
    about.person["active"] = True


def _appointed(about: About, row: Any, public: Mapping[str, Any]) -> None:
    said = {name: public.get(name) for name in ("post", "kind", "starts_on", "ends_on")}
    noted = {} if row.note_body is None else {"order_number": json.loads(row.note_body).get("order_number")}
    about.appointments[str(public.get("appointment"))] = {**said, **noted, "recorded_at": row.at, "superseded": None}


def _ended(about: About, row: Any, public: Mapping[str, Any]) -> None:
    """A new row takes the place of the old one, which only learns by which."""
    old, new = about.appointments.get(str(public.get("replaces")), {}), public.get("appointment")
    about.appointments[str(new)] = {**old, "ends_on": public.get("ends_on"), "recorded_at": row.at, "superseded": None}
    old["superseded"] = new


def _corrected(about: About, row: Any, public: Mapping[str, Any]) -> None:
    """The same, and the new row says for itself how and from when to when."""
    old = about.appointments.get(str(public.get("replaces")), {})
    _appointed(about, row, {**public, "post": old.get("post")})
    old["superseded"] = public.get("appointment")


def _granted(about: About, row: Any, public: Mapping[str, Any]) -> None:
    said = {name: public.get(name) for name in ("unit", "role", "starts_on", "ends_on")}
    about.grants[str(public.get("grant"))] = {**said, "granted": row.actor_of_id, "recorded_at": row.at}


def _revoked(about: About, row: Any, public: Mapping[str, Any]) -> None:
    about.grants.setdefault(str(public.get("grant")), {})["ends_on"] = public.get("ends_on")


PERSON_KINDS: dict[str, Callable[[About, Any, Mapping[str, Any]], None]] = {
    "person.added": _added,
    "person.changed": _changed,
    "person.took_effect": _changed,
    "person.left": _left,
    "person.returned": _returned,
    "appointment.made": _appointed,
    "appointment.ended": _ended,
    "appointment.corrected": _corrected,
    "grant.given": _granted,
    "grant.revoked": _revoked,
}


def wrong_with_person(
    about: About, person: Any | None, appointments: Iterable[Any], grants: Iterable[Any]
) -> str | None:
    """Which of a person's rows are not what his stream adds up to, or None."""
    if person is None or not is_fitting(person, _today(about)):
        return "person"
    if not _are_fitting(appointments, about.appointments):
        return "appointment"
    return None if _are_fitting(grants, about.grants) else "grant"


def _today(about: About) -> Fact:
    """What the row must say; of fields whose note was erased nothing is known any more."""
    found = state_on(about.person, about.said, about.as_of)
    if "name" in found:
        found["name_lower"] = str(found["name"]).lower()
    unknown = about.erased | ({"name_lower"} if "name" in about.erased else set())
    return {name: value for name, value in found.items() if name in about.person and name not in unknown}


def _are_fitting(rows: Iterable[Any], facts: Mapping[str, Fact]) -> bool:
    """Whether each row has its fact, each fact its row."""
    found = {row.ref: row for row in rows}
    return found.keys() == facts.keys() and all(is_fitting(row, facts[ref]) for ref, row in found.items())


def is_fitting(row: Any, fact: Fact) -> bool:
    """Whether a row has every value of a fact."""
    return all(getattr(row, name) == value for name, value in fact.items())


def tell_of_version(versions: dict[str, Fact], row: Any) -> None:
    """Add an event of a definition's stream to what is known of versions, by ref."""
    public = json.loads(row.leaf)["public"]
    ref = str(public.get("version"))
    if row.kind == "definition.imported":
        kind, _, key = row.stream.removeprefix("definition:").partition("/")
        said = {"number": public.get("number"), "digest": public.get("digest"), "source": public.get("source")}
        versions[ref] = {
            **said, "kind": kind, "key": key, "status": "draft", "author": row.actor_of_id, "reviewer": None,
        }  # fmt: skip
    elif row.kind in STATUS_AFTER:
        fact = versions.setdefault(ref, {})
        fact["status"] = STATUS_AFTER[row.kind]
        if row.kind == "definition.published":
            fact |= {"digest": public.get("digest"), "reviewer": row.actor_of_id}
