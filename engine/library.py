"""The published and drafted definitions, compiled once per digest and shared by all threads.

Reads only. A digest names its body for ever, so an entry never grows old.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from engine.core import definition as kinds
from engine.core.errors import InvalidDefinition, NotFound, TamperedLedger
from engine.core.messages import Message
from engine.core.proof import canonical as form
from engine.core.reading import compiled, known, measuring, normal, registering, scoring
from engine.store.queries import definitions as queries

if TYPE_CHECKING:
    from engine.core.catalog import Catalog
    from engine.core.definition import (
        CodeList,
        Definition,
        IndicatorDefinition,
        RegisterDefinition,
        ScoreDefinition,
        WorkflowDefinition,
    )
    from engine.core.indicator import Indicator
    from engine.core.register import Register
    from engine.core.scoring.score import Score
    from engine.core.workflow import Workflow

PINNED = ("codelist", "indicator", "register", "score", "workflow")


class Library:
    """Compiled workflows and registers by digest. A race only compiles twice; the outcome is equal.

    `collect` gathers the catalog, at the first question that needs it: a server answers before that.
    """

    def __init__(self, collect: Callable[[], Catalog]) -> None:
        self._collect = collect
        self._workflows: dict[str, Workflow] = {}
        self._definitions: dict[str, WorkflowDefinition] = {}
        self._codelists: dict[str, CodeList] = {}
        self._registers: dict[str, Register] = {}
        self._indicators: dict[str, Indicator] = {}
        self._scores: dict[str, Score] = {}
        self._documents: dict[str, Definition] = {}
        self.sound: set[str] = set()  # digests whose scenarios held, see scenarios.py

    @cached_property
    def catalog(self) -> Catalog:
        """Everything that a definition may name."""
        return self._collect()

    def workflow(self, db: Connection, wanted: str) -> Workflow:
        """The compiled workflow of a digest; NotFound where no definition has it."""
        found = self._workflows.get(wanted)
        if found is None:
            found = self._workflows[wanted] = self._compile(db, wanted)
        return found

    def drafted(self, db: Connection, draft: WorkflowDefinition) -> Workflow:
        """A draft compiled with what is published today; not kept, since tomorrow that may be something else."""
        bound = compiled.bind(draft, self.catalog, self.known(db))
        if bound.workflow is None:
            raise InvalidDefinition(bound.problems)
        return bound.workflow

    def definition(self, db: Connection, wanted: str) -> WorkflowDefinition:
        """The definition of a workflow by its digest, without what makes it run."""
        if (compiled_already := self._workflows.get(wanted)) is not None:
            return compiled_already.definition
        found = self._definitions.get(wanted)
        if found is None:
            definition = self._read(db, wanted)
            if not isinstance(definition, kinds.WorkflowDefinition):
                raise NotFound(Message("definition.not_a_workflow", digest=wanted))
            found = self._definitions[wanted] = definition
        return found

    def known(self, db: Connection) -> known.Known:
        """What is published today, by key."""
        rows = queries.published_of_each(db, PINNED)
        lists = {row.key: self.codelist(db, row.digest) for row in rows["codelist"]}
        workflows = {row.key: self._published(db, row.digest) for row in rows["workflow"]}
        registers = {row.key: self._register_of(db, row.digest) for row in rows["register"]}
        indicators = {row.key: self._indicator_of(db, row.digest) for row in rows["indicator"]}
        scores = {row.key: self.score(db, row.digest) for row in rows["score"]}
        return known.Known(lists, workflows).beside(registers, indicators).scoring(scores)

    def codelist(self, db: Connection, wanted: str) -> CodeList:
        """The code list of a digest."""
        found = self._codelists.get(wanted)
        if found is None:
            definition = self._read(db, wanted)
            if not isinstance(definition, kinds.CodeList):
                raise NotFound(Message("definition.not_a_codelist", digest=wanted))
            found = self._codelists[wanted] = definition
        return found

    def register(self, db: Connection, wanted: str) -> Register:
        """The compiled register of a digest; NotFound where no definition has it."""
        found = self._registers.get(wanted)
        if found is None:
            definition = self._read(db, wanted)
            if not isinstance(definition, kinds.RegisterDefinition):
                raise NotFound(Message("definition.not_a_register", digest=wanted))
            bound = registering.bind_register(definition, self.catalog, self.known_to(db, definition))
            if bound.register is None:
                raise InvalidDefinition(bound.problems)
            found = self._registers[wanted] = bound.register
        return found

    def indicator(self, db: Connection, wanted: str) -> Indicator:
        """The compiled indicator of a digest; NotFound where no definition has it."""
        found = self._indicators.get(wanted)
        if found is None:
            definition = self._indicator_of(db, wanted)
            bound = measuring.bind_indicator(definition, self.catalog, self._looked_at(db, definition))
            if bound.indicator is None:
                raise InvalidDefinition(bound.problems)
            found = self._indicators[wanted] = bound.indicator
        return found

    def score(self, db: Connection, wanted: str) -> Score:
        """The compiled score of a digest; NotFound where no definition has it."""
        found = self._scores.get(wanted)
        if found is None:
            definition = self._document(db, wanted)
            if not isinstance(definition, kinds.ScoreDefinition):
                raise NotFound(Message("definition.not_a_score", digest=wanted))
            bound = scoring.bind_score(definition, self._lists(db, definition))
            if bound.score is None:
                raise InvalidDefinition(bound.problems)
            found = self._scores[wanted] = bound.score
        return found

    def _looked_at(self, db: Connection, definition: IndicatorDefinition) -> known.Known:
        """The registers and workflows that publishing pinned; those of the day for a draft."""
        pinned = {lock.reference: lock.digest for lock in definition.lock} or self.pins(db)
        quantities = [each for _, each in definition.quantities]
        registers = {each.book for each in quantities if f"register:{each.book}" in pinned}
        workflows = {each.workflow for each in quantities if f"workflow:{each.workflow}" in pinned}
        lists = {row.key: self.codelist(db, row.digest) for row in queries.published(db, "codelist")}
        found = {str(key): self._published(db, pinned[f"workflow:{key}"]) for key in workflows}
        books = {str(key): self._register_of(db, pinned[f"register:{key}"]) for key in registers}
        for book in books.values():
            lists |= self._lists(db, book)
        return known.Known(lists, found).beside(books, {})

    def _register_of(self, db: Connection, wanted: str) -> RegisterDefinition:
        definition = self._document(db, wanted)
        if not isinstance(definition, kinds.RegisterDefinition):
            raise NotFound(Message("definition.not_a_register", digest=wanted))
        return definition

    def _indicator_of(self, db: Connection, wanted: str) -> IndicatorDefinition:
        definition = self._document(db, wanted)
        if not isinstance(definition, kinds.IndicatorDefinition):
            raise NotFound(Message("definition.not_an_indicator", digest=wanted))
        return definition

    def _document(self, db: Connection, wanted: str) -> Definition:
        found = self._documents.get(wanted)
        if found is None:
            found = self._documents[wanted] = self._read(db, wanted)
        return found

    def _compile(self, db: Connection, wanted: str) -> Workflow:
        definition = self.definition(db, wanted)
        bound = compiled.bind(definition, self.catalog, self.known_to(db, definition))
        if bound.workflow is None:
            raise InvalidDefinition(bound.problems)
        return bound.workflow

    def pins(self, db: Connection) -> dict[str, str]:
        """What publishing pins today: reference → digest of the version in force."""
        rows = queries.published_of_each(db, PINNED)
        return {f"{kind}:{row.key}": row.digest for kind in PINNED for row in rows[kind]}

    def known_to(self, db: Connection, definition: WorkflowDefinition | RegisterDefinition) -> known.Known:
        """What publishing pinned; what is published today for a draft, which pins nothing yet."""
        lists = self._lists(db, definition)
        links = definition.starts if isinstance(definition, kinds.RegisterDefinition) else definition.links
        if definition.lock:
            pinned = {lock.reference: lock.digest for lock in definition.lock}
        elif links:
            pinned = {f"workflow:{row.key}": row.digest for row in queries.published(db, "workflow")}
        else:
            pinned = {}
        wanted = {link.workflow for link in links if f"workflow:{link.workflow}" in pinned}
        found = known.Known(lists, {key: self._published(db, pinned[f"workflow:{key}"]) for key in wanted})
        known_too = found.beside(self._books_of(db, definition), self._figures_of(db, definition))
        return known_too.scoring(self._scores_of(db, definition))

    def _books_of(
        self, db: Connection, definition: WorkflowDefinition | RegisterDefinition
    ) -> Mapping[str, RegisterDefinition]:
        """The registers whose entries the forms of a workflow begin with."""
        if isinstance(definition, kinds.RegisterDefinition) or not definition.entries:
            return {}
        pinned = {lock.reference: lock.digest for lock in definition.lock} or self.pins(db)
        asked = {each.book for each in definition.entries if f"register:{each.book}" in pinned}
        return {key: self._register_of(db, pinned[f"register:{key}"]) for key in asked}

    def _scores_of(self, db: Connection, definition: WorkflowDefinition | RegisterDefinition) -> Mapping[str, Score]:
        if isinstance(definition, kinds.RegisterDefinition) or not definition.scores:
            return {}
        pinned = {lock.reference: lock.digest for lock in definition.lock} or self.pins(db)
        asked = {each.score for each in definition.scores if f"score:{each.score}" in pinned}
        return {key: self.score(db, pinned[f"score:{key}"]) for key in asked}

    def _figures_of(
        self, db: Connection, definition: WorkflowDefinition | RegisterDefinition
    ) -> Mapping[str, IndicatorDefinition]:
        if isinstance(definition, kinds.RegisterDefinition) or not definition.figures:
            return {}
        pinned = {lock.reference: lock.digest for lock in definition.lock} or self.pins(db)
        asked = {
            each.indicator for each in definition.figures if each.indicator and f"indicator:{each.indicator}" in pinned
        }
        return {key: self._indicator_of(db, pinned[f"indicator:{key}"]) for key in asked}

    def _published(self, db: Connection, digest: str) -> known.Published:
        definition = self.definition(db, digest)
        return known.Published(definition, self._lists(db, definition))

    def _lists(
        self, db: Connection, definition: WorkflowDefinition | RegisterDefinition | ScoreDefinition
    ) -> Mapping[str, CodeList]:
        """The code lists that publishing pinned; those of the day for a draft, which pins nothing yet."""
        if definition.lock:
            pinned = (lock for lock in definition.lock if lock.reference.startswith("codelist:"))
            return {lock.reference.removeprefix("codelist:"): self.codelist(db, lock.digest) for lock in pinned}
        return {row.key: self.codelist(db, row.digest) for row in queries.published(db, "codelist")}

    def _read(self, db: Connection, wanted: str) -> Definition:
        body = queries.body(db, wanted)
        if body is None:
            raise NotFound(Message("definition.unknown_digest", digest=wanted))
        document = json.loads(body)
        if form.digest(document) != wanted or form.canonical(document) != body.encode():
            raise TamperedLedger(Message("ledger.definition", digest=wanted))
        return normal.load(document)
