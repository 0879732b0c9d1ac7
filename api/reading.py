"""What a program sent, as a model: bounded, without surprises, every fault told by its place.

One reading of JSON for all routes: no name twice, no NaN, no number that is not what was written, no depth that nobody
needs, no text that no database keeps.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn, TypeVar

import pydantic
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Request

from engine.core.errors import BadRequest, InvalidSubmission
from engine.core.messages import Message
from engine.web.reading import can_be_kept

DEEPEST = 50
# Takes a string that never ends as well, and gives nothing back: else each quote in it would be a start of its own.
STRINGS = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z)', re.DOTALL)
BRACKETS = re.compile(rb"[][{}]")
JSON = "application/json"
Model = TypeVar("Model", bound=pydantic.BaseModel)
TOLD = frozenset(
    {
        "missing", "extra_forbidden", "string_type", "string_too_long", "string_too_short", "string_pattern_mismatch",
        "int_type", "int_parsing", "bool_type", "bool_parsing", "list_type", "dict_type", "model_type",
        "literal_error", "greater_than_equal", "less_than_equal", "too_long", "date_from_datetime_parsing",
        "date_type", "date_parsing", "value_error",
    }
)  # fmt: skip
PARAMS = ("expected", "ge", "le", "max_length", "min_length", "pattern")


def query(model: type[Model], args: MultiDict[str, str]) -> Model:
    """The parameters of an address. Raises InvalidSubmission, each fault under `?name`; what is said twice is one."""
    twice = {f"?{name}": Message("api.body.twice") for name, said in args.lists() if len(said) > 1}
    if twice:
        raise InvalidSubmission(twice)
    return _validated(model, args.to_dict(), "?")


def body(model: type[Model], request: Request) -> Model:
    """The body of a request. Raises BadRequest where it is no JSON that is taken, InvalidSubmission by place."""
    if request.mimetype != JSON:
        raise BadRequest(Message("api.json_only", found=request.mimetype or "–"))
    return _validated(model, parsed(request.get_data(cache=False)), "")


def parsed(octets: bytes) -> Any:
    """JSON as values; numbers with a fraction stay text. Raises BadRequest."""
    if _depth(octets) > DEEPEST:
        raise BadRequest(Message("api.too_deep", most=DEEPEST))
    try:
        found = json.loads(
            octets.decode(), parse_float=str, parse_constant=_no_constant, object_pairs_hook=_without_twins
        )
    except (ValueError, RecursionError):
        raise BadRequest(Message("api.no_json")) from None
    if not _is_kept(found):
        raise BadRequest(Message("error.nul"))
    return found


def _depth(octets: bytes) -> int:
    depth = deepest = 0
    for bracket in BRACKETS.findall(STRINGS.sub(b"", octets)):
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _without_twins(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice")
    return found


def _is_kept(value: Any) -> bool:
    """Whether a database can keep everything in it."""
    if isinstance(value, Mapping):
        return all(can_be_kept(name) and _is_kept(each) for name, each in value.items())
    if isinstance(value, list):
        return all(map(_is_kept, value))
    return can_be_kept(value)


def _validated(model: type[Model], said: Any, mark: str) -> Model:
    try:
        return model.model_validate(said)
    except pydantic.ValidationError as wrong:
        faults = {mark + ".".join(map(str, each["loc"])): _told(each) for each in wrong.errors()}
        raise InvalidSubmission(faults) from None


def _told(fault: Any) -> Message:
    """What is wrong with a value, as one of our sentences."""
    kind = str(fault["type"])
    limits = {name: str(value) for name, value in fault.get("ctx", {}).items() if name in PARAMS}
    return Message(f"api.body.{kind}" if kind in TOLD else "api.body.other", **limits)
