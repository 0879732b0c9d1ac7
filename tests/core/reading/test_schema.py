"""The published JSON Schema says what the parser says: the same keys, what is taken, what has not the shape."""

import json

import pytest
from jsonschema import Draft202012Validator

from engine.core.definition import Call
from engine.core.reading.normal import normal_form
from engine.core.reading.schema import json_schema
from engine.core.reading.shapes import ALSO, MODELS, OPTIONS, required, shapes
from engine.documents import read_yaml
from tests.core.definitions import CATALOG, INVALID, PRODUCT, ROOT, SHIPPED, VALID, read

PUBLISHED = ROOT / "docs/definition.schema.json"
SCHEMA = json_schema(CATALOG)
TINY = Draft202012Validator(SCHEMA)
NODES = [model for model in MODELS if model is not Call]

# What no schema of ours can see, though it is a mistake of shape: two keys that must agree.
UNSEEN = {"two_keys_for_one_state"}


def stems(paths):
    return [path.stem for path in paths]


def test_the_published_schema_is_the_one_that_the_command_prints():
    """To renew it: .venv/bin/siklus schema > docs/definition.schema.json"""
    assert json.loads(PUBLISHED.read_text(encoding="utf-8")) == json_schema(PRODUCT)


def test_the_schema_is_a_schema():
    Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("model", NODES, ids=lambda model: model.__name__)
def test_the_schema_knows_the_keys_of_the_model_and_no_others(model):
    node = SCHEMA["$defs"][model.__name__]
    declared = {info.alias or name for name, info in model.model_fields.items()}
    author = {written for (owner, _), written in ALSO.items() if owner is model}
    assert set(node["properties"]) == declared | author | set(OPTIONS.get(model, ()))
    assert set(shapes(model)) == declared | set(OPTIONS.get(model, ()))
    assert set(node.get("required", ())) | {"key"} == set(required(model)) | {"key"}


@pytest.mark.parametrize("path", VALID + SHIPPED, ids=stems(VALID + SHIPPED))
def test_what_the_parser_takes_the_schema_takes_in_every_form(path):
    document, _ = read_yaml(path.read_bytes())
    validator = Draft202012Validator(json_schema(PRODUCT)) if path in SHIPPED else TINY
    for written in (document, normal_form(document)):
        assert [error.message for error in validator.iter_errors(written)] == []


def of_shape(path):
    """Whether the expected message is about the shape of the document."""
    expected = path.read_text(encoding="utf-8").split("\n", 1)[0].split(": ")[-1]
    return expected.startswith("definition.") or expected in (
        "bind.unknown_field",
        "bind.unknown_guard",
        "bind.unknown_option",
        "bind.missing_option",
        "bind.unknown_method",
    )


MISSHAPEN = [path for path in INVALID if of_shape(path) and path.stem not in UNSEEN]


@pytest.mark.parametrize("path", MISSHAPEN, ids=stems(MISSHAPEN))
def test_what_has_not_the_shape_is_refused_by_the_schema_too(path):
    document, _ = read_yaml(path.read_bytes())
    assert not TINY.is_valid(document)


def test_a_key_that_only_one_of_them_knew_would_be_seen():
    text = VALID[0].read_text(encoding="utf-8") + "surprise: 1\n"
    assert not TINY.is_valid(read_yaml(text)[0])
    with pytest.raises(Exception, match=r"definition\.invalid"):
        read(text)
