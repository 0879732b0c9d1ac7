"""The organisation in a real Chromium: pages with a history, the tree by keyboard, a cycle described by choices."""

from datetime import date

import pytest
from playwright.sync_api import expect

from engine import organisation
from engine.core.case import SYSTEM
from tests.admin.city import City, copy_of, runtime
from tests.serving import serve


@pytest.fixture(scope="module")
def office(loaded_city, tmp_path_factory):
    """The city with something recorded: a rename, a move, a promotion, a plan; its address and itself."""
    database = copy_of(loaded_city, f"sqlite:///{tmp_path_factory.mktemp('office') / 'city.sqlite3'}")
    city = City(database)
    told = {"actor": SYSTEM, "reason": "Perwali 7/2026"}
    unit, post, person = city.unit("puskesmas"), city.post_ref("bidan_penyelia"), city.person("employee")
    rt = runtime(database)
    organisation.change_unit(rt, unit_ref=unit, fields={"name": "Puskesmas Mawar"}, starts_on=date(2026, 7, 1), **told)
    organisation.change_unit(rt, unit_ref=unit, fields={"kind": "hospital"}, starts_on=date(2027, 1, 1), **told)
    organisation.change_post(rt, post_ref=post, fields={"position_class": 9}, starts_on=date(2026, 7, 1), **told)
    organisation.change_person(rt, person_ref=person, fields={"grade": "IV/a"}, starts_on=date(2026, 10, 1), **told)
    organisation.change_person(rt, person_ref=person, fields={"grade": "IV/b"}, starts_on=date(2030, 10, 1), **told)
    with serve(city.app) as url:
        yield url, city
    database.close()


def pages(city):
    unit, post, person = city.unit("puskesmas"), city.post_ref("bidan_penyelia"), city.person("employee")
    return {
        "tree": "/admin/units/",
        "tree-then": "/admin/units/?on=2026-03-01&known=2026-11-23",
        "search": "/admin/units/?q=dinas",
        "unit": f"/admin/units/{unit}",
        "unit-then": f"/admin/units/{unit}?on=2026-03-01",
        "post": f"/admin/posts/{post}",
        "top": f"/admin/posts/{city.post_ref('kepala_puskesmas')}",
        "history": f"/admin/people/{person}/history",
        "before": f"/admin/people/{person}/history?on=1999-01-01",
        "cycle": "/admin/cycles/new",
    }


@pytest.mark.parametrize(("language", "width"), [("id", 360), ("en", 1280)])
def test_pages_with_a_history_are_free_of_barriers_and_fit(office, visit, accessible, language, width):
    _, city = office
    page = visit("/admin/units/", language=language, width=width)
    for path in pages(city).values():
        page.goto(path)
        accessible(page)
        root = page.locator("html")
        assert root.evaluate("it => it.scrollWidth <= it.clientWidth"), f"{page.url} is wider than the window"


def test_the_tree_opens_and_closes_by_keyboard_and_leads_to_a_unit(visit):
    page = visit("/admin/units/")
    branch = page.locator(".org-tree details").filter(has=page.get_by_text("Dinas Kesehatan", exact=True)).last
    branch.locator("summary").first.focus()
    was = branch.evaluate("it => it.open")
    page.keyboard.press("Enter")
    assert branch.evaluate("it => it.open") is not was
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Dinas Kesehatan")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_cycle_is_described_without_typing_an_expression(visit, javascript):
    page = visit("/admin/cycles/new", javascript=javascript)
    page.get_by_label("Nama siklus").fill("Evaluasi 2028")
    page.get_by_label("Definisi", exact=True).select_option(index=1)
    page.get_by_label("Awal masa").fill("2028-01-01")
    page.get_by_label("Akhir masa").fill("2028-12-31")
    page.get_by_label("Puskesmas Mawar", exact=True).check()
    page.get_by_label("PNS", exact=True).check()
    page.get_by_role("button", name="Lihat siapa yang dituju").click()
    expect(page.locator("#preview")).to_contain_text("di Puskesmas Mawar, beserta unit di bawahnya; jenis: PNS")
    expect(page.get_by_label("PNS", exact=True)).to_be_checked()
