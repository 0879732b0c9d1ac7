"""Opening a cycle for many people, as its page tells it: how far it is, who was left out, what to do when it stops."""

import json
import re

import pytest
from sqlalchemy import select, update

from engine import cycle_opening, cycles, jobs, outbox
from engine.core.errors import NotAllowed
from engine.core.messages import Message
from engine.store.queries import cycles as queries
from engine.store.tables import Cycle, Outbox
from tests.admin.city import words

FORM = {"name": "Evaluasi 2028", "period_start": "2028-01-01", "period_end": "2028-12-31"}
REASON = json.dumps(Message("opening.left.no_post").as_document())


def refuses(*asked):
    raise NotAllowed(Message("cycle.admins_only"))


def sweep(city, chunk=cycle_opening.chunk):
    outbox.sweep(city.rt, jobs.works({cycle_opening.KIND: jobs.Kind(chunk)}))


@pytest.fixture
def few(monkeypatch):
    """Whoever opens a cycle waits for three people at the most; ten are a chunk."""
    monkeypatch.setitem(cycles.open_cycle.__kwdefaults__, "at_once", 3)
    monkeypatch.setattr(cycle_opening, "BATCH", 10)


def test_the_page_of_a_cycle_says_how_far_its_opening_is_and_offers_to_try_again(city, few):
    with city.database.begin() as db:
        db.execute(update(Outbox.__table__).values(state="done"))
    form = {**FORM, "version_ref": city.definition(), "population": "'puskesmas' in units", "past": "Akun menyusul"}
    page = city.post("admin", "/admin/cycles/new", do="open", **form).location
    asked = city.get("admin", page)
    assert "Siklus sudah dibuat; 14 evaluasi sedang dibuka." in words(asked) and "Sedang dibuka" in words(asked)
    assert "/extend" not in asked.text
    watch = re.search(r'data-watch="([^"]+)"', asked.text)[1]
    sweep(city)
    assert '<progress value="10" max="14"' in city.get("admin", page, "en").text
    now = city.client("admin").get(watch, headers={"X-Fragment": "1"}).text
    assert '<progress value="10" max="14"' in now and watch in now
    assert '<progress value="10" max="14"' in city.get("auditor", page).text
    assert "data-watch" not in city.get("auditor", page).text, "an auditor has no page of jobs to ask"
    sweep(city, refuses)
    stopped = city.get("admin", page)
    assert "Belum semua evaluasi terbuka" in words(stopped) and "/again" in stopped.text
    city.post("admin", re.search(r'action="(/admin/jobs/[a-z2-7]{26}/again)"', stopped.text)[1])
    sweep(city)
    done = city.get("admin", page)
    assert "14 evaluasi" in words(done) and "Sedang dibuka" not in words(done) and "<progress" in done.text
    with city.database.begin() as db:
        found = db.execute(select(Cycle.id).where(Cycle.name == FORM["name"])).scalar_one()
        queries.keep_left(db, found, [who := city.actor("stranger").person_id], {who: REASON}, "2026-11-23T03:00:00Z")
    named = city.get("admin", page)
    assert "Tidak disertakan" in words(named) and "Tidak lagi memegang jabatan dalam lingkup Anda" in words(named)
    assert city.person("stranger") not in city.get("dinkes_admin", page).text, "of an office that is not his"
    assert city.person("stranger") in city.get("auditor", page).text
    assert city.one(select(Cycle.status).where(Cycle.name == FORM["name"])) == "open"
