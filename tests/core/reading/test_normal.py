"""The normal form: what each short writing becomes, what pins a definition, and where every place came from."""

import pytest

from engine.core.errors import InvalidDefinition
from engine.core.reading.normal import digest, dump, load, normal_form, references, with_lock
from engine.core.reading.parse import parse
from engine.core.reading.writings import normalise
from engine.documents import read_yaml
from tests.core.definitions import CATALOG, SHIPPED, codelist, shipped_codelists


def written(text):
    """The normal form of a fragment of a workflow."""
    document, _ = read_yaml(f"kind: workflow\n{text}")
    return {key: value for key, value in normal_form(document).items() if key != "kind"}


@pytest.mark.parametrize(
    ("author", "normal"),
    [
        ("name: Cuti", {"name": {"id": "Cuti", "en": "Cuti"}}),
        ("name: {id: Cuti}", {"name": {"id": "Cuti", "en": "Cuti"}}),
        ("roles: {a: subject}", {"roles": [{"key": "a", "rule": "subject"}]}),
        ("states: {a: , b: {final: true}}", {"states": [{"key": "a"}, {"key": "b", "final": True}]}),
        (
            "transitions: {t: {from: a, to: b}}",
            {"transitions": [{"from": ["a"], "to": "b", "key": "t"}]},
        ),
        (
            "transitions: [{key: t, guards: g}]",
            {"transitions": [{"key": "t", "guards": [{"name": "g"}]}]},
        ),
        (
            "transitions: [{key: t, guards: [g, {h: {n: 0.5}}, {i: }, {name: j, options: {}}]}]",
            {
                "transitions": [
                    {
                        "key": "t",
                        "guards": [
                            {"name": "g"},
                            {"name": "h", "options": {"n": "0.5"}},
                            {"name": "i"},
                            {"name": "j"},
                        ],
                    }
                ]
            },
        ),
        (
            "visible: {f: {a: s, b: [s, t]}}",
            {
                "visible": [
                    {"form": "f", "role": "a", "states": ["s"]},
                    {"form": "f", "role": "b", "states": ["s", "t"]},
                ]
            },
        ),
        ("result: {p: {method: m}}", {"results": [{"method": "m", "key": "p"}]}),
        ("lock: {codelist:a: d1}", {"lock": [{"reference": "codelist:a", "digest": "d1"}]}),
        (
            "forms: {f: {sections: {s: {fields: {x: {type: table, columns: {c: {type: text}}}}}}}}",
            {
                "forms": [
                    {
                        "sections": [
                            {
                                "fields": [{"type": "table", "columns": [{"type": "text", "key": "c"}], "key": "x"}],
                                "key": "s",
                            }
                        ],
                        "key": "f",
                    }
                ]
            },
        ),
    ],
)
def test_a_short_writing_becomes_the_long_one_and_stays_it(author, normal):
    found = written(author)
    assert found == normal
    assert normal_form({"kind": "workflow", **found}) == {"kind": "workflow", **found}


@pytest.mark.parametrize("number", [0.5, 2**60, -(2**53)])
def test_a_number_that_json_cannot_keep_becomes_text(number):
    assert normal_form({"kind": "workflow", "x": number})["x"] == str(number)


def test_items_of_a_code_list_may_be_a_label_alone():
    document, _ = read_yaml("kind: codelist\nitems: {a: Ya, b: {id: Tidak, en: No}, c: {label: C, help: D}}")
    both = {"id": "C", "en": "C"}
    assert normal_form(document)["items"] == [
        {"label": {"id": "Ya", "en": "Ya"}, "key": "a"},
        {"label": {"id": "Tidak", "en": "No"}, "key": "b"},
        {"label": both, "help": {"id": "D", "en": "D"}, "key": "c"},
    ]


def test_what_cannot_be_understood_passes_through_unchanged():
    document = {"kind": "workflow", "states": 5, "roles": ["a"], "visible": {"f": 1}, "name": {"id": 1}}
    assert normal_form(document) == {**document, "visible": [1]}


def test_a_document_that_nests_for_ever_is_cut_with_a_remark():
    deep = {"kind": "workflow", "x": 0}
    for _ in range(5000):
        deep = {"kind": "workflow", "x": deep}
    assert {remark.message.key for remark in normalise(deep).remarks} == {"definition.too_deep"}


def test_every_place_of_the_normal_form_remembers_where_it_was_written():
    document, positions = read_yaml("kind: workflow\nresult:\n  p: {method: m}\nroles:\n  a: subject\n")
    normal = normalise(document)
    assert normal.origins[("results", 0, "method")].source == ("result", "p", "method")
    assert normal.origins[("results", 0, "method")].display == ("results", "p", "method")
    rule = normal.origins[("roles", 0, "rule")]
    assert positions.of(rule.source) == (5, 6)
    key = normal.origins[("roles", 0, "key")]
    assert key.is_key and positions.of(key.source, key=True) == (5, 3)


def test_defaults_are_left_out_so_that_saying_them_changes_nothing():
    said = load({**SMALL, "period": "year", "subject": "person", "forms": [], "lock": []})
    assert dump(said) == dump(load(SMALL))
    assert digest(said) == digest(load(SMALL))


def test_a_changed_word_changes_the_digest():
    changed = {**SMALL, "name": {"id": "Kecil", "en": "small"}}
    assert digest(load(changed)) != digest(load(SMALL))


def test_a_shape_that_is_not_normal_is_not_loaded():
    with pytest.raises(InvalidDefinition) as refused:
        load({**SMALL, "states": {"open": {}}, "name": "Kecil"})
    assert {problem.path for problem in refused.value.problems} >= {"states"}


def test_the_code_lists_that_the_yearly_cycle_names_are_its_references():
    cycle = next(path for path in SHIPPED if path.stem == "basic_cycle")
    definition = parse(*read_yaml(cycle.read_bytes()), CATALOG, shipped_codelists())
    lists = (
        "aspect",
        "berakhlak",
        "predicate_matrix",
        "rating_behaviour",
        "rating_result",
        "result_kind",
        "result_wording",
    )
    assert references(definition, CATALOG) == tuple(f"codelist:{name}" for name in lists)


def test_a_lock_changes_the_digest_and_can_be_taken_off_again():
    plain = load(SMALL)
    locked = with_lock(plain, {"codelist:b": "2", "codelist:a": "1"})
    assert [each.reference for each in locked.lock] == ["codelist:a", "codelist:b"]
    assert digest(locked) != digest(plain)
    assert with_lock(locked, {}) == plain


def test_a_code_list_refers_to_nothing():
    assert references(codelist("a"), CATALOG) == ()
    assert with_lock(codelist("a"), {"codelist:b": "1"}) == codelist("a")


SMALL = {
    "kind": "workflow",
    "format": 1,
    "key": "small",
    "name": {"id": "Kecil", "en": "Small"},
    "roles": [{"key": "owner", "rule": "subject"}],
    "states": [{"key": "open", "initial": True}, {"key": "closed", "final": True}],
    "transitions": [{"key": "close", "from": ["open"], "to": "closed", "automatic": True}],
}
