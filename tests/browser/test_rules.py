"""Rules, results and code lists in a real Chromium: built by mouse and by keys, live, and without a barrier."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from engine import design_beginnings, designs
from engine.documents import read_yaml
from engine.store.tables import DefinitionVersion
from tests.admin.city import City, copy_of
from tests.admin.conftest import loaded_city  # noqa: F401  (pytest finds fixtures by name)
from tests.browser.hands import Keyboard, Mouse
from tests.serving import serve

WHEN = "transitions.finalize.when"
PAGES = ("rule?at=transitions.approve.when", "rule?at=forms.plan.sections.results.fields.total.value")


@pytest.fixture(scope="module")
def office(loaded_city, tmp_path_factory):  # noqa: F811
    database = copy_of(loaded_city, f"sqlite:///{tmp_path_factory.mktemp('rules') / 'city.sqlite3'}")
    city = City(database)
    with serve(city.app) as url:
        yield url, city
    database.close()


@pytest.fixture
def visit(office, open_page):
    """visit(key, place, …) → a page of a design of a published definition, and what the design says by now."""
    url, city = office

    def visit(key, place, language="id", **how):
        version = city.one(select(DefinitionVersion.ref).where(DefinitionVersion.key == key))
        ref = design_beginnings.begin_from_version(city.rt, version, actor=city.actor("admin"))
        page = open_page(url, "/healthz", language=language, **how)
        cookies = {"siklus": city.token("admin"), "siklus_language": language}
        page.context.add_cookies([{"name": name, "value": value, "url": url} for name, value in cookies.items()])
        page.goto(f"/admin/designs/{ref}/{place}")
        return page, lambda: read_yaml(designs.export_text(city.rt, ref, actor=city.actor("admin")), "x")[0]

    return visit


@pytest.mark.parametrize("hands", [Mouse, Keyboard], ids=["mouse", "keys"])
def test_a_rule_of_two_rows_is_built_read_back_and_tried_without_leaving_the_page(visit, hands):
    page, document = visit("basic_cycle", f"rule?at={WHEN}")
    hand = hands(page)
    said = page.locator(".rule-says")
    hand.select(page.locator("[id='what:0']"), "rating.result")
    hand.select(page.locator("[id='operator:0']"), "is")
    hand.select(page.locator("[id='0:0:typed']"), "above")
    expect(said).to_contain_text("“Rating hasil kerja” di formulir “Rating kinerja” adalah “Di atas ekspektasi”")
    hand.press(page.get_by_role("button", name="Tambah baris"))
    hand.select(page.locator("[id='what:1']"), "plan.targets.weight")
    expect(page.locator("[id='function:1']")).to_have_value("sum")
    hand.write(page.locator("[id='1:0:typed']"), "100")
    page.keyboard.press("Tab")
    expect(said).to_contain_text("sama dengan 100")
    expect(page.locator(".rule-rows .rule-trial .tag")).to_have_text(["Benar", "Benar"])
    expect(page.locator("[data-design-status]")).to_have_text("Belum disimpan")
    hand.press(page.get_by_role("button", name="Simpan aturan"))
    page.wait_for_url(lambda url: "/rule" not in url)
    saved = next(each for each in document()["transitions"] if each["key"] == "finalize")
    assert saved["when"] == "rating.result == 'above' and sum(plan.targets.weight) == 100"


@pytest.mark.parametrize(("language", "width"), [("id", 1280), ("en", 360)])
def test_the_pages_of_rules_results_and_lists_have_no_barrier_and_fit(visit, accessible, language, width):
    how = {"language": language, "width": width}
    for key, places in (("basic_cycle", (*PAGES, "results/?at=results.predicate")), ("predicate_matrix", ("items",))):
        page, _ = visit(key, places[0], **how)
        root = page.url.rpartition("/designs/")[2].partition("/")[0]
        for place in places:
            page.goto(f"/admin/designs/{root}/{place}")
            accessible(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
