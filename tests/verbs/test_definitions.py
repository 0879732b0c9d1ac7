"""Definitions: drafted by one person, approved by another, pinned for ever."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import approval, definitions, grants, organisation
from engine.core.case import SYSTEM
from engine.core.errors import EngineError, InvalidDefinition, NotAllowed, NotFound, Refused
from engine.staffing import Act
from engine.store.refs import new_ref
from engine.store.tables.definitions import Definition, DefinitionVersion
from engine.store.tables.ledger import Event
from tests.verbs.opening import give_account
from tests.verbs.stage import SHIPPED, Stage

BASIC = (SHIPPED / "basic_cycle.yaml").read_text("utf-8")
CHANGED = BASIC.replace("Annual performance evaluation", "Yearly evaluation")


@pytest.fixture
def stage(filled_db):
    return Stage.over(filled_db("stage", Stage))


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
    assert definitions.publish(stage.rt, version.ref, actor=stage.actor("gina")).status == "published"


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
        definitions.publish(stage.rt, version.ref, actor=stage.actor("gina"))
    definitions.submit_for_review(stage.rt, version.ref, actor=stage.actor("alice"))
    definitions.send_back(stage.rt, version.ref, actor=stage.actor("gina"), reason="Istilah belum baku.")
    with pytest.raises(Refused):
        definitions.send_back(stage.rt, version.ref, actor=stage.actor("gina"), reason="Lagi.")
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
        definitions.publish(stage.rt, new_ref(), actor=stage.actor("gina"))


def in_review(stage, text=CHANGED, name="alice"):
    version = take_in(stage, text, name)
    definitions.submit_for_review(stage.rt, version.ref, actor=stage.actor(name))
    return version.ref


def test_an_administrator_of_one_unit_drafts_and_decides_nothing_for_the_city(stage):
    ref = in_review(stage, name="dan")
    for verb, version, more in (
        (definitions.publish, in_review(stage, CHANGED.replace("Yearly", "Annual")), {}),
        (definitions.send_back, ref, {"reason": "Belum."}),
        (definitions.retire, stage.version.ref, {}),
    ):
        with pytest.raises(NotAllowed) as refused:
            verb(stage.rt, version, actor=stage.actor("dan"), **more)
        assert refused.value.message.key == "definition.whole_only"
    assert definitions.publish(stage.rt, ref, actor=stage.actor("gina")).status == "published"


def why_not(stage, ref, name):
    with pytest.raises(NotAllowed) as refused:
        definitions.publish(stage.rt, ref, actor=stage.actor(name))
    return refused.value.message.key


def test_whoever_approves_only_by_a_right_that_the_author_gave_is_no_second_pair_of_eyes(stage):
    ref = in_review(stage)
    over_all = {"role": "admin", "unit_ref": stage.unit("city").ref, "starts_on": stage.now.date()}
    grants.grant(stage.rt, actor=stage.actor("alice"), person_ref=stage.ref("erin"), **over_all)
    assert why_not(stage, ref, "erin") == "definition.author_made_approver"
    grants.grant(stage.rt, actor=stage.actor("gina"), person_ref=stage.ref("bob"), **over_all)
    assert definitions.publish(stage.rt, ref, actor=stage.actor("bob")).status == "published"


@pytest.mark.parametrize("by_reset", [False, True])
def test_whoever_signs_in_by_grace_of_the_author_is_no_second_pair_of_eyes(stage, by_reset):
    ref = in_review(stage)
    given = {"person_ref": stage.ref("gina"), "actor": stage.actor("alice")}
    if by_reset:
        give_account(stage.rt, SYSTEM, given["person_ref"], "empat-puluh perahu cadik")
    give_account(stage.rt, given["actor"], given["person_ref"], "sepuluh-bukit gersang")
    assert why_not(stage, ref, "gina") == "definition.author_made_approver"
    stage.wait(days=31)
    if by_reset:
        assert definitions.publish(stage.rt, ref, actor=stage.actor("gina")).status == "published"
    else:
        assert why_not(stage, ref, "gina") == "definition.author_made_approver"


def test_whoever_has_lately_let_the_author_in_is_no_second_pair_of_eyes(stage):
    give_account(stage.rt, stage.actor("gina"), stage.ref("alice"), "sepuluh-bukit gersang")
    ref = in_review(stage)
    assert why_not(stage, ref, "gina") == "definition.approver_made_author"
    stage.wait(days=31)
    assert definitions.publish(stage.rt, ref, actor=stage.actor("gina")).status == "published"


def test_two_puppets_of_one_maker_are_not_two_pairs_of_eyes_also_through_somebody_between(stage):
    """Dan lets bob and erin in, then erin lets alice in, who is the author."""
    over_all = {"role": "admin", "unit_ref": stage.unit("city").ref, "starts_on": stage.now.date()}
    grants.grant(stage.rt, actor=SYSTEM, person_ref=stage.ref("bob"), **over_all)
    ref = in_review(stage)
    with stage.rt.db.begin() as db:
        for by, of in (("dan", "bob"), ("dan", "erin"), ("erin", "alice")):
            said = {"person": stage.ref(of)}
            Act(stage.rt, db, stage.actor(by), stage.now).record(f"person:{stage.ref(of)}", "account.code_issued", said)
        ids = [stage.person(name).id for name in ("bob", "erin", "alice", "gina")]
        found = [approval.share_a_maker(db, ids[0], other, stage.now) for other in ids[1:]]
    assert found == [True, True, False]
    assert why_not(stage, ref, "bob") == "definition.one_maker"
    stage.wait(days=31)
    assert definitions.publish(stage.rt, ref, actor=stage.actor("bob")).status == "published"


@pytest.mark.parametrize("later", [timedelta(), timedelta(days=40)])
def test_whoever_gets_codes_where_the_author_wants_them_is_no_second_pair_of_eyes(stage, later):
    ref = in_review(stage)
    to_him = {"fields": {"email": "author@tirta.go.id"}, "starts_on": stage.now.date() + later}
    organisation.change_person(stage.rt, actor=stage.actor("alice"), person_ref=stage.ref("gina"), **to_him)
    stage.wait(days=later.days)
    assert why_not(stage, ref, "gina") == "definition.author_made_approver"
    stage.wait(days=32)
    assert definitions.publish(stage.rt, ref, actor=stage.actor("gina")).status == "published"


def test_a_new_name_by_the_author_gives_nobody_a_way_in(stage):
    ref, gina = in_review(stage), stage.actor("gina")
    about = {"fields": {"name": "Gina Baru"}, "starts_on": stage.now.date()}
    organisation.change_person(stage.rt, actor=stage.actor("alice"), person_ref=gina.ref, **about)
    assert definitions.publish(stage.rt, ref, actor=gina).status == "published"


def test_two_versions_approved_at_once_never_stand_published_together(stage):
    refs = [in_review(stage, CHANGED.replace("Yearly", name)) for name in ("First", "Second", "Third")]
    gina = stage.actor("gina")

    def publish(ref):
        try:
            return definitions.publish(stage.rt, ref, actor=gina).status
        except EngineError as error:
            return error

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(publish, refs)) == ["published"] * 3
    with stage.rt.db.read() as db:
        query = select(DefinitionVersion.ref).where(DefinitionVersion.kind == "workflow")
        assert len(db.execute(query.where(DefinitionVersion.status == "published")).all()) == 1
