"""Differences, procedure books and the review of a version in a real Chromium, by keyboard, at both widths."""

import pytest
from playwright.sync_api import expect

from engine import definitions, designs
from tests.admin.city import City, copy_of
from tests.serving import serve
from wsgi import SHIPPED


@pytest.fixture(scope="module")
def office(loaded_city, tmp_path_factory):
    database = copy_of(loaded_city, f"sqlite:///{tmp_path_factory.mktemp('reading') / 'city.sqlite3'}")
    city = City(database)
    with serve(city.app) as url:
        yield url, city
    database.close()


def test_a_reviewer_reads_what_changes_and_whoever_takes_part_how_it_works(office, open_page, accessible):
    url, city = office
    admin = city.actor("admin")
    text = (SHIPPED / "basic_cycle.yaml").read_text().replace('on: "01-31", of: period', 'on: "02-15", of: period')
    version = definitions.import_document(city.rt, text, actor=admin, source="cycle.yaml")
    definitions.submit_for_review(city.rt, version.ref, actor=admin)
    design = designs.begin_from_version(city.rt, version.ref, actor=admin)
    page = open_page(url, "/healthz")
    page.context.add_cookies([{"name": "siklus", "value": city.token("approver"), "url": url}])
    page.goto(f"/admin/definitions/{version.ref}")
    expect(page.get_by_text("Batas waktu “Susun SKP” berubah dari 31 Januari menjadi 15 Februari.")).to_be_visible()
    accessible(page)
    page.get_by_role("link", name="Baca semua perbedaan").click()
    page.get_by_text("Berdampingan: dulu dan kini").first.press("Enter")
    page.locator("summary", has_text="Tugas “Susun SKP”").press("Enter")
    expect(page.locator("ins").first).to_have_text("15 Februari")
    accessible(page)
    case = city.case("employee")
    for path, language, width in (
        (f"/admin/definitions/{version.ref}/compare?open=all", "en", 360),
        (f"/admin/definitions/{version.ref}/book", "en", 1280),
        (f"/admin/designs/{design}/book", "id", 360),
        (f"/admin/designs/{design}/compare", "id", 1280),
        (f"/cases/{case}/book", "id", 360),
    ):
        page.context.add_cookies([{"name": "siklus_language", "value": language, "url": url}])
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(path)
        accessible(page)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, path
    page.get_by_role("link", name="Kalender batas waktu").click()
    expect(page.get_by_role("heading", name="Kalender batas waktu")).to_be_in_viewport()
