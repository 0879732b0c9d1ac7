"""The corpus of definitions: what is valid is read, and each mistake is found where it was made."""

import re
import time

import pytest

from engine.core.errors import InvalidDefinition
from engine.core.messages import Message
from engine.core.reading.normal import digest, dump, load
from engine.core.reading.parse import examine
from engine.documents import read_yaml, write_yaml
from tests.core.definitions import INVALID, PRODUCT, SHIPPED, VALID, look_at, read, shipped_codelists

EXPECT = re.compile(r"# expect: (?P<path>\S+): (?P<key>\S+)")


def names(paths):
    return [path.stem for path in paths]


@pytest.mark.parametrize("path", INVALID, ids=names(INVALID))
def test_a_mistake_is_found_once_at_its_place_and_within_a_tenth_of_a_second(path):
    text = path.read_text(encoding="utf-8")
    problems = problems_of(text)
    expected = EXPECT.match(text)
    assert [(problem.path or ".") for problem in problems] == [expected["path"]], problems
    assert any(key.startswith(expected["key"]) for key in keys(problems[0].message)), problems
    marked = [number for number, line in enumerate(text.splitlines(), 1) if line.endswith("# here")]
    assert not marked or problems[0].line == marked[0]
    # The collector of garbage of other tests may run in one try, or in two.
    assert any(seconds_of(text) < 0.1 for _ in range(5))


def seconds_of(text):
    """Processor seconds of finding its problems."""
    began = time.process_time()
    problems_of(text)
    return time.process_time() - began


def problems_of(text):
    try:
        examined = look_at(text)
    except InvalidDefinition as invalid:
        return list(invalid.problems)
    return [problem for problem in examined.problems if not problem.warning]


def keys(message):
    """The key of a message and of the messages inside it."""
    inside = [value for value in message.params.values() if isinstance(value, Message)]
    return [message.key, *(key for each in inside for key in keys(each))]


def test_the_corpus_holds_sixty_mistakes_and_each_is_another_one():
    assert len(INVALID) >= 60
    assert len({path.read_text(encoding="utf-8") for path in INVALID}) == len(INVALID)


@pytest.mark.parametrize("path", VALID, ids=names(VALID))
def test_a_valid_definition_has_no_problems_and_survives_every_form(path):
    examined = look_at(path.read_text(encoding="utf-8"))
    assert examined.problems == ()
    definition = examined.definition
    assert load(dump(definition)) == definition
    again = read(write_yaml(dump(definition)))
    assert again == definition and digest(again) == digest(definition)


@pytest.mark.parametrize("path", SHIPPED, ids=names(SHIPPED))
def test_what_is_shipped_has_neither_errors_nor_warnings(path):
    examined = examine(*read_yaml(path.read_bytes()), PRODUCT, shipped_codelists())
    assert examined.problems == ()
    assert load(dump(examined.definition)) == examined.definition
