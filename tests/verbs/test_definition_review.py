"""The review of a definition is a case: in the inbox of reviewers, decided there or on its page, by one verb."""

from datetime import date, timedelta

import pytest

from engine import approval, cases, definitions, design_beginnings, designs, grants, ledger, repairs
from engine.core.designing.edits import Put
from engine.core.errors import NotAllowed, NotFound, Refused
from engine.documents import read_yaml
from engine.store.queries import definitions as queries
from engine.store.queries import inbox, linked
from engine.store.refs import new_ref
from tests.verbs.stage import SHIPPED, Stage

REVIEW = (SHIPPED / "definition_review.yaml").read_bytes()
SMALL = """
kind: workflow
format: 1
key: small
name: {id: Kecil, en: Small}
roles: {owner: subject}
states:
  open: {initial: true, tasks: {end: {role: owner, decide: [close]}}}
  closed: {final: true}
transitions: {close: {from: open, to: closed}}
"""


@pytest.fixture
def stage(filled_db):
    stage = Stage.over(filled_db("stage", Stage))
    stage.publish(REVIEW, "definition_review.yaml")
    return stage


def hand_in(stage, text=SMALL, by="alice"):
    """A version that waits for review, and its case."""
    version = definitions.import_document(stage.rt, text, actor=stage.actor(by), source="x.yaml")
    definitions.submit_for_review(stage.rt, version.ref, actor=stage.actor(by))
    with stage.rt.db.read() as db:
        (case,) = linked.cases_about(db, version.ref)
    return version, case


def status(stage, version):
    with stage.rt.db.read() as db:
        return queries.version(db, version.ref).status


def waiting(stage, name):
    with stage.rt.db.read() as db:
        rows = inbox.tasks(db, stage.person(name).id)
    return [(row.key, row.subject_name) for row in rows if row.holder_id == stage.person(name).id]


def test_the_first_review_workflow_is_published_without_one(stage):
    with stage.rt.db.read() as db:
        (version,) = queries.published_versions(db, "workflow", "definition_review")
        assert linked.cases_about(db, version.ref) == []


def test_a_version_that_is_handed_in_waits_in_the_inbox_of_every_admin_but_its_author(stage):
    version, case = hand_in(stage)
    assert waiting(stage, "gina") == [("review", "Kecil 1")]
    assert waiting(stage, "alice") == waiting(stage, "dan") == []
    assert [holder.name for holder in stage.see(case).view.roles["author"]] == ["Alice"]
    assert stage.see(case).view.subject_ref == version.ref


def test_publishing_in_the_case_publishes_the_version(stage):
    version, case = hand_in(stage)
    stage.fire(case, "gina", "publish")
    assert (status(stage, version), stage.see(case).view.state) == ("published", "published")
    ledger.verify(stage.rt.db)


def test_publishing_on_the_page_of_the_version_ends_the_case(stage):
    version, case = hand_in(stage)
    definitions.publish(stage.rt, version.ref, actor=stage.actor("gina"))
    assert (status(stage, version), stage.see(case).view.state) == ("published", "published")
    assert waiting(stage, "gina") == []
    ledger.verify(stage.rt.db)


@pytest.mark.parametrize("where", ["case", "page"])
def test_sent_back_it_is_a_draft_again_with_the_reason_and_handed_in_again_it_has_a_new_case(stage, where):
    version, case = hand_in(stage)
    if where == "case":
        stage.fire(case, "gina", "send_back", reason="Belum ada tenggat.")
    else:
        definitions.send_back(stage.rt, version.ref, actor=stage.actor("gina"), reason="Belum ada tenggat.")
    assert (status(stage, version), stage.see(case).view.state) == ("draft", "sent_back")
    definitions.submit_for_review(stage.rt, version.ref, actor=stage.actor("alice"))
    with stage.rt.db.read() as db:
        again = linked.cases_about(db, version.ref)
    assert len(again) == 2 and again[1] == case
    stage.fire(again[0], "gina", "publish")
    assert status(stage, version) == "published"
    ledger.verify(stage.rt.db)


def test_the_author_decides_nothing_about_his_own_version_on_either_way(stage):
    version, case = hand_in(stage)
    with pytest.raises(NotAllowed):
        stage.fire(case, "alice", "publish")
    with pytest.raises(NotAllowed):
        definitions.publish(stage.rt, version.ref, actor=stage.actor("alice"))
    assert (status(stage, version), stage.see(case).view.state) == ("in_review", "in_review")


def test_whoever_was_made_admin_by_the_author_is_refused_in_the_case_too_and_nothing_moves(stage):
    person = {"person_ref": stage.ref("bob"), "role": "admin", "unit_ref": stage.unit("city").ref}
    grants.grant(stage.rt, actor=stage.actor("alice"), starts_on=stage.now.date(), **person)
    version, case = hand_in(stage)
    before = stage.count()
    with pytest.raises(NotAllowed) as refused:
        stage.fire(case, "bob", "publish")
    assert refused.value.message.key == "definition.author_made_approver"
    assert (status(stage, version), stage.see(case).view.state, stage.count()) == ("in_review", "in_review", before)


def test_what_cannot_be_published_leaves_the_case_where_it_stands(stage):
    list_name = "list: nowhere"
    with pytest.raises(Exception, match="definition"):
        hand_in(stage, SMALL + f"forms: {{f: {{sections: {{s: {{fields: {{c: {{type: choice, {list_name}}}}}}}}}}}}}\n")
    child = SMALL.replace("key: small", "key: part")
    stage.publish(child.replace("{id: Kecil, en: Small}", "{id: Bagian, en: Part}"))
    _, case = hand_in(stage, SMALL + "children: {c: {workflow: part, in: open, optional: true}}\n")
    with stage.rt.db.read() as db:
        (part,) = queries.published_versions(db, "workflow", "part")
    definitions.retire(stage.rt, part.ref, actor=stage.actor("gina"))
    with pytest.raises(Refused) as refused:
        stage.fire(case, "gina", "publish")
    assert refused.value.message.key == "definition.unpublished_references"
    assert stage.see(case).view.state == "in_review"


def test_strangers_do_not_see_the_case(stage):
    _, case = hand_in(stage)
    with pytest.raises(NotFound):
        cases.comment(stage.rt, case, "Halo", actor=stage.actor("mallory"), key=new_ref())


def test_no_step_that_fires_by_itself_puts_a_definition_in_force(stage):
    lapse = (
        "lapse: {label: {id: Lewat, en: Lapsed}, from: in_review, to: published, automatic: true,"
        " when: 'today > period_start', actions: publish_definition}\n  send_back:"
    )
    stage.publish(REVIEW.decode().replace("send_back:", lapse, 1), "definition_review.yaml")
    version, case = hand_in(stage)
    stage.now += timedelta(days=2)
    with pytest.raises(Refused, match="decided_by_nobody"):
        cases.settle(stage.rt, case)
    assert status(stage, version) == "in_review"


def test_whom_a_designer_has_made_an_administrator_does_not_publish_what_she_designed(stage):
    draft = design_beginnings.begin(
        stage.rt, read_yaml(SMALL, "small.yaml")[0], name="Kecil", actor=stage.actor("alice"), origin="uji"
    )
    grants.grant(stage.rt, actor=stage.actor("alice"), person_ref=stage.ref("bob"), role="admin",
                 unit_ref=stage.unit("city").ref, starts_on=date(2026, 1, 1))  # fmt: skip
    version = designs.hand_in(stage.rt, draft, actor=stage.actor("gina"))
    with stage.rt.db.read() as db:
        row = queries.version(db, version.ref)
        assert approval.why_not_publish(db, row, stage.actor("bob"), stage.now) is not None
        assert approval.why_not_publish(db, row, stage.actor("frank"), stage.now) is not None


def test_the_author_of_a_version_does_not_cancel_its_review(stage):
    _, case = hand_in(stage)
    asked = {"reason": "Tidak jadi", "seen": stage.see(case).view.version}
    with pytest.raises(NotAllowed):
        repairs.cancel(stage.rt, case, actor=stage.actor("alice"), key=new_ref(), **asked)
    repairs.cancel(stage.rt, case, actor=stage.actor("gina"), key=new_ref(), **asked)


def test_whoever_worked_at_a_design_is_an_author_and_gets_no_task_to_review_it(stage):
    draft = design_beginnings.begin(
        stage.rt, read_yaml(SMALL, "small.yaml")[0], name="Kecil", actor=stage.actor("alice"), origin="uji"
    )
    designs.edit(
        stage.rt, draft, [Put("states.open.label", {"id": "Terbuka", "en": "Open"})], actor=stage.actor("gina")
    )
    version = designs.hand_in(stage.rt, draft, actor=stage.actor("alice"))
    with stage.rt.db.read() as db:
        (case,) = linked.cases_about(db, version.ref)
    assert {holder.name for holder in stage.see(case).view.roles["author"]} == {"Alice", "Gina"}
    assert waiting(stage, "gina") == waiting(stage, "alice") == []
    ledger.verify(stage.rt.db)


WALKED = (
    SMALL
    + """
scenarios:
  closed_at_once: {on: "2026-01-05", steps: [{role: owner, fire: close}], ends: {state: closed}}
"""
)


class Between(set):
    """What was played so far; somebody else acts right after a play."""

    def __init__(self, act):
        self.act, self.acts = act, 0

    def add(self, name):
        self.acts += 1
        self.act()
        super().add(name)


def test_scenarios_are_played_while_nothing_is_locked_and_what_changed_meanwhile_is_handed_in_again(stage):
    actor = stage.actor("alice")
    draft = design_beginnings.begin(
        stage.rt, read_yaml(WALKED, "small.yaml")[0], name="Kecil", actor=actor, origin="uji"
    )
    said = {"id": "Terbuka", "en": "Open"}

    def meanwhile():
        if stage.rt.library.sound.acts == 1:
            designs.edit(stage.rt, draft, [Put("states.open.label", said)], actor=actor)

    stage.rt.library.sound = Between(meanwhile)
    with pytest.raises(Refused, match="changed_meanwhile"):
        designs.hand_in(stage.rt, draft, actor=actor)
    version = designs.hand_in(stage.rt, draft, actor=actor)
    definitions.publish(stage.rt, version.ref, actor=stage.actor("gina"))
    assert stage.rt.library.sound.acts == 2, "publishing what was played a moment ago plays it no more"


def test_a_version_whose_scenario_fails_is_not_handed_in(stage):
    text = WALKED.replace("ends: {state: closed}", "ends: {state: open}")
    version = definitions.import_document(stage.rt, text, actor=stage.actor("alice"), source="x.yaml")
    with pytest.raises(Refused, match=r"scenario\.fail"):
        definitions.submit_for_review(stage.rt, version.ref, actor=stage.actor("alice"))
    assert status(stage, version) == "draft"
