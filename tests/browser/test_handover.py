"""A superior leaves in mid-cycle with 40 open tasks, in a real Chromium; whoever acts under an order that has ended.

Also: the pages of roles, of what one may begin, and of nominations are free of barriers and fit a phone.
"""

from datetime import date

import pytest
from sqlalchemy import select

from engine import cycles, handover, holders, outbox, sessions, snapshot, starting
from engine.core import machine
from engine.store.queries import accounts, case_lists
from engine.store.refs import new_ref
from engine.store.tables import Outbox, Person, Post, Unit
from tests.admin.city import CAST, NOW, City, copy_of
from tests.serving import serve
from tests.verbs.stage import SHIPPED
from tests.verbs.test_nominations import PEERS

WORKS = {
    "holders.reresolve": holders.reresolve,
    "holders.rehold": holders.rehold,
    handover.WORK: handover.hand_over_case,
}
NUMBER = "800.1.3/421/BKPSDM/2026"


@pytest.fixture
def city(loaded_city, tmp_path):
    database = copy_of(loaded_city, f"sqlite:///{tmp_path / 'city.sqlite3'}")
    yield City(database)
    database.close()


def work(city):
    """What the server would do after each commit."""
    for _ in range(3):
        for row in city.all(select(Outbox.id).where(Outbox.state == "ready", Outbox.kind.in_(WORKS))):
            outbox.run(city.rt, row, WORKS)


def signed_in(city, page, url, person_ref):
    """Go on as somebody."""
    with city.rt.db.begin() as db:
        person = db.execute(select(Person.__table__).where(Person.ref == person_ref)).one()
        token = sessions.open_session(db, accounts.by_person(db, person.id), "test", NOW).token
    page.context.clear_cookies(name="siklus")
    page.context.add_cookies([{"name": "siklus", "value": token, "url": url}])


def duties(city, who):
    with city.database.read() as db:
        person = db.execute(select(Person.__table__).where(Person.ref == city.person(who))).one()
        return handover.duties(db, city.actor("admin"), person, NOW.date())


def actor_of(city, ref):
    with city.database.read() as db:
        row = db.execute(select(Person.__table__).where(Person.ref == ref)).one()
    return handover.Actor(row.id, row.ref, row.name)


def possible(city, actor, cases):
    """The cases with a move that somebody may make now, one move each."""
    for case in cases:
        with city.database.read() as db:
            found = snapshot.load(city.rt, db, case, actor, NOW)
        offers = [offer for offer in machine.available(found.workflow, found.view, actor) if offer.allowed]
        if offers:
            yield case, offers[0].transition


def make(page, transition):
    """Make a move on the page of its case, with a reason where one is asked for."""
    form = page.locator(f"#move-{transition}")
    if form.locator("textarea").count():
        form.locator("textarea").fill("Ekspektasi berubah.")
    form.get_by_role("button").click()


def test_forty_open_tasks_are_handed_over_and_every_act_afterwards_names_both(city, open_page, accessible):
    office = city.one(select(Unit.key).join(Post, Post.unit_id == Unit.id).where(Post.key == CAST["supervisor"]))
    for year in (2029, 2030, 2031):
        cycles.open_cycle(
            city.rt, actor=city.actor("admin"), name=f"Evaluasi {year}", version_ref=city.definition(),
            period_start=date(year, 1, 1), period_end=date(year, 12, 31), key=new_ref(), past="Uji serah terima.",
            population=f"'{office}' in units",
        )  # fmt: skip
    left = duties(city, "supervisor")
    assert left.tasks >= 40
    successor = left.candidates[-1]
    leaving = actor_of(city, city.person("supervisor")).name
    with serve(city.app) as url:
        page = open_page(url, "/sign-in")
        signed_in(city, page, url, city.person("admin"))
        page.goto(f"/admin/people/{city.person('supervisor')}")
        page.get_by_role("link", name="Serah terima tugas").click()
        accessible(page)
        page.get_by_label(successor.name).check()
        page.get_by_label("Nomor berita acara atau keputusan").fill("BA-7/2026")
        page.get_by_label("Alasan").fill("Mutasi ke provinsi.")
        page.get_by_role("button", name="Serahkan semuanya").click()
        work(city)
        page.reload()
        assert duties(city, "supervisor").tasks == 0
        accessible(page)

        case, transition = next(possible(city, actor_of(city, successor.ref), [row.ref for row in left.cases]))
        signed_in(city, page, url, successor.ref)
        page.goto(f"/cases/{case}")
        make(page, transition)
        assert f"{successor.name}, menggantikan {leaving}" in page.locator("#history").inner_text()
        accessible(page)
        others = [row.ref for row in left.cases if row.ref != case]
        an_order_ends_while_somebody_acts_under_it(city, page, url, successor, others)


def an_order_ends_while_somebody_acts_under_it(city, page, url, absent, cases):
    deputy = city.person("panel")
    signed_in(city, page, url, city.person("admin"))
    page.goto(f"/admin/acting/new?person={absent.ref}&deputy={deputy}")
    page.get_by_label("Nomor surat perintah atau keputusan").fill(NUMBER)
    page.get_by_role("button", name="Simpan penugasan").click()
    page.get_by_text("Penugasan dicatat.").wait_for()
    work(city)
    actor = actor_of(city, deputy)
    case, transition = next(possible(city, actor, cases))
    signed_in(city, page, url, deputy)
    page.goto("/")
    assert f"untuk {absent.name} (Plh, SK nomor {NUMBER})" in page.inner_text("main")
    page.goto(f"/cases/{case}")
    assert f"{actor.name}, untuk {absent.name} (Plh, SK nomor {NUMBER})" in page.inner_text("main")
    other = page.context.new_page()
    signed_in(city, other, url, city.person("admin"))
    other.goto("/admin/acting/")
    other.get_by_role("link", name="Akhiri").first.click()
    other.get_by_role("button", name="Akhiri penugasan").click()
    other.close()
    signed_in(city, page, url, deputy)
    make(page, transition)
    assert "tidak" in page.inner_text("h1").lower()


@pytest.mark.parametrize(("language", "width"), [("id", 360), ("en", 1280)])
def test_pages_of_roles_beginnings_and_nominations_have_no_barrier(house, open_page, accessible, language, width):
    version = house.publish(PEERS)
    opened = house.open(version_ref=version.ref)
    house.publish((SHIPPED / "superior_correction.yaml").read_bytes(), "superior_correction.yaml")
    with house.rt.db.read() as db:
        case = case_lists.case_of(db, opened.ref, house.person("carol").id)
    own = starting.start_own(house.rt, actor=house.actor("carol"), workflow_key="superior_correction")
    browser = house.browser("carol", language)
    with serve(house.app) as url:
        page = open_page(url, "/sign-in", language=language, width=width)
        for cookie in ("siklus", "siklus_form", "siklus_language"):
            value = browser.client.get_cookie(cookie).value
            page.context.add_cookies([{"name": cookie, "value": value, "url": url}])
        paths = (
            "/", "/start", f"/cases/{own}", f"/cases/{case}", f"/cases/{case}/roles", f"/cases/{case}/nominations",
            f"/cases/{case}/nominations?role=peers&q=dan",
        )  # fmt: skip
        for path in paths:
            page.goto(path)
            accessible(page)
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, path
