"""The form builder in a real Chromium: a form with a table, weights and their total, by mouse and by keys alone."""

import pytest
from playwright.sync_api import Page, expect

from engine import design_beginnings, designs
from engine.documents import read_yaml
from tests.browser.hands import Keyboard, Mouse

EMPTY = {
    "kind": "workflow",
    "format": 1,
    "name": {"id": "Uji", "en": "Trial"},
    "roles": [{"key": "employee", "label": {"id": "Pegawai", "en": "Employee"}, "rule": "subject"}],
    "states": [{"key": "open", "initial": True}, {"key": "closed", "final": True}],
}
TABLE = "forms.rencana_kinerja.sections.main.fields.hasil_kerja"


@pytest.fixture
def visit(office, open_page):
    """visit(…) → the forms of a design that has none yet, as the admin sees them; and what its form is by now."""
    url, city = office

    def visit(language="id", **how):
        ref = design_beginnings.begin(city.rt, EMPTY, name="Uji", actor=city.actor("admin"), origin="uji")
        page = open_page(url, "/healthz", language=language, **how)
        cookies = {"siklus": city.token("admin"), "siklus_language": language}
        page.context.add_cookies([{"name": name, "value": value, "url": url} for name, value in cookies.items()])
        page.goto(f"/admin/designs/{ref}/forms/")

        def fields():
            document = read_yaml(designs.export_text(city.rt, ref, actor=city.actor("admin")), "x")[0]
            return {each["key"]: each for each in document["forms"][0]["sections"][0]["fields"]}

        return page, fields

    return visit


def build(page: Page, hand) -> None:
    """A form, a table with weights that must total 100, and the total."""
    hand.write(page.get_by_label("Formulir baru"), "Rencana kinerja")
    hand.press(page.get_by_role("button", name="Buat formulir"))
    expect(page.locator("#build-title")).to_have_text("Rencana kinerja")
    add(page, hand, "Hasil kerja", "Tabel dan keterangan", "Tabel")
    hand.write(page.get_by_label("Nama kolom baru untuk Hasil kerja"), "Bobot")
    hand.press(page.get_by_role("button", name="Tambah kolom"))
    expect(page.locator(f"[id='pick-{TABLE}.columns.bobot']")).to_contain_text("Persentase")
    hand.press(page.locator(f"[id='pick-{TABLE}']"))
    hand.write(page.locator("#sum-bobot"), "100")
    add(page, hand, "Jumlah bobot", "Angka", "Hasil hitung")
    expect(page.get_by_text("Ditampilkan di bawah tabel “Hasil kerja”")).to_be_visible()
    expect(page.locator("#build-canvas output.sum").first).to_contain_text("harus 100%")


def add(page: Page, hand, words: str, group: str, name: str) -> None:
    hand.write(page.locator("#build-words"), words)
    folded = page.locator(".build-palette details", has=page.get_by_text(group, exact=True))
    if folded.get_attribute("open") is None:
        hand.press(folded.locator("summary"))
    hand.press(folded.get_by_role("button", name=name))
    expect(page.locator(".build-here .build-pick").first).to_contain_text(f"{name}: {words}")
    expect(page.locator("#build-words")).to_have_value("")


def test_a_form_with_weights_and_their_total_is_built_by_mouse(visit, accessible):
    page, fields = visit(height=1800)
    build(page, Mouse(page))
    page.get_by_label("Pertanyaan", exact=True).first.fill("Uraikan kendala")
    page.get_by_role("button", name="Tambah", exact=True).click()
    expect(page.locator(".build-here .build-pick")).to_contain_text("Teks panjang")
    accessible(page)
    grip = page.locator(f"[data-build='{TABLE.replace('hasil_kerja', 'uraikan_kendala')}'] [data-build-grip]")
    table = page.locator(f"[data-build='{TABLE}']")
    start, end = grip.bounding_box(), table.bounding_box()
    page.mouse.move(start["x"] + 8, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(end["x"] + 60, max(end["y"], 0) + 12, steps=8)
    expect(page.locator(".build-mark")).to_be_attached()
    page.mouse.up()
    expect(page.locator("[data-design-status]")).to_contain_text("dipindahkan")
    assert [*fields()] == ["uraikan_kendala", "hasil_kerja", "jumlah_bobot"]
    page.get_by_role("button", name="Urungkan").click()
    expect(page.locator("[data-build] [data-build-pick]").nth(1)).to_contain_text("Hasil kerja")
    body = table.locator(".build-body").bounding_box()
    page.mouse.click(body["x"] + 30, body["y"] + 60)  # on a control that staff would fill in
    expect(page.locator(f"[id='pick-{TABLE}']")).to_have_attribute("aria-current", "true")
    page.get_by_role("link", name="Lebar ponsel").click()
    expect(page.locator(".build-phone")).to_be_visible()
    found = fields()
    assert (
        found["hasil_kerja"]["totals"] == {"bobot": "100"}
        and found["jumlah_bobot"]["value"] == "sum(hasil_kerja.bobot)"
    )


def test_the_same_form_is_built_by_keyboard_alone(visit, accessible):
    page, fields = visit()
    hand = Keyboard(page)
    build(page, hand)
    hand.reach(page.locator(f"[id='pick-{TABLE.replace('hasil_kerja', 'jumlah_bobot')}']"))
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator("[data-design-status]")).to_contain_text("dipindahkan")
    expect(page.locator(f"[id='pick-{TABLE.replace('hasil_kerja', 'jumlah_bobot')}']")).to_be_focused()
    page.keyboard.press("Control+z")
    expect(page.locator("[data-build] [data-build-pick]").nth(1)).to_contain_text("Hasil kerja")
    accessible(page)
    found = fields()
    assert [*found] == ["hasil_kerja", "jumlah_bobot"] and found["hasil_kerja"]["totals"] == {"bobot": "100"}
