"""What every page of the designer needs of one design, read for the actor of the request. Changes nothing.

`open_bench(ref)` answers its Bench (bench.py), with what only the database knows: who else is there, which posts are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from engine import definitions, designs
from engine.core.designing.findings import Finding, finding
from engine.core.designing.panelparts import Choice
from engine.core.designing.spots import elements
from engine.core.errors import NotFound, Problem
from engine.core.messages import Message, Text
from engine.core.times import to_text
from engine.store.queries import designs as queries
from engine.store.queries import named_posts, staffing
from engine.web.actor import require_actor
from engine.web.bench import DEFINITION, RIGHTS, ROOT, Bench, Conflict, Other, Told
from engine.web.context import now, runtime
from engine.web.design_kinds import tab_of

__all__ = ["DEFINITION", "ROOT", "Bench", "Conflict", "Other", "Told", "open_bench", "tab_of"]

HERE_FOR = timedelta(seconds=60)  # so long somebody is here after the last we heard of him
MOST_POSTS = 400  # to choose from: those nearest the top of the tree


def open_bench(ref: str) -> Bench:
    """The design of a ref, for the actor of the request; NotFound where there is none."""
    rt, actor = runtime(), require_actor()
    with rt.db.read() as db:
        row = queries.by_ref(db, ref)
        if row is None:
            raise NotFound(Message("designs.not_found"))
        mine = queries.latest_of(db, row.id, actor.person_id)
        here = queries.present(db, row.id, since=to_text(now() - HERE_FOR), but=actor.person_id)
        codelists = definitions.published_codelists(rt, db)
        draft = designs.draft_of(row)
        posts, doubts = _posts(db, draft.document), tuple(_doubts(db, draft.document))
    is_open = designs.status_of(row) == "open"
    return Bench(
        row=row,
        draft=draft,
        codelists=codelists,
        posts=posts,
        doubts=doubts,
        can_undo=is_open and mine is not None and mine.to_undo is not None,
        can_redo=is_open and mine is not None and mine.to_redo is not None,
        others=tuple(Other(each.name, tab_of(row.kind, each.part)) for each in here),
    )


def _posts(db: Any, document: Mapping[str, Any]) -> tuple[Choice, ...]:
    """The posts that a rule may name, where one is about to be named."""
    if not any(rule.get("rule") == "holder_of_post" for _, rule in rules_of(document)):
        return ()
    rows = named_posts.nearest_the_top(db, MOST_POSTS)
    return tuple(Choice(row.key, Text(f"{row.name}, {row.unit}", f"{row.name}, {row.unit}")) for row in rows)


def _doubts(db: Any, document: Mapping[str, Any]) -> Iterator[Finding]:
    """Rules that find nobody because the post or the right that they name is not there."""
    named = [(path, str(rule["post"])) for path, rule in rules_of(document) if rule.get("post")]
    known = staffing.known_posts(db, {key for _, key in named}) if named else frozenset()
    wrong = [(path, "post", Message("lint.post_unknown", role=path.split(".")[1], post=key))
             for path, key in named if key not in known]  # fmt: skip
    for path, rule in rules_of(document):
        if rule.get("grant") and rule["grant"] not in RIGHTS:
            message = Message("lint.grant_unknown", role=path.split(".")[1], grant=str(rule["grant"]), known=RIGHTS)
            wrong.append((path, "grant", message))
    for path, name, message in wrong:
        yield finding(document, Problem(f"{path}.{name}", message, warning=True))


def rules_of(document: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every rule of every role, by its path: its own, and those in its `else`."""
    for role in elements(document, "roles"):
        path, rule = f"roles.{role.get('key')}", role
        while isinstance(rule, Mapping):
            yield path, rule
            path, rule = f"{path}.else", rule.get("else")  # type: ignore[assignment]
