"""A visitor's phone: the form behind a QR code is filled in and sent; the work is done meanwhile, no cookie is kept."""

from datetime import timedelta

from playwright.sync_api import expect
from sqlalchemy import func, select

from engine import public_tickets
from engine.store.tables.public import PublicLink
from engine.store.tables.registers import Entry


def test_a_visitor_answers_on_a_phone_and_a_clerk_types_in_paper(office, open_page, visit, accessible, monkeypatch):
    monkeypatch.setattr(public_tickets, "AT_LEAST", timedelta(0))  # the clock of the office stands still
    url, city = office
    with city.database.read() as db:
        code = db.execute(select(PublicLink.code).where(PublicLink.label == "Loket 1")).scalar_one()
    count = select(func.count()).select_from(Entry).where(Entry.register == "skm")
    before = city.one(count)
    page = open_page(url, f"/s/{code.lower()}", width=360)
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    for number in range(1, 10):
        page.locator(f"[name=u{number}]").nth(2).check()
    page.wait_for_function("document.querySelector('[name=_proof]').value !== ''")
    page.get_by_role("button", name="Kirim").click()
    expect(page.get_by_role("heading", name="Terima kasih")).to_be_visible()
    accessible(page)
    assert page.context.cookies() == [] and city.one(count) == before + 1

    page = visit(f"/voices/skm/paper?about={city.unit('puskesmas')}", "supervisor", width=1280)
    accessible(page)
    page.get_by_label("Nomor berkas").fill("B-9")
    page.locator("#u1-0").focus()
    for _ in range(9):
        page.keyboard.press("3")
        page.keyboard.press("Tab")
    page.get_by_role("button", name="Simpan semua lembar").click()
    expect(page.get_by_text("1 lembar dari berkas B-9 sudah disimpan.")).to_be_visible()
    page.goto(f"/voices/skm/totals?about={city.unit('puskesmas')}")
    accessible(page)
