"""The way of a version from draft to retired, and what its reviewer wants to know before he decides. Reads only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from engine import comparisons, definitions, scenarios
from engine.core.designing import findings
from engine.core.errors import InvalidDefinition
from engine.core.reading import normal
from engine.web import booklet, design_words
from engine.web.labels import label
from engine.web.language import t, translate

if TYPE_CHECKING:
    from engine.comparisons import Comparison
    from engine.core.comparing.difference import Difference
    from engine.core.definition import Definition
    from engine.core.messages import Text
    from engine.runtime import Runtime
    from engine.store.tables import DefinitionVersion

STATUSES = ("draft", "in_review", "published", "retired")
SHOWN = 8  # differences; the others are on their page
MOST = 20  # problems


@dataclass(frozen=True, slots=True)
class Stop:
    """A status on the way: passed, or where the version stands now; when and by whom, where that is known."""

    status: str
    done: bool
    here: bool
    at: datetime | None
    who: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong or doubtful, and with what."""

    title: Text | None
    words: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a scenario came out."""

    name: str
    passed: bool
    words: str


@dataclass(frozen=True, slots=True)
class Review:
    """Everything at a glance."""

    is_workflow: bool
    comparison: Comparison | None
    found: tuple[Difference, ...]
    counts: tuple[tuple[str, int], ...]
    problems: tuple[Problem, ...]
    scenarios: tuple[Outcome, ...]


def track(row: DefinitionVersion) -> tuple[Stop, ...]:
    """The four statuses in their order. A version that was sent back stands at the first again."""
    here = STATUSES.index(row.status)
    author = row.author.name if row.author else t("admin.system")
    reviewer = row.reviewer.name if row.reviewer else t("admin.system")
    facts = {
        "draft": (row.created_at, author),
        "in_review": (row.submitted_at if here else None, ""),
        "published": (row.published_at, reviewer if row.published_at else ""),
        "retired": (None, ""),
    }
    return tuple(
        Stop(status, at <= here, at == here, datetime.fromisoformat(when) if when else None, who)
        for at, status in enumerate(STATUSES)
        for when, who in (facts[status],)
    )


def review(rt: Runtime, db: Connection, row: Any, definition: Definition) -> Review:
    """What a version changes, what is doubtful in it, and how its scenarios come out."""
    comparison = comparisons.of_version(rt, db, row)
    found = comparison.found if comparison else ()
    doubts = findings.findings(normal.dump(definition), rt.catalog, definitions.published_codelists(rt, db))
    problems = tuple(Problem(each.title, design_words.problem(each.message)) for each in doubts[:MOST])
    is_workflow = row.kind == "workflow"
    ran = _outcomes(rt, db, row.digest) if is_workflow else ()
    return Review(is_workflow, comparison, found[:SHOWN], booklet.counts(found), problems, ran)


def _outcomes(rt: Runtime, db: Connection, digest: str) -> tuple[Outcome, ...]:
    try:
        workflow = rt.library.workflow(db, digest)
    except InvalidDefinition:
        return ()  # what it lacks today stands among its problems
    return tuple(
        Outcome(translate(label(ran.scenario)), ran.passed, "" if ran.passed else translate(ran.told()))
        for ran in scenarios.outcomes(workflow)
    )
