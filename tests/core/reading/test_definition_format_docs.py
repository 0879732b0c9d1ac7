"""docs/definition-format.md names every key of the format and everything in the catalog, and its samples are true."""

import re

import pytest

from engine.core.definition import FieldSpec
from engine.core.reading.normal import dump
from engine.core.reading.parse import examine
from engine.core.reading.positions import NOWHERE
from engine.core.reading.shapes import ALSO, MODELS, OPTIONS, shapes
from engine.core.rules import RULES
from engine.documents import read_yaml
from tests.core.definitions import CODELISTS, PRODUCT, ROOT

PAGE = (ROOT / "docs/definition-format.md").read_text(encoding="utf-8")
HEADINGS = {
    "WorkflowDefinition": "Workflow",
    "RoleSpec": "Role",
    "RuleSpec": "Rule",
    "TaskSpec": "Task",
    "FormSchema": "Form",
    "FieldSpec": "Field",
    "Grant": "Visible",
    "ResultSpec": "Result",
    "ScorePart": "Part",
    "PrintSpec": "Print",
    "NoticeSpec": "Notice",
    "BlockSpec": "Block",
    "ColumnSpec": "Column",
    "PartySpec": "Party",
    "SignerSpec": "Signer",
    "ParentSpec": "Parent",
    "ChildSpec": "Child",
    "FollowUpSpec": "Follow-up",
    "CodeList": "Code list",
    "RegisterDefinition": "Register",
    "StartSpec": "Start",
    "CiteSpec": "Cites",
    "StartAnswer": "Start answer",
    "IndicatorDefinition": "Indicator",
    "FigureSpec": "Figure",
    "EntriesSpec": "Entries",
    "PublicSpec": "Public",
    "ScoreDefinition": "Score",
}
SAMPLES = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
WHOLE = [sample for sample in SAMPLES if sample.startswith("kind:")]
PARTS = [sample for sample in SAMPLES if not sample.startswith("kind:")]


def section(title):
    """The text between a heading and the next one of its level."""
    return re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)[1]


def first_cells(text):
    return re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_the_table_of_an_element_has_its_keys_in_their_order(model):
    listed = first_cells(section(HEADINGS.get(model.__name__, model.__name__)).split("\n### ")[0])
    expected = [ALSO.get((model, key), key) for key in shapes(model)]
    assert listed[: len(expected)] == expected


@pytest.mark.parametrize(
    ("kind", "title"),
    [("field", "Field"), ("guard", "Call"), ("action", "Call"), ("method", "Result")],
    ids=["types", "guards", "actions", "methods"],
)
def test_every_entry_of_the_catalog_stands_there_with_its_options(kind, title):
    rows = {row[0]: row[1] for row in re.findall(r"^\| `(\w+)` \| (.*?) \|", section(title), re.MULTILINE)}
    rows |= {name: "" for name in re.findall(r"^\| `(\w+)` \| \|", section(title), re.MULTILINE)}
    for entry in PRODUCT.entries(kind):
        assert set(re.findall(r"`(\w+)`", rows[entry.name])) == set(entry.options.model_fields), entry.name


def test_nothing_else_is_in_the_catalog_that_the_page_would_have_to_name():
    assert [PRODUCT.names(kind) for kind in ("job", "report")] == [(), ()]


def test_every_rule_of_a_role_is_explained():
    (row,) = [line for line in section("Role").splitlines() if line.startswith("| `rule` |")]
    assert set(re.findall(r"`(\w+)`:", row)) == set(RULES)


def test_the_options_that_are_written_like_elements_are_named():
    assert set(OPTIONS[FieldSpec]) <= set(first_cells(section("Field")))


@pytest.mark.parametrize("sample", WHOLE, ids=lambda sample: sample.split("\n")[2])
def test_a_whole_sample_is_sound(sample):
    examined = examine(*read_yaml(sample), PRODUCT, CODELISTS)
    assert examined.problems == ()


@pytest.mark.parametrize("sample", PARTS, ids=lambda sample: sample.split(":")[0])
def test_a_part_fits_into_the_small_whole_one(sample):
    document = {**read_yaml(WHOLE[0])[0], **read_yaml(sample)[0]}
    found = examine(document, NOWHERE, PRODUCT, CODELISTS).problems
    shape = [problem for problem in found if problem.message.key.startswith("definition.") and not problem.warning]
    assert shape == []
    own = list(read_yaml(sample)[0])
    inside = [each for each in found if each.path.split(".")[0] in own and each.message.key.startswith("bind.")]
    assert inside == []


def test_an_exported_definition_can_be_imported():
    definition = examine(*read_yaml(WHOLE[0]), PRODUCT, {}).definition
    assert examine(dump(definition), NOWHERE, PRODUCT, {}).definition == definition
