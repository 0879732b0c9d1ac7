"""A frozen set in a real Chromium: reminded and reassigned with progress, late joiners untouched, and undone."""

import re
from datetime import date

from playwright.sync_api import expect
from sqlalchemy import func, select

import wsgi
from engine import bulk, cycles, outbox
from engine.store.refs import new_ref
from engine.store.tables import BulkItem, Case, CaseRole, DefinitionVersion, Event

FEW = 20  # of the 47 cases of the office; more than these have to be typed


def sweep(city, times=100):
    for _ in range(times):
        if not outbox.sweep(city.rt, wsgi.build_works()):
            return


def join_later(city):
    """Cases that come into the filter when the set is frozen already; how many."""
    version = city.one(select(DefinitionVersion.ref).where(DefinitionVersion.key == "basic_cycle"))
    return cycles.open_cycle(
        city.rt, actor=city.actor("admin"), name="Evaluasi 2028", version_ref=version,
        period_start=date(2028, 1, 1), period_end=date(2028, 12, 31), population="'dinkes' in units", key=new_ref(),
    ).opened  # fmt: skip


def act_on_all(page, office, name):
    page.goto(f"/admin/cases/?unit={office[1].unit('dinkes')}")
    page.get_by_role("link", name="Tindakan untuk semua ini").click()
    page.get_by_role("link", name=name, exact=True).click()


def run(page, accessible, city, count):
    page.get_by_role("link", name=f"Jalankan pada {count} evaluasi").click()
    accessible(page)
    page.get_by_label(re.compile("Ketik jumlahnya")).fill(str(count))
    page.get_by_role("button", name=f"Jalankan pada {count} evaluasi").click()
    bar = page.get_by_role("progressbar")
    before = int(bar.get_attribute("value"))
    sweep(city, 1)  # its first chunk, and what else waits
    expect(bar).not_to_have_attribute("value", str(before))
    sweep(city)
    page.get_by_role("link", name="Tampilkan hasilnya").click()
    expect(page.get_by_role("link", name=re.compile(f"^{count} dikerjakan"))).to_be_visible()
    accessible(page)


def test_a_frozen_set_is_reminded_reassigned_and_undone_and_late_joiners_are_untouched(
    office, visit, accessible, monkeypatch
):
    city = office[1]
    monkeypatch.setattr(bulk, "TYPED_ABOVE", FEW)
    total = city.one(select(func.count()).select_from(Case).where(Case.state != "finalized"))
    page = visit("/admin/bulk/")
    accessible(page)
    act_on_all(page, office, "Ingatkan")
    page.get_by_label("Alasan").fill("Batasnya besok.")
    page.get_by_role("button", name="Lihat akibatnya").click()
    expect(page.get_by_text("Belum ada yang terjadi")).to_be_visible()
    accessible(page)
    reminded = city.one(select(func.count()).select_from(BulkItem).where(BulkItem.outcome == "would"))
    assert FEW < reminded < total
    joined = join_later(city)
    run(page, accessible, city, reminded)
    told = select(func.count()).select_from(Event).where(Event.kind == "case.reminded")
    assert (joined >= FEW, city.one(told)) == (True, reminded)

    act_on_all(page, office, "Alihkan peran")
    page.get_by_label("Peran", exact=True).select_option(label="Pejabat Penilai Kinerja")
    page.get_by_role("textbox", name="Cari pegawai yang menerima").fill("Sumiyati")
    page.get_by_role("button", name="Cari").click()
    accessible(page)
    page.locator(".task-list a").first.click()
    page.get_by_label("Alasan").fill("Atasan cuti panjang.")
    page.get_by_role("button", name="Lihat akibatnya").click()
    done = city.all(select(BulkItem.case_id).where(BulkItem.outcome == "would"))
    run(page, accessible, city, len(done))
    assert set(city.all(select(CaseRole.case_id))) == set(done)

    page.get_by_role("link", name="Urungkan").click()
    page.get_by_label("Alasan").fill("Keliru orangnya.")
    page.get_by_role("button", name="Lihat akibat pengurungan").click()
    expect(page.get_by_text("Belum ada yang terjadi")).to_be_visible()
    run(page, accessible, city, len(done))
    undone = select(func.count()).select_from(BulkItem).where(BulkItem.outcome == "undone")
    assert city.one(undone) == len(done)


def test_ticked_cases_are_acted_on_without_a_script_on_a_narrow_screen_in_english(office, visit):
    city = office[1]
    page = visit(f"/admin/cases/?unit={city.unit('dinkes')}", language="en", width=360, javascript=False)
    for tick in page.get_by_role("checkbox", name=re.compile("^Choose ")).all()[:2]:
        tick.check()
    page.get_by_role("button", name="Act on those ticked").click()
    expect(page.get_by_text("2 cases")).to_be_visible()
    page.get_by_role("link", name="Take a step").click()
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Show what it would do").click()
    expect(page.get_by_role("link", name=re.compile("^2 refused"))).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
