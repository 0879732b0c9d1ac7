"""Denials: each is kept, but a flood of them is cut, a minute at a time and an actor at a time."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import denials
from engine.core.messages import Message
from engine.store.tables import Denial
from tests.verbs.stage import Stage


@pytest.fixture
def stage(filled_db):
    return Stage.over(filled_db("stage", Stage))


def refuse(stage, actor, times=1):
    for _ in range(times):
        denials.record(stage.rt, actor, "GET x", "/x", Message("error.not_allowed"), "127.0.0.1")


def kept(stage, actor):
    with stage.rt.db.read() as db:
        mine = Denial.actor_ref == (actor.ref if actor else "anonymous")
        return list(db.execute(select(Denial.message_key).where(mine).order_by(Denial.id)).scalars())


@pytest.mark.parametrize("name", ["carol", None])
def test_a_flood_of_refusals_leaves_one_line_that_there_were_more(stage, name):
    actor = stage.actor(name) if name else None
    refuse(stage, actor, denials.MOST + 20)
    assert kept(stage, actor) == ["error.not_allowed"] * denials.MOST + ["error.more_denials"]
    refuse(stage, stage.actor("erin"))
    assert kept(stage, stage.actor("erin")) == ["error.not_allowed"]
    stage.now += timedelta(minutes=2)
    refuse(stage, actor)
    assert kept(stage, actor)[-1] == "error.not_allowed" and len(kept(stage, actor)) == denials.MOST + 2
