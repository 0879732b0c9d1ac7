"""A score as values: numbers that come in, steps that work them out, bands that the last of them falls in.

Shapes only. Whether it makes sense is reading/lint_score.py; working it out is scoring/working.py.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from engine.core.elements import AuthoredText, Element, ExpressionText, Key
from engine.core.rolespec import Lock

Takes = Literal["number", "numbers", "text", "boolean"]
Missing = Literal["refuse", "reweight", "zero"]
Combine = Literal["mean", "median", "sum", "least", "most"]
Mode = Literal["half_up", "up", "down"]
METHODS = ("weighted", "formula", "bands", "table")
MOST_PLACES = 9


class Rounding(Element):
    """To how many decimal places a number is rounded, and how; `half_up` away from zero at exactly one half."""

    places: Annotated[int, Field(ge=0, le=MOST_PLACES)]
    mode: Mode = "half_up"


class ScoreInput(Element):
    """What a score is worked out from: a number, several of one kind, a text or yes and no.

    `least` and `most` bound each number; `list`: the code list whose items a text may be.
    """

    key: Key
    label: AuthoredText | None = None
    help: AuthoredText | None = None
    type: Takes = "number"
    unit: AuthoredText | None = None
    least: Decimal | None = None
    most: Decimal | None = None
    list: Key | None = None


class WeighedPart(Element):
    """One part of a weighted sum: a number, or several combined to one, and how much it counts, in percent.

    `at_least`: so many of several must be there, or the part is missing.
    """

    key: Key
    label: AuthoredText | None = None
    help: AuthoredText | None = None
    weight: Annotated[Decimal, Field(ge=0, le=100)] | None = None
    value: ExpressionText
    combine: Combine | None = None
    at_least: Annotated[int, Field(ge=1, le=1000)] | None = None
    round: Rounding | None = None


class Weighting(Element):
    """Adds parts up by their weights, which total 100, or by equal ones; `missing` says what becomes of an absent part.

    `refuse`: no score without it; `reweight`: the others count for it; `zero`: it counts as nothing.
    """

    parts: Annotated[tuple[WeighedPart, ...], Field(min_length=1, max_length=50)]
    weights: Literal["given", "equal"] = "given"
    missing: Missing


class Formula(Element):
    """A number by a formula; `undefined` says what it is where nothing comes out, as after a division by zero."""

    value: ExpressionText
    undefined: Literal["refuse", "missing", "zero"] = "refuse"


class ScaleBand(Element):
    """One band of a scale: from `from` to `to`, both among it; open where one of them is not said.

    `gives`: the number that it stands for; with `up_to` that at its beginning, and in between straight up to its end.
    `needs`: only who meets this condition comes here; the others go to the band `otherwise`.
    """

    key: Key
    label: AuthoredText | None = None
    help: AuthoredText | None = None
    from_: Annotated[Decimal | None, Field(alias="from")] = None
    to: Decimal | None = None
    gives: Decimal | None = None
    up_to: Decimal | None = None
    needs: ExpressionText | None = None
    otherwise: Key | None = None


class BandSet(Element):
    """The bands that hold for one group."""

    key: Key
    label: AuthoredText | None = None
    bands: tuple[ScaleBand, ...]


class Banding(Element):
    """Finds the band of a scale in which a number lies, rounded before; `by` says which of several sets holds."""

    of: ExpressionText
    round: Rounding | None = None
    bands: tuple[ScaleBand, ...] = ()
    by: ExpressionText | None = None
    sets: tuple[BandSet, ...] = ()


class LookUp(Element):
    """Looks up in a code list: the item of a key, or the cell of its table at a row and a column."""

    list: Key
    item: ExpressionText | None = None
    row: ExpressionText | None = None
    column: ExpressionText | None = None


class ScoreStep(Element):
    """One step of a score by exactly one method; later steps read what it found: `key.value`, `key.band`."""

    key: Key
    label: AuthoredText | None = None
    help: AuthoredText | None = None
    unit: AuthoredText | None = None
    weighted: Weighting | None = None
    formula: Formula | None = None
    bands: Banding | None = None
    table: LookUp | None = None
    round: Rounding | None = None

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods that are declared; one, where it makes sense."""
        return tuple(name for name in METHODS if getattr(self, name) is not None)


class ScoreDefinition(Element):
    """A whole score in the normal form. Its last step is the score; `override`: a person may set it by hand instead."""

    kind: Literal["score"]
    format: Literal[1]
    key: Key
    name: AuthoredText
    help: AuthoredText | None = None
    source: AuthoredText | None = None
    inputs: Annotated[tuple[ScoreInput, ...], Field(max_length=100)] = ()
    steps: Annotated[tuple[ScoreStep, ...], Field(max_length=50)]
    override: bool = False
    lock: tuple[Lock, ...] = ()

    @property
    def lists(self) -> tuple[str, ...]:
        """The code lists that it names, each once."""
        named = [each.list for each in self.inputs if each.list is not None]
        named += [step.table.list for step in self.steps if step.table is not None]
        return tuple(dict.fromkeys(named))


class Given(Element):
    """What a workflow gives a score for one of its inputs: a formula over the case, its results and figures."""

    key: Key
    value: ExpressionText


class ByHand(Element):
    """Where a person who sets a score by hand says so: the number or the band, and why."""

    value: ExpressionText | None = None
    band: ExpressionText | None = None
    reason: ExpressionText


class ScoreUse(Element):
    """A score that a workflow works out for its cases: at which transitions, or on entering which states."""

    key: Key
    label: AuthoredText | None = None
    help: AuthoredText | None = None
    score: Key
    inputs: tuple[Given, ...] = ()
    at: tuple[Key, ...] = ()
    entering: tuple[Key, ...] = ()
    by_hand: ByHand | None = None


SHAPES = (
    ScoreUse,
    Given,
    ByHand,
    ScoreDefinition,
    ScoreInput,
    ScoreStep,
    Weighting,
    WeighedPart,
    Formula,
    Banding,
    ScaleBand,
    BandSet,
    LookUp,
    Rounding,
)
"""Every shape of a score and of its use, for the grammar."""
