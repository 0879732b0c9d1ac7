"""Every route of the API: method, address, which scope a key needs, and the function that answers it.

The functions are named by lambdas: their modules run when somebody first asks. Each one's signature says what it reads
(`query`, `body`) and answers; the document of the API is made from that.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from api import case_acts, cases, cycles, definitions, filing, hooks, me, organisation, people, registers, tasks
from engine.core import apikeys

ROOT = "/api/v1"
BODY = 1024 * 1024  # octets
FILE = 7 * 1024 * 1024  # of a file of 5 MB in base64, with what stands around it
PLACE = re.compile(r"<(?:\w+:)?(\w+)>")


@dataclass(frozen=True, slots=True)
class Route:
    """One thing that a program can ask. `scope`: None where any key will do; `once`: it needs an Idempotency-Key."""

    method: str
    path: str
    scope: str | None
    answers: Callable[[], Callable[..., Any]]
    status: int = 200
    once: bool = False
    largest: int = BODY

    @property
    def name(self) -> str:
        return re.sub(r"\W+", "_", PLACE.sub("of", self.path)).strip("_")

    @property
    def template(self) -> str:
        """The address as OpenAPI writes it."""
        return ROOT + PLACE.sub(r"{\1}", self.path)


ROUTES = (
    Route("GET", "/me", None, lambda: me.show),
    Route("GET", "/units", apikeys.PEOPLE, lambda: organisation.list_units),
    Route("GET", "/units/<ref>", apikeys.PEOPLE, lambda: organisation.show_unit),
    Route("GET", "/posts", apikeys.PEOPLE, lambda: organisation.list_posts),
    Route("GET", "/posts/<ref>", apikeys.PEOPLE, lambda: organisation.show_post),
    Route("GET", "/people", apikeys.PEOPLE, lambda: people.list_people),
    Route("GET", "/people/<ref>", apikeys.PEOPLE, lambda: people.show_person),
    Route("GET", "/appointments", apikeys.PEOPLE, lambda: people.list_appointments),
    Route("GET", "/cycles", apikeys.CASES, lambda: cycles.list_cycles),
    Route("GET", "/cycles/<ref>", apikeys.CASES, lambda: cycles.show_cycle),
    Route("GET", "/cases", apikeys.CASES, lambda: cases.list_cases),
    Route("GET", "/cases/<ref>", apikeys.CASES, lambda: cases.show_case),
    Route("GET", "/cases/<ref>/trail", apikeys.CASES, lambda: cases.show_trail),
    Route("POST", "/cases/<ref>/transitions", apikeys.ACTS, lambda: case_acts.fire, once=True),
    Route("GET", "/tasks", apikeys.CASES, lambda: tasks.list_tasks),
    Route("GET", "/tasks/<ref>", apikeys.CASES, lambda: tasks.show_task),
    Route("PUT", "/tasks/<ref>/draft", apikeys.ACTS, lambda: case_acts.save_draft),
    Route("POST", "/tasks/<ref>/submission", apikeys.ACTS, lambda: case_acts.submit, once=True),
    Route("GET", "/webhook", apikeys.CASES, lambda: hooks.show_webhook),
    Route("PUT", "/webhook", apikeys.CASES, lambda: hooks.put_webhook),
    Route("DELETE", "/webhook", apikeys.CASES, lambda: hooks.drop_webhook, 204),
    Route("GET", "/definitions", apikeys.DEFINITIONS, lambda: definitions.list_definitions),
    Route("GET", "/definitions/<ref>", apikeys.DEFINITIONS, lambda: definitions.show_definition),
    Route("POST", "/imports", apikeys.IMPORTS, lambda: filing.create_import, 201, once=True, largest=FILE),
    Route("GET", "/imports/<ref>", apikeys.IMPORTS, lambda: filing.show_import),
    Route("DELETE", "/imports/<ref>", apikeys.IMPORTS, lambda: filing.drop_import, 204),
    Route("PUT", "/imports/<ref>/mapping", apikeys.IMPORTS, lambda: filing.put_mapping),
    Route("GET", "/imports/<ref>/faults", apikeys.IMPORTS, lambda: filing.list_faults),
    Route("GET", "/imports/<ref>/rows", apikeys.IMPORTS, lambda: filing.list_rows),
    Route("POST", "/imports/<ref>/confirmation", apikeys.IMPORTS, lambda: filing.confirm_import, 202),
    Route("GET", "/registers", apikeys.REGISTERS, lambda: registers.list_registers),
    Route("GET", "/registers/<key>/entries", apikeys.REGISTERS, lambda: registers.list_entries),
    Route("POST", "/registers/<key>/entries", apikeys.ENTRIES, lambda: registers.add_entry, 201, once=True),
    Route("POST", "/registers/<key>/imports", apikeys.ENTRIES, lambda: registers.add_entries, once=True),
)
