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
from engine.core.reading import compiled, known, normal, registering
from engine.store.queries import definitions as queries

if TYPE_CHECKING:
    from engine.core.catalog import Catalog
    from engine.core.definition import CodeList, Definition, RegisterDefinition, WorkflowDefinition
    from engine.core.register import Register
    from engine.core.workflow import Workflow

PINNED = ("codelist", "register", "workflow")


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
        """What is published today: code lists and workflows, by key."""
        lists = {row.key: self.codelist(db, row.digest) for row in queries.published(db, "codelist")}
        workflows = {row.key: self._published(db, row.digest) for row in queries.published(db, "workflow")}
        return known.Known(lists, workflows)

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
            bound = registering.bind_register(definition, self.catalog, self._lists(db, definition))
            if bound.register is None:
                raise InvalidDefinition(bound.problems)
            found = self._registers[wanted] = bound.register
        return found

    def _compile(self, db: Connection, wanted: str) -> Workflow:
        definition = self.definition(db, wanted)
        bound = compiled.bind(definition, self.catalog, self.known_to(db, definition))
        if bound.workflow is None:
            raise InvalidDefinition(bound.problems)
        return bound.workflow

    def pins(self, db: Connection) -> dict[str, str]:
        """What publishing pins today: reference → digest of the version in force."""
        return {f"{kind}:{row.key}": row.digest for kind in PINNED for row in queries.published(db, kind)}

    def known_to(self, db: Connection, definition: WorkflowDefinition) -> known.Known:
        """What publishing pinned; what is published today for a draft, which pins nothing yet."""
        lists = self._lists(db, definition)
        if definition.lock:
            pinned = {lock.reference: lock.digest for lock in definition.lock}
        elif definition.links:
            pinned = {f"workflow:{row.key}": row.digest for row in queries.published(db, "workflow")}
        else:
            pinned = {}
        wanted = {link.workflow for link in definition.links if f"workflow:{link.workflow}" in pinned}
        return known.Known(lists, {key: self._published(db, pinned[f"workflow:{key}"]) for key in wanted})

    def _published(self, db: Connection, digest: str) -> known.Published:
        definition = self.definition(db, digest)
        return known.Published(definition, self._lists(db, definition))

    def _lists(self, db: Connection, definition: WorkflowDefinition | RegisterDefinition) -> Mapping[str, CodeList]:
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
