"""What is known of links in answers, for templates: `links_of(view)` before a form is read, then `link_state(field)`.

One question a form that has links to be checked; none for all others.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import Flask, g

from engine import links
from engine.store.queries import links as queries
from engine.web.context import runtime

if TYPE_CHECKING:
    from engine.core.filling.formviews import FieldView, FormView

TONES = {"reached": "good", "not_found": "bad", "unknown_host": "bad", "refused": "warn", "timed_out": "warn"}


class State(NamedTuple):
    """The last check of a link: its key below `links.`, its tone, the status that was answered, and when."""

    outcome: str
    tone: str = "plain"
    status: str = ""
    at: datetime | None = None


WAITING = State("waiting")


def add_link_checks(app: Flask) -> None:
    """Give templates the two names, and the test `has_links` of a form."""
    app.jinja_env.globals.update(links_of=links_of, link_state=link_state)
    app.jinja_env.tests["has_links"] = has_links


def links_of(view: "FormView") -> str:
    """Read what is known of all links of a form; draws nothing."""
    _learn(list(_addresses(view)))
    return ""


def has_links(view: "FormView") -> bool:
    """Whether any link of a form is asked about."""
    return next(_addresses(view), None) is not None


def link_state(field: "FieldView") -> State | None:
    """How the link of a field stands; None where nobody asks."""
    if not getattr(field.field, "reach", False) or field.value is None:
        return None
    if field.value not in g.get("link_states", {}):
        _learn([field.value])
    found: State = g.link_states[field.value]
    return found


def _addresses(fields: Any) -> Iterator[str]:
    for field in fields:
        if field.value is not None and getattr(field.field, "reach", False):
            yield field.value
        for row in field.rows:
            yield from _addresses(row)


def _learn(addresses: list[str]) -> None:
    if not addresses:
        return
    with runtime().db.read() as db:
        known = queries.of(db, map(links.digest, addresses))
    states = {each: _state(known.get(links.digest(each))) for each in addresses}
    g.link_states = {**g.get("link_states", {}), **states}


def _state(row: Any) -> State:
    if row is None:
        return WAITING
    status = "" if row.status is None else str(row.status)
    return State(row.outcome, TONES.get(row.outcome, "plain"), status, datetime.fromisoformat(row.at))
