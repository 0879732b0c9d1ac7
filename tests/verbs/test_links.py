"""Links in answers: asked after sending when a field says so, kept apart from the facts, never in anybody's way."""

import pytest
from sqlalchemy import select, update

from engine import links, outbox, reach
from engine.core.errors import NotAllowed, NotFound, TooManyTries
from engine.store.tables.links import LinkCheck
from engine.store.tables.work import Outbox
from tests.verbs.stage import PLAN, ROW, SHIPPED, Stage

GOOD, GONE = "https://bukti.kota.example/1", "https://bukti.kota.example/2"
COLUMN = "              leader_result:\n"
FIELD = "          resources:\n"
LINK = "{type: link, reach: true, label: {id: Tautan bukti, en: Link}}"
WORKS = {links.KIND: outbox.Staged(links.keep, links.look)}
WITH_LINKS = {
    **PLAN,
    "targets": [{**PLAN["targets"][0], "proof": GOOD}, {**PLAN["targets"][1], "proof": GONE}],
    "more": GOOD,
}


class Linked(Stage):
    """A stage whose plan asks for a link, and for one in each row of its table."""

    def publish_all(self):
        super().publish_all()
        text = (SHIPPED / "basic_cycle.yaml").read_text()
        assert text.count(COLUMN) == text.count(FIELD) == 1
        text = text.replace(COLUMN, f"              proof: {LINK}\n{COLUMN}")
        return self.publish(text.replace(FIELD, f"          more: {LINK}\n{FIELD}").encode(), "linked.yaml")


@pytest.fixture
def stage(filled_db):
    stage = Linked.over(filled_db("linked", Linked))
    with stage.rt.db.begin() as db:
        db.execute(update(Outbox.__table__).values(state="done"))
    return stage


@pytest.fixture
def asked(monkeypatch):
    """What was asked, and what is answered: address → outcome."""
    found = []

    def check(url, allowed):
        found.append(url)
        return reach.Found("reached", 200) if url == GOOD else reach.Found("not_found", 404)

    monkeypatch.setattr(links.reach, "check", check)
    return found


def checks(stage):
    with stage.rt.db.read() as db:
        return {row.digest: (row.outcome, row.status) for row in db.execute(select(LinkCheck.__table__))}


def sweep(stage, most=10):
    for _ in range(most):
        if not outbox.sweep(stage.rt, WORKS):
            return


def test_each_link_is_asked_once_after_the_form_was_sent(stage, asked):
    stage.send(stage.case(), "carol", "write_plan", WITH_LINKS)
    assert asked == [], "nobody who sends a form waits for a site"
    sweep(stage)
    assert asked == [GOOD, GONE]
    assert checks(stage) == {links.digest(GOOD): ("reached", 200), links.digest(GONE): ("not_found", 404)}


def test_many_links_are_asked_a_few_at_a_time(stage, asked):
    rows = [{**ROW, "weight": "10", "proof": f"{GOOD}?{number}"} for number in range(10)]
    stage.send(stage.case(), "carol", "write_plan", {"targets": rows})
    outbox.sweep(stage.rt, WORKS)
    assert len(asked) == links.AT_ONCE == len(checks(stage))
    sweep(stage)
    assert len(asked) == len(set(asked)) == 10


def test_a_form_without_such_links_asks_for_nothing(stage, asked):
    stage.send(stage.case(), "carol", "write_plan", PLAN)
    sweep(stage)
    assert asked == []


def test_without_a_setting_no_host_is_asked(stage):
    assert stage.rt.reach is None
    stage.send(stage.case(), "carol", "write_plan", WITH_LINKS)
    sweep(stage)
    assert set(checks(stage).values()) == {("not_allowed", None)}


def test_an_admin_of_the_case_asks_again_but_not_all_the_time(stage, asked):
    case = stage.case()
    stage.send(case, "carol", "write_plan", WITH_LINKS)
    sweep(stage)
    stage.wait(minutes=20)
    asked.clear()
    links.recheck(stage.rt, case, actor=stage.actor("alice"))
    with pytest.raises(TooManyTries):
        links.recheck(stage.rt, case, actor=stage.actor("alice"))
    sweep(stage)
    assert asked == [GOOD, GONE]
    stage.wait(minutes=20)
    links.recheck(stage.rt, case, actor=stage.actor("dan"))
    sweep(stage)
    assert len(asked) == 4
    for name, refused in (("carol", NotAllowed), ("frank", NotAllowed), ("mallory", NotFound)):
        with pytest.raises(refused):
            links.recheck(stage.rt, case, actor=stage.actor(name))
