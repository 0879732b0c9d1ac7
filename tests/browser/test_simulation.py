"""From the interview to a whole case played: in a real Chromium, with script and without, free of barriers."""

import os
import time
from pathlib import Path

from playwright.sync_api import expect

from engine import design_starts
from wsgi import SHIPPED

PICTURES = os.environ.get("PICTURES")  # a folder: then each stop is kept as a picture there
MINUTES = 5


def keep(page, name):
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def press(page, button):
    page.get_by_role("button", name=button).first.click()


def step(page, button):
    """Press a button that takes a step, and wait until it is told."""
    told = page.locator(".play-lines > li")
    before = told.count()
    press(page, button)
    expect(told).to_have_count(before + 1)


def test_the_basic_cycle_is_rebuilt_by_the_interview_and_played_to_its_end(office, visit, accessible):
    began = time.monotonic()
    page = visit("/admin/designs/new")
    accessible(page)
    keep(page, "new")
    page.get_by_role("link", name="Mulai wawancara").click()
    keep(page, "interview")
    accessible(page)
    page.get_by_role("button", name="Susun rancangan").click()
    expect(page.locator("h1")).to_have_text("Evaluasi kinerja tahunan")
    page.get_by_role("link", name="Simulasi", exact=True).click()
    accessible(page)
    keep(page, "begin")
    now = page.locator("#play-now")
    press(page, "Buka formulir Susun SKP")
    expect(page.locator("#play-form")).to_be_focused()
    keep(page, "form")
    accessible(page)
    step(page, "Kirim formulir")
    for words in ("Tetapkan SKP", "Mulai kumpulkan bukti dukung"):
        step(page, words)
    expect(now).to_have_text("Evaluasi contoh: Pengumpulan bukti dukung")
    for words in ("Kirim dengan contoh", "Ajukan untuk dinilai", "Kirim dengan contoh", "Ajukan ke panel kalibrasi"):
        step(page, words)
    expect(now).to_have_text("Evaluasi contoh: Kalibrasi oleh panel")
    keep(page, "middle")
    step(page, "Tetapkan predikat")
    expect(page.locator("#play-now + p")).to_contain_text("selesai")
    assert time.monotonic() - began < MINUTES * 60
    page.locator("summary", has_text="Simpan sebagai skenario").click()
    page.get_by_role("textbox", name="Nama skenario: Bahasa Indonesia").fill("Setahun penuh")
    press(page, "Simpan sebagai skenario")
    press(page, "Jalankan semua skenario")
    expect(page.locator(".play-scenarios")).to_contain_text("Lulus")
    press(page, "Coba semua jalan")
    expect(page.get_by_role("status").filter(has_text="Semua 9 langkah")).to_be_visible()
    keep(page, "end")
    accessible(page)


def test_a_narrow_page_without_script_plays_as_well(office, visit, accessible):
    _, city = office
    ref = design_starts.begin_from_shipped(city.rt, SHIPPED, "basic_cycle", name=None, actor=city.actor("admin"))
    page = visit(f"/admin/designs/{ref}/simulate", width=360, language="en", javascript=False)
    page.get_by_role("button", name="Send with examples Write the plan").click()
    expect(page.get_by_text("Employee sends “Write the plan”")).to_be_visible()
    page.get_by_role("button", name="Back one step").click()
    page.get_by_role("button", name="Approve the plan").click()
    expect(page.get_by_role("alert")).to_contain_text("This step is not possible")
    keep(page, "narrow")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.goto("/admin/designs/new/interview")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    keep(page, "narrow-interview")
