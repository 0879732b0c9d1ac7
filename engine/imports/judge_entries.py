"""What each row of entries would do, or everything that is wrong with it: whom it names, its day, its answers, the
other rows of its file, the entries that stand. Pure.

Two ways: ADD refuses what stands in the way; REPLACE puts the rows of a day in the place of all that stood on it.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from engine.core import register as registering
from engine.core.filling.questions import Question
from engine.core.many_entries import ManyEntries
from engine.core.messages import Message
from engine.core.register import JudgedEntry
from engine.imports.entry_columns import DAY, FIELD, NIP, UNIT, allowed
from engine.imports.entry_rows import Row
from engine.imports.entry_world import Key, Standing, World
from engine.imports.rows import CHANGE, CREATE, UNCHANGED

ADD, REPLACE = WAYS = ("add", "replace")
ANSWERS = {"field.required": "missing", "field.choice.unknown": "code", "register.ends_before": "ends_before"}
DAYS = {"register.future": "future", "register.ahead": "future", "register.locked": "locked"}
NONE: frozenset[str] = frozenset()
TELL_EACH = 2_000  # rows between two words on how far it is


@dataclass(slots=True)
class Judgement:
    """All rows of a file in order, and the entries that they end."""

    rows: Sequence[Row]
    ends: list[Standing] = field(default_factory=list)

    def counts(self) -> dict[str, int]:
        """How many rows would do what; `end`: how many entries end."""
        found = Counter(row.outcome for row in self.rows)
        return {**{name: found[name] for name in (CREATE, CHANGE, UNCHANGED, "wrong")}, "end": len(self.ends)}

    def digest(self, *about: str) -> str:
        """What was shown, for whoever agrees to it: each row's outcome and what ends, of this file read in this way."""
        shown = hashlib.sha256("\n".join(about).encode())
        shown.update("".join(f"\n{row.number}:{row.outcome}" for row in self.rows).encode())
        shown.update(",".join(str(each.id) for each in sorted(self.ends, key=lambda each: each.id)).encode())
        return shown.hexdigest()


def judge(rows: Sequence[Row], world: World, way: str, tell: Callable[[int], None] = lambda done: None) -> Judgement:
    """Judge rows whose cells are read. `tell`: hears how many are done, now and then."""
    about = {"none": "", "unit": UNIT}.get(world.register.definition.about, NIP)
    questions = {each.key: each for each in world.register.form.questions}
    many = ManyEntries(world.register)
    for done, row in enumerate(rows):
        if done % TELL_EACH == 0:
            tell(done)
        if _is_known(row, world, about) and not row.faults:
            _judge_answers(row, world, many, questions)
    found = Judgement(rows)
    for key, some in _by_day(rows).items():
        _judge_day(found, key, some, world, way)
    return found


def _is_known(row: Row, world: World, about: str) -> bool:
    """Whether the row names somebody of a day, about whom the actor may add entries."""
    if row.day is None or (about and not row.about):
        return False
    whom = world.whom.get(row.about)
    rights = world.may(whom.ref, row.day) if whom is not None else NONE
    if whom is None or not rights:  # strangers learn nothing, not even who is there
        row.blame("unknown_unit" if about == UNIT else "unknown_person", about or DAY)
        return False
    row.known, row.label = whom.ref, whom.name
    if "add" not in rights:
        row.blame("may_not_add", about or DAY)
    return True


def _judge_answers(row: Row, world: World, many: ManyEntries, questions: Mapping[str, Question]) -> None:
    day = row.day
    if day is None:
        return
    row.judged, row.answers = many.judge(row.raw, day, world.today(row.known, day), world.calendar(row.known, day))
    for path, message in row.judged.errors.items():
        if path == DAY:
            row.blame(DAYS.get(message.key, "too_old"), DAY, message)
        elif (question := questions.get(path.partition(".")[0])) is None:
            row.blame("answer", DAY, message)
        else:
            _blame_answer(row, question, message)
    row.raw = {}  # a file has fifty thousand: what is not needed goes


def _blame_answer(row: Row, question: Question, message: Message) -> None:
    cause = ANSWERS.get(message.key, "answer")
    words = allowed(question) if cause == "code" else None
    said = message if words is None else Message("imports.entry.fault.code", allowed=words)
    row.blame(cause, FIELD + question.key, said)


def _by_day(rows: Iterable[Row]) -> dict[Key, list[Row]]:
    found: defaultdict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        if row.day is not None and (row.known or not row.about):
            found[row.known, row.day].append(row)
    return found


def _judge_day(found: Judgement, key: Key, rows: Sequence[Row], world: World, way: str) -> None:
    """The rows of one person or unit and day beside each other, and beside what stands."""
    definition = world.register.definition
    if len(rows) == 1 and key not in world.entries:
        return  # most days of most files: nothing is beside it, and nothing stands in its way
    whole = all(not row.is_wrong for row in rows)
    taken: list[Row] = []
    for row in rows:
        if not row.is_wrong and not _collides(row, taken, definition.a_day):
            taken.append(row)
    stands = list(world.entries.get(key, ()))
    rest = [row for row in taken if not _is_there(row, stands)]
    if way == REPLACE:
        _replace(found, key, rest, stands, world, whole and len(taken) == len(rows))
    else:
        for row in rest:
            _find_room(row, world.entries.get(key, ()), definition.a_day)


def _collides(row: Row, taken: Sequence[Row], a_day: str) -> bool:
    """Whether an earlier row of the file stands in its way."""
    for other in taken:
        if other.answers == row.answers:
            row.blame("twice", DAY, row=other.number)
        elif a_day == "one":
            row.blame("second_of_day", DAY, row=other.number)
        elif _overlap(row.judged, other.judged):
            row.blame("overlaps_row", DAY, row=other.number)
        else:
            continue
        return True
    return False


def _overlap(one: JudgedEntry | None, other: JudgedEntry | None) -> bool:
    spans = (one.span if one else None, other.span if other else None)
    return spans[0] is not None and spans[1] is not None and registering.overlaps(spans[0], spans[1])


def _is_there(row: Row, stands: list[Standing]) -> bool:
    """Whether an entry says the same already; then that one is spoken for, and the row does nothing."""
    same = next((each for each in stands if each.answers == row.answers), None)
    if same is not None:
        stands.remove(same)
        row.outcome = UNCHANGED
    return same is not None


def _find_room(row: Row, stands: Iterable[Standing], a_day: str) -> None:
    span = row.judged.span if row.judged else None
    for each in stands:
        if a_day == "one":
            row.blame("one_a_day", DAY)
            return
        if span is not None and each.span is not None and registering.overlaps(span, each.span):
            row.blame("overlaps_entry", DAY, start=_clock(each.span[0]), end=_clock(each.span[1]))
            return


def _replace(
    found: Judgement, key: Key, rows: Sequence[Row], stands: Sequence[Standing], world: World, whole: bool
) -> None:
    """Put the rows of a day in the place of what stands. A day is whole or as it was: none where one is wrong."""
    if not stands:
        return
    definition = world.register.definition
    if not whole:
        for row in rows:
            row.blame("beside_wrong", DAY)
    elif "correct" not in world.may(*key) or registering.is_locked(definition, key[1], world.today(*key)):
        for row in rows:
            row.blame("may_not_correct" if "correct" not in world.may(*key) else "locked_entry", DAY)
    else:
        found.ends.extend(stands)
        for row in rows:
            row.outcome, row.was = CHANGE, [each.text for each in stands]


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
