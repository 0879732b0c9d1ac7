"""What holds for every definition: it survives each writing, and whatever is damaged is refused in one way only."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.core.errors import InvalidDefinition
from engine.core.reading.normal import digest, dump, load, normal_form
from engine.core.reading.parse import examine, parse
from engine.core.reading.positions import NOWHERE
from engine.documents import read_yaml, write_yaml
from tests.core.definition_strategies import JUNK, authored, damaged, workflows
from tests.core.definitions import CATALOG, CODELISTS, read

SEEDS = st.integers(0, 2**32)


@given(workflows())
@settings(max_examples=200)
def test_a_definition_survives_being_written_and_read(document):
    definition = parse(document, NOWHERE, CATALOG, CODELISTS)
    assert load(dump(definition)) == definition
    assert load(json.loads(json.dumps(dump(definition)))) == definition
    assert read(write_yaml(dump(definition))) == definition


@given(workflows(), SEEDS)
@settings(max_examples=200)
def test_however_it_is_written_the_normal_form_and_the_digest_are_the_same(document, seed):
    written = authored(document, seed)
    assert normal_form(written) == document == normal_form(document)
    text = write_yaml(written)
    assert read_yaml(text)[0] == written
    assert digest(read(text)) == digest(parse(document, NOWHERE, CATALOG, CODELISTS))


@given(workflows(), SEEDS, SEEDS)
@settings(max_examples=500)
def test_a_damaged_document_raises_nothing_but_invalid_definition(document, seed, other):
    broken = damaged(authored(document, seed), other)
    for look in (lambda: parse(broken, NOWHERE, CATALOG, CODELISTS), lambda: read(write_yaml(broken))):
        try:
            definition = look()
        except InvalidDefinition as invalid:
            assert invalid.problems
        else:
            assert load(dump(definition)) == definition


@given(st.recursive(st.sampled_from(JUNK), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_junk_is_refused_with_a_reason(junk):
    examined = examine(junk, NOWHERE, CATALOG, CODELISTS)
    assert examined.definition is None
    assert any(not problem.warning for problem in examined.problems)


@given(st.text(max_size=80) | st.binary(max_size=80))
def test_any_text_is_read_or_refused_with_a_line(text):
    try:
        document, positions = read_yaml(text)
    except InvalidDefinition as invalid:
        assert all(problem.line and problem.column for problem in invalid.problems)
    else:
        assert positions.of(()) is not None
        assert read_yaml(write_yaml(document))[0] == document


def test_swapping_two_automatic_moves_changes_the_digest():
    text = """
    kind: workflow
    format: 1
    key: order
    name: Urutan
    roles: {owner: subject}
    states: {a: {initial: true, tasks: {t: {role: owner, fill: f}}}, b: {final: true}, c: {final: true}}
    transitions:
      first: {from: a, to: b, automatic: true, guards: tasks_done}
      second: {from: a, to: c, automatic: true, guards: tasks_done}
    forms: {f: {sections: {s: {fields: {x: {type: text}}}}}}
    """
    definition = read(text)
    swapped = definition.model_copy(update={"transitions": definition.transitions[::-1]})
    assert digest(definition) != digest(swapped)


@pytest.mark.parametrize(
    "document", [None, [], "x", {}, {"kind": 5}, {"kind": "workflow"}, {"kind": "workflow", "x": 1}]
)
def test_a_document_that_is_no_normal_form_is_not_loaded(document):
    with pytest.raises(InvalidDefinition):
        load(document)
