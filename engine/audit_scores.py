"""Whether each score is what its inputs come to, and its inputs what was answered. Definitions are read when asked.

A score is worked out again from the inputs that it kept, by the definition whose digest it names, and must be the same
to the last byte. An input that is an answer as it stands must be in the submission that it names, made in that case
and before; one that is a figure must be the figure that the move kept. What a formula made of several answers is
worked out from what it read, which is compared in the same way. Its formulas, and whether a person may set the score
by hand and where he does, are those of the workflow that the case names (audit_inputs.py).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from engine import audit_inputs
from engine.core.definition import CodeList, ScoreDefinition, WorkflowDefinition
from engine.core.errors import EngineError
from engine.core.proof.canonical import canonical, digest
from engine.core.proof.leaf import UNREADABLE
from engine.core.reading import normal
from engine.core.reading.scoring import bind_score
from engine.core.scope import along
from engine.core.scoring.nodes import adds_up
from engine.core.scoring.score import Score
from engine.core.scoring.using import again


class Scores:
    """The definitions that scores name, each compiled once; `body` gives the text of a digest."""

    def __init__(self, body: Callable[[str], str | None]) -> None:
        self._body = body
        self._known: dict[str, Score | None] = {}
        self._workflows: dict[str, WorkflowDefinition | None] = {}

    def of(self, wanted: str) -> Score | None:
        """The score of a digest; None where there is none, or what it pins is not there."""
        if wanted not in self._known:
            self._known[wanted] = self._compiled(wanted)
        return self._known[wanted]

    def workflow(self, wanted: str) -> WorkflowDefinition | None:
        """The workflow of a digest; None where there is none."""
        if wanted not in self._workflows:
            found = self._definition(wanted)
            self._workflows[wanted] = found if isinstance(found, WorkflowDefinition) else None
        return self._workflows[wanted]

    def _compiled(self, wanted: str) -> Score | None:
        definition = self._definition(wanted)
        if not isinstance(definition, ScoreDefinition):
            return None
        pinned = {lock.reference.partition(":")[2]: self._definition(lock.digest) for lock in definition.lock}
        lists = {key: found for key, found in pinned.items() if isinstance(found, CodeList)}
        return bind_score(definition, lists).score

    def _definition(self, wanted: str) -> Any:
        body = self._body(wanted)
        try:
            return None if body is None else normal.load(json.loads(body))
        except (*UNREADABLE, EngineError):
            return None


def wrong(
    rows: Iterator[Any], scores: Scores, sent: Callable[[str], Any], answered: Callable[[str, str, str], list[Any]]
) -> Iterator[str]:
    """The scores that are not what they should be, as `case:key:event`; `sent` finds a submission by its ref.

    answered: the answers of all submissions of a form of a case until a moment, as they are kept.
    """
    for row in rows:
        if not (_holds(row, scores, sent) and _is_of_its_workflow(row, scores, sent, answered)):
            yield f"{row.ref}:{row.key}:{row.event_ref}"


def _holds(row: Any, scores: Scores, sent: Callable[[str], Any]) -> bool:
    try:
        kept = json.loads(row.body)
        score = scores.of(kept["digest"])
        found = None if score is None else again(score, kept)
        if found is None or canonical(dict(found.derivation)) != row.body.encode() or found.value != row.value:
            return False
        if not adds_up(kept["tree"]) or digest(kept["tree"]) != kept["tree_digest"]:
            return False
        note = {} if row.note is None else json.loads(row.note)
        return all(_is_as_read(each, row, note, sent) for each in kept["inputs"].values())
    except (*UNREADABLE, EngineError):
        return False


def _is_of_its_workflow(
    row: Any, scores: Scores, sent: Callable[[str], Any], answered: Callable[[str, str, str], list[Any]]
) -> bool:
    """Whether the workflow of the case works this score out, in this way, and lets what was set by hand be set."""
    try:
        kept, workflow = json.loads(row.body), scores.workflow(row.definition_digest)
        use = next((each for each in workflow.scores if each.key == row.key), None) if workflow is not None else None
        if workflow is None or use is None or not audit_inputs.is_of_workflow(kept, use, workflow):
            return False
        if not all(audit_inputs.comes_to(each, _same) for each in kept["inputs"].values()):
            return False

        def answers(form: str) -> list[Any]:
            read = {place["submission"] for place in _places(kept) if place.get("form") == form}
            bodies = [sent(ref).body for ref in read] or answered(row.ref, form, row.at)
            return _loaded(bodies)

        return audit_inputs.is_by_hand(kept["by_hand"], use, answers, _same)
    except (*UNREADABLE, EngineError):
        return False


def _places(kept: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Each place of an answer that was read."""
    for given in kept["inputs"].values():
        yield from (place for place in given["from"] if "submission" in place)


def _loaded(bodies: list[Any]) -> list[Any]:
    return [None if each is None else json.loads(each) for each in bodies]


def _is_as_read(given: Mapping[str, Any], row: Any, note: Mapping[str, Any], sent: Callable[[str], Any]) -> bool:
    """Whether an input is what it read, where it read one thing as it stands, and that is what stands there."""
    read, path = given["read"], given["formula"]
    places = given["from"]
    if len(places) == 1 and places[0]["path"] == path and not _same(along(read, path), given["value"]):
        return False
    return all(_stands(place, read, row, note, sent) for place in places)


def _stands(place: Mapping[str, Any], read: Any, row: Any, note: Mapping[str, Any], sent: Callable[[str], Any]) -> bool:
    value = along(read, place["path"])
    if place["kind"] == "figure":
        _, key, *rest = place["path"].split(".")  # of an indicator that was chosen: what of its rows was read
        told = note.get(f"figure.{key}")
        return row.note is None or told is None or _same(along(told["value"], rest), value)
    if place["kind"] != "answer" or "submission" not in place:
        return True
    found = sent(place["submission"])
    if found is None or (found.ref, found.form) != (row.ref, place["form"]) or found.sent_at > row.at:
        return False
    if found.body is None:  # erased with leave: what was read of it stays with the score
        return True
    return _same(along(json.loads(found.body), place["path"].partition(".")[2]), value)


def _same(one: Any, other: Any) -> bool:
    """Whether two kept values say the same: numbers by what they are, since 85 and 85.0 are one answer."""
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(_same(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, (str, int)) and isinstance(other, (str, int)) and str(one) != str(other):
        try:
            return Decimal(str(one)) == Decimal(str(other))
        except InvalidOperation:
            return False
    # What is no plain value (a person, a span of time) is kept in another form there than expressions read it.
    plain = all(each is None or isinstance(each, (str, int, bool)) for each in (one, other))
    return one == other if plain else True
