"""Evidence in a real browser: uploaded in pieces, cut and resumed, refused in words, by keyboard, on a phone."""

import re
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from engine.evidence.opening import open_files
from engine.store.tables.files import File
from tests.evidence import samples
from tests.evidence.house import DEFINITION
from tests.serving import serve

PDF = samples.padded_pdf(3_500_000)


@pytest.fixture
def site(house, tmp_path):
    """The town, served, with a form that asks for evidence and a case about carol."""
    house.version = house.publish(DEFINITION, "with_evidence.yaml")
    house.rt = replace(house.rt, files=open_files(str(tmp_path / "files"), ""))
    house._open()
    house.ref = house.case()
    house.task_ref = house.task(house.ref, "report").ref
    carol = house.browser("carol")
    carol.fill(house.task_ref, {"rows": [{"what": "Kunjungan"}]}, 0, "draft", do="save")
    with serve(house.app) as url:
        house.url = url
        yield house


@pytest.fixture
def carol(site, open_page):
    """carol before the form."""

    def open_form(**how):
        page = open_page(site.url, "/sign-in", **how)
        token = site.browser("carol").client.get_cookie("siklus").value
        page.context.add_cookies([{"name": "siklus", "value": token, "url": site.url}])
        page.goto(f"/tasks/{site.task_ref}")
        return page

    return open_form


def file(name, content, kind="application/pdf"):
    return {"name": name, "mimeType": kind, "buffer": content}


def proofs(page):
    return page.get_by_role("group", name=re.compile("^Bukti"))


def choose(page, box, *files):
    with page.expect_file_chooser() as chooser:
        box.get_by_role("button", name=re.compile("Tambah berkas")).click()
    chooser.value.set_files(list(files))


def rows(site):
    with site.rt.db.read() as db:
        return db.execute(File.__table__.select()).all()


def saved(page):
    expect(page.locator("[data-live-status]")).to_contain_text("Tersimpan")


def test_several_files_are_uploaded_described_saved_and_sent(site, carol, accessible):
    page = carol()
    box = proofs(page)
    choose(page, box, file("rekap.pdf", PDF), file("foto.jpg", samples.photo(), "image/jpeg"))
    expect(box.get_by_role("link", name="rekap.pdf")).to_be_visible()
    expect(box.get_by_role("link", name="foto.jpg")).to_be_visible()
    for place in range(2):
        box.get_by_label("Apa yang ditunjukkan berkas ini").nth(place).fill(f"Bukti {place}")
    accessible(page)
    saved(page)
    page.reload()
    expect(proofs(page).get_by_role("link", name="rekap.pdf")).to_be_visible()
    page.get_by_role("button", name="Periksa & kirim").click()
    expect(page.get_by_role("link", name="foto.jpg")).to_be_visible()
    accessible(page)
    page.get_by_role("button", name="Kirim", exact=True).click()
    page.wait_for_url("**/confirmation")
    assert {row.status for row in rows(site)} == {"bound"}


def test_a_cut_upload_goes_on_where_it_ended(site, carol):
    page = carol()
    offsets = []

    def cut_once(route):
        offsets.append(int(route.request.headers["upload-offset"]))
        if len(offsets) == 3:
            route.abort()
        else:
            route.continue_()

    page.route("**/uploads/*", lambda route: cut_once(route) if route.request.method == "PATCH" else route.continue_())
    choose(page, proofs(page), file("rekap.pdf", PDF))
    expect(page.locator(".file-state", has_text="Terputus.")).to_be_visible()
    expect(proofs(page).get_by_role("link", name="rekap.pdf")).to_be_visible()
    step = 1 << 20
    assert offsets == [0, step, 2 * step, 2 * step, 3 * step], "what had come was not sent again"


def test_after_a_reload_the_same_file_goes_on_where_it_ended(site, carol, tmp_path):
    page = carol()
    path = tmp_path / "rekap.pdf"
    path.write_bytes(PDF)
    page.route("**/uploads/*", lambda route: route.abort() if route.request.headers.get("upload-offset", "0") != "0"
               and route.request.method == "PATCH" else route.continue_())  # fmt: skip
    choose(page, proofs(page), path)
    expect(page.locator(".file-state", has_text="Terputus.")).to_be_visible()
    page.get_by_role("button", name="Coba lagi sekarang").click()
    expect(page.locator(".file-state", has_text="Terputus.")).to_be_visible()
    page.reload()
    page.unroute("**/uploads/*")
    first = []
    page.on("request", lambda asked: first.append(asked.headers.get("upload-offset")) if asked.method == "PATCH" else 0)
    choose(page, proofs(page), path)
    expect(proofs(page).get_by_role("link", name="rekap.pdf")).to_be_visible()
    assert first[0] == str(1 << 20)
    assert len(rows(site)) == 1


def test_a_refused_file_says_why_and_is_taken_away(site, carol, accessible):
    page = carol()
    choose(page, proofs(page), file("laporan.pdf", samples.EXE))
    expect(proofs(page).locator(".file-bad")).to_contain_text("Isi berkas ini berjenis")
    accessible(page)
    proofs(page).get_by_role("button", name="Batal").click()
    expect(proofs(page).locator("li")).to_have_count(0)


def test_what_is_too_large_is_told_before_a_byte_is_sent(site, carol):
    page = carol()
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "uploads" in request.url else 0)
    letter = page.get_by_role("group", name=re.compile("^Surat tugas"))
    choose(page, letter, file("besar.pdf", bytes(1_000_001)))
    expect(letter.locator(".file-bad")).to_contain_text("paling besar 1 MB")
    choose(page, letter, file("kedua.pdf", PDF[:10]))
    expect(letter.locator(".file-bad").nth(1)).to_contain_text("Sudah 1 berkas")
    assert asked == []


def test_a_file_is_removed_by_the_keyboard_and_the_focus_stays_near(site, carol):
    page = carol()
    choose(page, proofs(page), file("a.pdf", samples.pdf()), file("b.pdf", samples.pdf()))
    expect(proofs(page).get_by_role("link")).to_have_count(2)
    first = proofs(page).get_by_role("button", name="Hapus berkas a.pdf")
    first.focus()
    page.keyboard.press("Enter")
    expect(proofs(page).get_by_role("link")).to_have_count(1)
    expect(proofs(page).get_by_role("button", name=re.compile("Tambah berkas"))).to_be_focused()
    proofs(page).get_by_label("Apa yang ditunjukkan berkas ini").fill("Tetap")
    saved(page)
    page.reload()
    expect(proofs(page).get_by_role("link", name="b.pdf")).to_be_visible()


def test_without_javascript_a_page_of_its_own_takes_the_file(site, carol):
    page = carol(javascript=False, width=360)
    page.get_by_role("button", name=re.compile("Tambah berkas Bukti")).click()
    page.get_by_label("Pilih berkas").set_input_files(file("rekap.pdf", samples.pdf()))
    page.get_by_label("Apa yang ditunjukkan berkas ini").fill("Rekap")
    page.get_by_role("button", name="Unggah").click()
    expect(proofs(page).get_by_role("link", name="rekap.pdf")).to_be_visible()
    proofs(page).get_by_role("button", name="Hapus berkas rekap.pdf").click()
    expect(page.get_by_role("link", name="rekap.pdf")).to_have_count(0)


@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_for_one_file_is_open_to_everybody(site, carol, accessible, width):
    page = carol(width=width)
    page.goto(f"/tasks/{site.task_ref}/files?field=rows-0-proof")
    accessible(page)
    page.get_by_label("Pilih berkas").set_input_files(file("virus.pdf", samples.EXE))
    page.get_by_role("button", name="Unggah").click()
    expect(page.get_by_role("alert")).to_contain_text("Isi berkas ini berjenis EXE")
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing stands out to the side"


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("language", ["id", "en"])
def test_files_fit_every_width_in_both_languages(site, carol, accessible, width, language):
    page = carol(width=width, language=language)
    box = page.get_by_role("group", name=re.compile("^(Bukti|Evidence)"))
    with page.expect_file_chooser() as chooser:
        box.get_by_role("button", name=re.compile("Tambah berkas|Add a file")).click()
    long = f"{'laporan_kunjungan_rumah_' * 4}.pdf"
    chooser.value.set_files(
        [file(long, samples.pdf(3)), file("foto.jpg", samples.picture(size=(800, 600)), "image/jpeg")]
    )
    expect(box.get_by_role("link")).to_have_count(2)
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing stands out to the side"
