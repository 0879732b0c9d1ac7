"""What came of asking links, beside the answers: on the case, what was sent and the form of the next one."""

import pytest

from engine import links, outbox, reach
from engine.store.queries import links as queries
from tests.portal.house import plain
from tests.verbs.stage import PLAN
from tests.verbs.test_links import COLUMN, FIELD, GONE, GOOD, LINK, SHIPPED, WITH_LINKS

WORKS = {links.KIND: outbox.Staged(links.keep, links.look)}
STRANGE = "https://bukti.kota.example/?a=%3Cscript%3E&b=1"


@pytest.fixture
def site(house):
    """The town with a form that asks for links, and a case in which carol has sent some."""
    text = (SHIPPED / "basic_cycle.yaml").read_text()
    text = text.replace(COLUMN, f"              proof: {LINK}\n{COLUMN}").replace(
        FIELD, f"          more: {LINK}\n{FIELD}"
    )
    house.version = house.publish(text.encode(), "linked.yaml")
    house.ref = house.case()
    house.sent = house.send(house.ref, "carol", "write_plan", {**WITH_LINKS, "more": STRANGE}).event
    return house


def keep(site, **outcomes):
    with site.rt.db.begin() as db:
        for address, (outcome, status) in outcomes.items():
            queries.keep(db, links.digest(ADDRESSES[address]), outcome, status, "2026-03-02T02:00:00.000Z")


ADDRESSES = {"good": GOOD, "gone": GONE, "strange": STRANGE}


def test_readers_see_how_each_link_stands(site):
    for name in ("carol", "erin", "alice"):
        assert plain(site.browser(name).get(f"/submissions/{site.sent}")).count("Belum diperiksa") == 3
    keep(site, good=("reached", 200), gone=("not_found", 404), strange=("not_allowed", None))
    for name, path in (("carol", f"/submissions/{site.sent}"), ("erin", f"/cases/{site.ref}")):
        page = site.browser(name).get(path)
        assert "Dapat dibuka diperiksa 2 Maret 2026 pukul 10.00 WITA (200)" in " ".join(plain(page).split())
        assert "Tidak ditemukan" in page and "situs di luar daftar" in page
        assert STRANGE.replace("&", "&amp;") in page and "Belum diperiksa" not in page
    assert "Can be opened" in site.browser("carol", "en").get(f"/submissions/{site.sent}")


def test_a_page_asks_once_for_all_links_of_a_form(site):
    reader = site.browser("carol")
    reader.get(f"/submissions/{site.sent}")
    with site.counted() as asked:
        reader.get(f"/submissions/{site.sent}")
    assert len([each for each in asked if "link_check" in each]) == 1


def test_an_admin_has_them_checked_again_from_the_case(site, monkeypatch):
    monkeypatch.setattr(links.reach, "check", lambda url, allowed: reach.Found("reached", 200))
    assert f"/cases/{site.ref}/links" not in site.browser("erin").get(f"/cases/{site.ref}")
    alice = site.browser("alice")
    assert "Periksa lagi tautan" in alice.get(f"/cases/{site.ref}")
    assert alice.post(f"/cases/{site.ref}/links", {}) == f"/cases/{site.ref}#forms"
    assert "Coba lagi" in plain(alice.post(f"/cases/{site.ref}/links", {}, 429))
    while outbox.sweep(site.rt, WORKS):
        pass
    assert "Dapat dibuka" in alice.get(f"/cases/{site.ref}")
    site.browser("erin").post(f"/cases/{site.ref}/links", {}, 403)


def test_a_case_without_such_links_offers_nothing(house):
    house.ref = house.case()
    house.send(house.ref, "carol", "write_plan", PLAN)
    assert "/links" not in house.browser("alice").get(f"/cases/{house.ref}")
