"""The pages of the designer in a real Chromium: panels that save themselves, two people at one design, keys alone."""

import pytest
from playwright.sync_api import Page, expect

from engine import design_beginnings
from engine.documents import read_yaml
from wsgi import SHIPPED

STATE = "states.evidence"


@pytest.fixture
def visit(office, open_page):
    """visit(ref, who, path) → a page of a design, in a browser of this person."""
    url, city = office

    def visit(ref, who="admin", path="", language="id", **how) -> Page:
        page = open_page(url, "/healthz", language=language, **how)
        cookies = {"siklus": city.token(who), "siklus_language": language}
        page.context.add_cookies([{"name": name, "value": value, "url": url} for name, value in cookies.items()])
        page.goto(f"/admin/designs/{ref}/{path}")
        return page

    return visit


@pytest.fixture
def design(office):
    _, city = office
    document = read_yaml((SHIPPED / "basic_cycle.yaml").read_text(), "basic_cycle.yaml")[0]
    return design_beginnings.begin(city.rt, document, name="Evaluasi", actor=city.actor("admin"), origin="uji")


def field(page: Page, name: str):
    return page.locator(f'[id="{STATE}.{name}"]')


def write(page: Page, name: str, text: str) -> None:
    field(page, name).fill(text)
    page.keyboard.press("Tab")


def saved(page: Page) -> None:
    expect(page.locator("[data-design-status]")).to_have_text("Tersimpan")


def test_two_people_at_one_design_merge_or_are_asked_and_nothing_is_lost(visit, design, office, accessible):
    _, city = office
    one, two = visit(design, path=f"?at={STATE}"), visit(design, "approver", f"?at={STATE}")
    write(one, "label-id", "Bukti dukung")
    saved(one)
    expect(one.locator("#design-work .design-title[aria-current]")).to_have_text("Bukti dukung")
    expect(field(one, "label-en")).to_be_focused()
    write(two, "help-id", "Petunjuk baru")
    saved(two)
    expect(field(two, "label-id")).to_have_value("Bukti dukung")

    write(one, "label-id", "Kumpulkan bukti")
    saved(one)
    write(two, "label-id", "Catat bukti")
    asked = two.locator(".design-conflicts")
    expect(asked).to_be_focused()
    expect(asked).to_contain_text(f"{city.actor('admin').name} sudah mengubah Nama tahap")
    expect(asked).to_contain_text("Kumpulkan bukti")
    expect(asked).to_contain_text("Catat bukti")
    expect(field(two, "label-id")).to_have_value("Kumpulkan bukti")
    accessible(two)
    asked.get_by_role("button", name="Pakai yang saya tuliskan").click()
    expect(field(two, "label-id")).to_have_value("Catat bukti")
    expect(asked).to_have_count(0)

    two.locator("#design-head").get_by_role("button", name="Urungkan").focus()
    two.keyboard.press("Control+z")
    expect(field(two, "label-id")).to_have_value("Kumpulkan bukti")
    two.keyboard.press("Control+y")
    expect(field(two, "label-id")).to_have_value("Catat bukti")
    one.evaluate("() => dispatchEvent(new Event('focus'))")
    expect(field(one, "label-id")).to_have_value("Catat bukti")
    expect(one.locator(".design-others")).to_contain_text(city.actor("approver").name)


def reach(page: Page, target, back: bool = False) -> None:
    """Go there by the Tab key alone."""
    for _ in range(400):
        if target.evaluate("e => e === document.activeElement"):
            return
        page.keyboard.press("Shift+Tab" if back else "Tab")
    raise AssertionError(f"not reached by keys: {target}")


def write_while_saving(page: Page, state: str) -> None:
    """What is typed while the answer to something else is on its way stays, and is saved when its field is left."""
    waiting = []
    page.route("**/panel", lambda route: waiting.append(route), times=1)
    reach(page, page.locator(f'[id="{state}.help-id"]'))
    page.keyboard.type("Petunjuk")
    page.keyboard.press("Tab")
    page.keyboard.type("Advice")
    expect(page.locator("[data-design-status]")).to_have_text("Menyimpan…")
    waiting.pop().continue_()
    saved(page)
    expect(page.locator(f'[id="{state}.help-en"]')).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(f'[name="was:{state}.help"]')).to_have_value('{"en": "Advice", "id": "Petunjuk"}')


def test_by_keys_alone_a_state_is_added_and_what_is_wrong_with_it_is_mended(visit, design, accessible):
    page = visit(design, width=360)
    summary = page.locator("summary", has_text="Tambah tahap")
    reach(page, summary)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".design-add[open] .field-error")).to_have_text("Tuliskan namanya dahulu.")
    page.keyboard.type("Ditunda")
    page.keyboard.press("Enter")
    expect(page.locator("#design-side h2")).to_have_text("Ditunda")
    expect(summary).to_be_focused()
    expect(page.locator(".design-add[open]")).to_have_count(0)
    problem = page.locator("#design-problems a", has_text="Ditunda: Nama tahap")
    expect(page.locator("#design-problems")).to_contain_text("Belum ada dalam bahasa Inggris")
    reach(page, problem)
    page.keyboard.press("Enter")
    expect(page.locator('[id="states.ditunda.label-id"]')).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("Postponed")
    page.keyboard.press("Tab")
    saved(page)
    expect(problem).to_have_count(0)
    write_while_saving(page, "states.ditunda")
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    remove = page.get_by_role("button", name="Hapus: Ditunda")
    reach(page, remove, back=True)
    page.keyboard.press("Enter")
    expect(page.locator("#design-work")).not_to_contain_text("Ditunda")
