"""The scores that come with the product, bound; and working one out from plain values."""

from decimal import Decimal
from functools import cache
from pathlib import Path

from engine.core.reading.parse import parse
from engine.core.reading.scoring import bind_score
from engine.core.scoring.working import Input, work
from engine.documents import read_yaml
from tests.core.definitions import PRODUCT, shipped_codelists

SCORES = Path(__file__).parents[3] / "workflows/scores"
LISTS = shipped_codelists()


@cache
def shipped(key):
    """The score of a key."""
    return bound((SCORES / f"{key}.yaml").read_text(), f"{key}.yaml")


def bound(text, name="score.yaml"):
    """A score from its YAML."""
    definition = parse(*read_yaml(text.encode(), name), PRODUCT, LISTS)
    found = bind_score(definition, LISTS)
    assert found.problems == ()
    return found.score


def given(value):
    """A plain value as an input takes it: numbers are Decimal."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, list):
        return [given(each) for each in value]
    try:
        return Decimal(str(value))
    except ArithmeticError:
        return value


def worked(score, **values):
    """What a score, by key or bound, comes to for these values."""
    score = shipped(score) if isinstance(score, str) else score
    return work(score, {key: Input(given(value), {}) for key, value in values.items()})
