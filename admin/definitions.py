"""Definitions: the list of versions, and one version with its document, diagram, tables and history. Reads only."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from flask import Response
from flask_admin import expose
from sqlalchemy import ColumnElement, false, true
from sqlalchemy.orm import Query, joinedload

from admin import definition_review, procedure, words
from admin.listing import Filter, Order
from admin.views import OVERSEERS, SecureModelView
from engine import definitions as verbs
from engine import documents, reviewing, role_doubts
from engine.core import definition as kinds
from engine.core.case import Actor
from engine.core.messages import Message
from engine.core.proof import leaf as leaves
from engine.core.reading import normal
from engine.store import tables
from engine.store.queries import definitions, event_lists
from engine.web import holding
from engine.web.actor import require_actor
from engine.web.context import runtime
from engine.web.downloads import saved_as
from engine.web.language import t

STATUSES = ("draft", "in_review", "published", "retired")
KINDS = ("workflow", "register", "indicator", "score", "codelist")


class Happening(NamedTuple):
    """An event of a version: what, by whom, when."""

    ref: str
    words: str
    who: str
    at: datetime
    reason: str


class DefinitionView(SecureModelView):
    """Definisi."""

    column_list = ("key", "title", "kind", "number", "status", "author", "reviewer", "published_at")
    orders: Mapping[str, Order] = {
        "newest": Order(lambda: (tables.DefinitionVersion.id,), (int,), lambda row: (row.id,), descending=True),
        "key": Order(
            lambda: (tables.DefinitionVersion.kind, tables.DefinitionVersion.key, tables.DefinitionVersion.number),
            (str, str, int),
            lambda row: (row.kind, row.key, row.number),
        ),
    }
    filters = (
        Filter(
            "status",
            "select",
            lambda view, status: tables.DefinitionVersion.status == status,
            lambda view: [(status, t(f"status.{status}")) for status in STATUSES],
        ),
        Filter(
            "kind",
            "select",
            lambda view, kind: tables.DefinitionVersion.kind == kind,
            lambda view: [(kind, t(f"admin.definition_kind.{kind}")) for kind in KINDS],
        ),
    )
    list_template = "backoffice/definitions/list.html"

    def scope(self, actor: Actor) -> ColumnElement[bool]:
        return true() if any(actor.has(right) for right in OVERSEERS) else false()

    def search(self, text: str) -> ColumnElement[bool]:
        return tables.DefinitionVersion.key.startswith(text.lower(), autoescape=True)

    def get_query(self) -> Query[Any]:
        both = joinedload(tables.DefinitionVersion.author), joinedload(tables.DefinitionVersion.reviewer)
        return super().get_query().options(*both)

    def details(self, rows: Sequence[tables.DefinitionVersion]) -> Mapping[str, str]:
        """Digest → the definition's name in the reader's language."""
        bodies = definitions.bodies(self.db, [row.digest for row in rows])
        return {row.digest: words.text(json.loads(row.body)["name"]) for row in bodies}

    def cell(self, row: tables.DefinitionVersion, name: str, more: Mapping[str, str]) -> str:
        if name == "title":
            return more[row.digest]
        if name in ("author", "reviewer"):
            person = getattr(row, name)
            return person.name if person else ""
        if name == "kind":
            return t(f"admin.definition_kind.{row.kind}")
        if name == "status":
            return t(f"status.{row.status}")
        if name == "published_at":
            return words.moment(row.published_at)
        return super().cell(row, name, more)

    @expose("/<ref>")
    def version_page(self, ref: str) -> str:
        row = self.get_one(ref)
        definition = self._definition(row)
        return self.render(
            "backoffice/definitions/version.html",
            row=row,
            definition=definition,
            conditions=self._conditions(definition),
            holding=holding,
            others=self._others(row),
            is_workflow=isinstance(definition, kinds.WorkflowDefinition),
            is_register=isinstance(definition, kinds.RegisterDefinition),
            is_score=isinstance(definition, kinds.ScoreDefinition),
            items=definition.items if isinstance(definition, kinds.CodeList) else (),
            text=documents.write_yaml(normal.dump(definition)),
            history=self._history(row),
            why_not=self._why_not(row),
            review_case=reviewing.open_case(self.db, row.ref) if row.status == "in_review" else None,
            track=definition_review.track(row),
            review=self._review(row, definition),
            doubts=role_doubts.doubts(self.db, definition) if row.kind == "workflow" else (),
            is_admin=require_actor().has("admin"),
            tables=_tables(definition),
        )

    def _conditions(self, definition: kinds.Definition) -> Mapping[str, tuple[str, ...]]:
        if not isinstance(definition, kinds.WorkflowDefinition):
            return {}
        return procedure.conditions(definition, runtime().library.known_to(self.db, definition))

    def _review(self, row: tables.DefinitionVersion, definition: kinds.Definition) -> definition_review.Review | None:
        """What whoever reviews a version wants to know; nothing once it was decided."""
        if row.status not in ("draft", "in_review"):
            return None
        return definition_review.review(runtime(), self.db, row, definition)

    def _why_not(self, row: tables.DefinitionVersion) -> Mapping[str, Message]:
        rt = runtime()
        with rt.db.read() as db:
            return verbs.refusals(db, definitions.version(db, row.ref), require_actor(), rt.clock())

    @expose("/<ref>/document.yaml")
    def document_file(self, ref: str) -> Response:
        """The document in its normal form, to keep or to edit."""
        row = self.get_one(ref)
        text = documents.write_yaml(normal.dump(self._definition(row)))
        return saved_as(Response(text, mimetype="text/plain"), f"{row.key}-{row.number}.yaml")

    def _definition(self, row: tables.DefinitionVersion) -> kinds.Definition:
        return normal.load(json.loads(definitions.body(self.db, row.digest) or "{}"))

    def _others(self, row: tables.DefinitionVersion) -> list[tables.DefinitionVersion]:
        same = self.get_query().filter(
            tables.DefinitionVersion.kind == row.kind, tables.DefinitionVersion.key == row.key
        )
        return (
            same.filter(tables.DefinitionVersion.id != row.id)
            .order_by(tables.DefinitionVersion.number.desc())
            .limit(20)
            .all()
        )

    def _history(self, row: tables.DefinitionVersion) -> list[Happening]:
        """The events of this version, newest first; those of its sisters are in the same stream."""
        found = event_lists.of_stream(self.db, f"definition:{row.kind}/{row.key}")
        return [_happening(event) for event in found if _names(event, row.ref)]


def _names(event: Any, version_ref: str) -> bool:
    leaf = leaves.decode(bytes(event.leaf)) or {}
    return leaf.get("public", {}).get("version") == version_ref


def _happening(event: Any) -> Happening:
    note = json.loads(event.note) if event.note else {}
    return Happening(
        ref=event.ref,
        words=words.event_kind(event.kind),
        who=event.actor_name or t("admin.system"),
        at=datetime.fromisoformat(event.at),
        reason=str(note.get("reason", "")),
    )


def _tables(definition: kinds.Definition) -> dict[str, Any]:
    """The parts of a workflow as rows for plain tables."""
    if not isinstance(definition, kinds.WorkflowDefinition):
        return {}
    roles = {role.key: role for role in definition.roles}
    deciders = {
        (state.key, move): roles[task.role]
        for state in definition.states
        for task in state.tasks
        for move in task.decide
        if task.role in roles
    }
    return {"roles": roles, "deciders": deciders}
