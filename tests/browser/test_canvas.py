"""The canvas of the workflow designer in a real Chromium: a flow drawn by mouse, and another one by keys alone."""

import pytest
from playwright.sync_api import Page, expect

from engine import design_beginnings

ROLES = [
    {"key": "employee", "label": {"id": "Pegawai", "en": "Employee"}, "rule": "subject"},
    {"key": "supervisor", "label": {"id": "Atasan", "en": "Supervisor"}, "rule": "superior_of", "role": "employee"},
]
EMPTY = {"kind": "workflow", "format": 1, "name": {"id": "Uji", "en": "Trial"}, "roles": ROLES}
WORDS = ("Penyusunan rencana", "Pengumpulan bukti dukung", "Penilaian oleh atasan", "Kalibrasi oleh panel")
REDRAW = 16  # milliseconds, one frame
# How long the browser needs to take in a new picture as large as this one, and to lay it out.
TIMED = """() => {
    const part = document.getElementById('design-work'), times = [];
    for (let run = 0; run < 9; run++) {
        const fresh = part.cloneNode(true), begun = performance.now();
        part.querySelector('svg').replaceWith(fresh.querySelector('svg'));
        part.querySelector('svg').getBoundingClientRect();
        times.push(performance.now() - begun);
    }
    return times.sort((a, b) => a - b)[4];
}"""


def large(states: int) -> dict:
    """A flow of so many states with returns, a skip, and work to do in each."""
    keys = [f"s{index}" for index in range(states)]
    edges = [(f"s{index if index % 3 else max(0, index - 2)}", f"s{index + 1}") for index in range(states - 1)]
    edges += [(keys[index], keys[index - 2]) for index in range(2, states, 5)] + [
        (keys[1], keys[-3]),
        (keys[-2], keys[0]),
    ]
    task = {"role": "employee", "fill": "report", "due": {"on": "01-31", "of": "period"}}
    return EMPTY | {
        "states": [
            {"key": key, "label": WORDS[i % 4], "initial": i == 0, "final": i == states - 1}
            | ({"tasks": [task | {"key": f"t{i}", "label": "Susun laporan"}]} if i < states - 1 else {})
            for i, key in enumerate(keys)
        ],
        "transitions": [
            {"key": f"m{i}", "label": "Ajukan untuk dinilai", "from": [source], "to": target}
            for i, (source, target) in enumerate(edges)
        ],
    }


@pytest.fixture
def visit(office, open_page):
    """visit(document, …) → the page of a design begun from a document, signed in as the admin."""
    url, city = office

    def visit(document, language="id", **how) -> Page:
        ref = design_beginnings.begin(city.rt, document, name="Uji", actor=city.actor("admin"), origin="uji")
        page = open_page(url, "/healthz", language=language, **how)
        cookies = {"siklus": city.token("admin"), "siklus_language": language}
        page.context.add_cookies([{"name": name, "value": value, "url": url} for name, value in cookies.items()])
        page.goto(f"/admin/designs/{ref}/")
        return page

    return visit


def state(page: Page, name: str):
    return page.locator(f'.stage-link[data-name="{name}"]')


def named(page: Page, name: str) -> None:
    """Give what was just made its name, in the field that opens over it."""
    field = page.locator(".canvas-rename")
    expect(field).to_be_focused()
    field.fill(name)
    page.keyboard.press("Enter")
    expect(page.locator(f'.canvas-item[data-name="{name}"]').first).to_be_focused()


def drag(page: Page, source, x: float, y: float) -> None:
    box = source.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(x - 20, y - 5)
    page.mouse.move(x, y)
    page.mouse.up()


def test_a_flow_is_drawn_by_mouse_and_thirty_states_are_redrawn_within_a_frame(visit, accessible):
    page = visit(EMPTY)
    page.get_by_role("button", name="Tambah tahap", exact=True).first.click()
    named(page, "Penyusunan")
    for name in ("Penilaian", "Selesai"):
        page.locator(".stage.is-selected .canvas-plus").click()
        named(page, name)
    state(page, "Penilaian").locator(".stage-title").click()
    expect(page.locator("#design-side h2")).to_contain_text("Penilaian")
    target = state(page, "Penyusunan").bounding_box()
    drag(page, page.locator(".stage.is-selected .canvas-plus"), target["x"] + 60, target["y"] + 30)
    named(page, "Kembalikan")
    assert page.locator('.move-back .move-link[data-name="Kembalikan"]').count() == 1
    stage = page.locator(".stage", has=state(page, "Selesai"))
    assert stage.get_attribute("data-cell") == "[2, 0]"
    box = state(page, "Penilaian").bounding_box()
    drag(
        page,
        state(page, "Selesai").locator(".stage-title"),
        box["x"] + box["width"] / 2,
        box["y"] + 1.6 * box["height"],
    )
    expect(stage).to_have_attribute("data-cell", "[1, 1]")
    page.keyboard.press("Control+z")
    expect(stage).to_have_attribute("data-cell", "[2, 0]")
    accessible(page)

    page = visit(large(30))
    assert page.evaluate(TIMED) < REDRAW
    for size in ({"width": 1280, "height": 900}, {"width": 360, "height": 740}):
        page.set_viewport_size(size)
        page.get_by_role("button", name="Perkecil").click()
        heights = page.locator(".canvas-flow text").evaluate_all(
            "all => all.filter(t => t.checkVisibility({ checkOpacity: true }))"
            ".map(t => parseFloat(getComputedStyle(t).fontSize) * t.getScreenCTM().a)"
        )
        assert len(heights) >= 30 and min(heights) >= 11.99
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        accessible(page)


def test_a_flow_is_drawn_by_keys_alone_and_keys_mean_nothing_elsewhere(visit):
    page = visit(EMPTY | {"states": [{"key": "begin", "label": "Penyusunan", "initial": True}]}, language="en")
    keys = page.keyboard
    page.locator("#design-q").focus()
    keys.type("n+")
    assert page.locator(".stage").count() == 1
    while not page.evaluate("document.activeElement.matches('.stage-link')"):
        keys.press("Tab")
    for name in ("Rated", "Closed"):
        keys.press("+")
        named(page, name)
    keys.press("c")
    expect(page.get_by_role("status").filter(has_text="Connecting from Closed")).to_be_attached()
    while not page.evaluate("document.activeElement.dataset.name === 'Rated'"):
        keys.press("Shift+Tab")
    keys.press("Enter")
    named(page, "Open again")
    keys.press("F2")
    named(page, "Reopen")
    while not page.evaluate("document.activeElement.dataset.name === 'Rated'"):
        keys.press("Shift+Tab")
    stage = page.locator(".stage", has=state(page, "Rated"))
    keys.press("ArrowDown")
    keys.press("Shift+ArrowRight")
    expect(stage).to_have_attribute("data-cell", "[5, 1]")
    expect(state(page, "Rated")).to_be_focused()
    keys.press("t")
    expect(stage).to_have_attribute("data-cell", "[1, 0]")
    keys.press("/")
    keys.type("reop")
    keys.press("Enter")
    expect(page.locator('.move-link[data-name="Reopen"]')).to_be_focused()
    keys.press("Delete")
    expect(page.locator('.move-link[data-name="Reopen"]')).to_have_count(0)
    keys.press("Control+z")
    expect(page.locator('.move-link[data-name="Reopen"]')).to_have_count(1)
    keys.press("?")
    expect(page.locator("#design-keys")).to_be_visible()
    keys.press("Escape")
    expect(page.locator("#design-keys")).to_be_hidden()
