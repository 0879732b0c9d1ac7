"""Definitions: drafted by one person, approved by another, pinned for ever."""

import json

import pytest
from sqlalchemy import select

from engine import definitions
from engine.core.errors import InvalidDefinition, NotAllowed, NotFound, Refused
from engine.store.refs import new_ref
from engine.store.tables.definitions import Definition, DefinitionVersion
from engine.store.tables.ledger import Event
from tests.verbs.stage import SHIPPED, Stage

BASIC = (SHIPPED / "basic_cycle.yaml").read_text("utf-8")
CHANGED = BASIC.replace("Annual performance evaluation", "Yearly evaluation")


@pytest.fixture
def stage(db):
    return Stage(db)


def take_in(stage, text=CHANGED, name="alice"):
    return definitions.import_document(stage.rt, text, actor=stage.actor(name), source="test.yaml")


def test_a_new_document_becomes_the_next_draft(stage):
    version = take_in(stage)
    assert (version.key, version.number, version.status) == ("basic_cycle", 2, "draft")


def test_the_same_document_is_the_version_that_it_already_is(stage):
    assert take_in(stage) == take_in(stage)
    published = take_in(stage, BASIC)
    assert (published.ref, published.number, published.status) == (stage.version.ref, 1, "published")


def test_a_wrong_document_is_refused_whole_with_every_problem(stage):
    before = stage.count(DefinitionVersion), stage.count(Definition), stage.count()
    with pytest.raises(InvalidDefinition) as refused:
        take_in(stage, BASIC.replace("to: approved", "to: aproved").replace("fill: rating", "fill: ratting"))
    assert len(refused.value.problems) >= 2
    assert all(problem.line for problem in refused.value.problems)
    assert (stage.count(DefinitionVersion), stage.count(Definition), stage.count()) == before


def test_the_author_does_not_approve(stage):
    version = take_in(stage)
    definitions.submit_for_review(stage.rt, version.ref, actor=stage.actor("alice"))
    with pytest.raises(NotAllowed):
        definitions.publish(stage.rt, version.ref, actor=stage.actor("alice"))
    assert definitions.publish(stage.rt, version.ref, actor=stage.actor("dan")).status == "published"


def test_publishing_pins_every_code_list(stage):
    with stage.rt.db.read() as db:
        body = db.execute(select(Definition.body).where(Definition.digest == stage.version.digest)).scalar_one()
        lists = db.execute(
            select(DefinitionVersion.key, DefinitionVersion.digest).where(DefinitionVersion.kind == "codelist")
        )
        digests = {f"codelist:{key}": digest for key, digest in lists}
    pinned = {lock["reference"]: lock["digest"] for lock in json.loads(body)["lock"]}
    assert "codelist:predicate_matrix" in pinned
    assert pinned.items() <= digests.items()


def test_publishing_retires_the_version_before_and_running_cases_keep_theirs(stage):
    case = stage.case()
    published = stage.publish(CHANGED)
    assert published.number == 2
    assert stage.see(case).digest == stage.version.digest
    with pytest.raises(Refused):
        stage.open()
    stage.version = published
    assert stage.see(stage.case()).digest == published.digest


def test_a_document_travels_draft_review_published_and_back_only_as_declared(stage):
    version = take_in(stage)
    with pytest.raises(Refused):
        definitions.publish(stage.rt, version.ref, actor=stage.actor("dan"))
    definitions.submit_for_review(stage.rt, version.ref, actor=stage.actor("alice"))
    definitions.send_back(stage.rt, version.ref, actor=stage.actor("dan"), reason="Istilah belum baku.")
    with pytest.raises(Refused):
        definitions.send_back(stage.rt, version.ref, actor=stage.actor("dan"), reason="Lagi.")
    with stage.rt.db.read() as db:
        stream = Event.stream == "definition:workflow/basic_cycle"
        kinds = db.execute(select(Event.kind).where(stream).order_by(Event.seq))
        assert list(kinds.scalars())[-3:] == ["definition.imported", "definition.submitted", "definition.sent_back"]


def test_a_workflow_whose_code_list_is_not_published_cannot_be_imported(stage):
    with pytest.raises(InvalidDefinition):
        take_in(stage, BASIC.replace("table: predicate_matrix", "table: no_such_list"))


def test_strangers_and_unknown_versions_are_refused(stage):
    with pytest.raises(NotAllowed):
        take_in(stage, name="erin")
    with pytest.raises(NotFound):
        definitions.publish(stage.rt, new_ref(), actor=stage.actor("dan"))
