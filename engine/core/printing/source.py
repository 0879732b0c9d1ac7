"""What a print is made from: a case as one reader sees it, its people, and who signed what. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from engine.core.filling.formviews import FieldView, FormView
from engine.core.messages import Message, Text
from engine.core.printing.wording import Voice
from engine.core.scoring.telling import Branch


@dataclass(frozen=True, slots=True)
class Party:
    """A person as papers name him, on the day for which they do."""

    name: str
    number: str = ""  # NIP
    grade: str = ""
    post: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Signed:
    """That somebody signed by an act in the system: who, when, and for whom under which order (`instead`)."""

    name: str
    number: str
    at: datetime
    on: date  # the local day
    event: str  # its ref
    instead: Message | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """A result in words, with everything that it could have been: (key, words), in the order of its table."""

    label: Text
    key: str
    words: Text
    options: tuple[tuple[str, Text], ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """`parties` by (role, superior of its holder?); `signed` by form or transition; views as the reader sees them.

    `scores`: how each result that is a score was made.
    """

    voice: Voice
    institution: str
    period: str
    views: Mapping[str, FormView]
    results: Mapping[str, Known] = field(default_factory=dict)
    parties: Mapping[tuple[str, bool], Party] = field(default_factory=dict)
    signed: Mapping[str, Signed] = field(default_factory=dict)
    scores: Mapping[str, Branch] = field(default_factory=dict)

    def field_at(self, path: str) -> FieldView | None:
        """The field of a path `form.field`, where the reader sees it."""
        form, _, key = path.partition(".")
        view = self.views.get(form)
        return next((each for each in view or () if each.key == key and each.shown), None)

    def rows_at(self, path: str) -> tuple[dict[str, FieldView], ...]:
        """The rows of a table, each by its columns' keys."""
        found = self.field_at(path)
        return () if found is None else tuple({cell.key: cell for cell in row} for row in found.rows)
