"""From nothing to a finished evaluation in one browser: one administrator designs six states, another one publishes."""

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from playwright.sync_api import Page, expect

from tests import journey
from tests.browser.drawing_board import Board, Count, CountedMouse
from tests.browser.hands import BrowserHand, Mouse
from tests.portal.test_evaluation import sign_in_name
from tests.serving import serve

PICTURES = os.environ.get("PICTURES")  # a folder: then each stop is kept as a picture there
APPROVER = "kabid_kinerja"
UNIT = "Tim Kerja UKP Kefarmasian dan Laboratorium"
PEOPLE = (journey.BIDAN, journey.KEPALA, journey.PANEL)
RATING = {"rating_hasil_kerja": "above", "rating_perilaku": "above", "nilai_capaian": 95, "nilai_perilaku": 90}

STATES = (
    "Penyusunan rencana", "Rencana ditetapkan", "Pengumpulan bukti", "Penilaian", "Kalibrasi", "Selesai",
)  # fmt: skip
MOVES = ("Tetapkan rencana", "Mulai kumpulkan bukti", "Ajukan untuk dinilai", "Kirim ke panel", "Tetapkan hasil")


def keep(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / f"{name}.png")


def roles(board: Board) -> None:
    board.tab("Peran")
    board.add("Tambah peran", "Pegawai", "Employee", rule="Pegawai yang dievaluasi")
    board.add("Tambah peran", "Pejabat penilai", "Supervisor", rule="Atasan dari sebuah peran", of="Pegawai")
    board.add("Tambah peran", "Panel kalibrasi", "Calibration panel", rule="Pemegang hak tertentu")
    board.set("Hak", "Panel kalibrasi")
    board.tick("Pegawai", "Bukan pemegang peran")
    board.tick("Pejabat penilai", "Bukan pemegang peran")
    board.keep("02-peran")


def flow(board: Board) -> None:
    board.tab("Alur")
    board.draw(STATES)
    board.tick("Evaluasi berakhir di sini")
    board.name_moves("Langkah baru", MOVES)
    board.connect("Penilaian", "Pengumpulan bukti", "Kembalikan bukti")
    board.set("Alasan", "Wajib")
    board.keep("03-alur")


def forms(board: Board) -> None:
    board.new_form("Rencana kinerja")
    board.ask("Hasil kerja", "Tabel dan keterangan", "Tabel")
    board.column("Hasil kerja", "Bobot")
    board.pick("Tabel: Hasil kerja")
    board.total("bobot", "100")
    board.ask("Jumlah bobot", "Angka", "Hasil hitung")
    board.keep("04-formulir")
    board.new_form("Bukti kinerja")
    board.ask("Uraian realisasi", "Teks", "Teks panjang")
    board.tick_required()
    board.new_form("Penilaian kinerja")
    for words, listed in (("Rating hasil kerja", "Rating hasil kerja"), ("Rating perilaku", "Rating perilaku")):
        board.ask(words, "Pilihan", "Satu pilihan")
        board.set("Ambil dari daftar kode", listed)
        board.tick_required()
    for words in ("Nilai capaian", "Nilai perilaku"):
        board.ask(words, "Angka", "Angka")
        board.tick_required()
    board.ask("Rencana perbaikan", "Teks", "Teks panjang")
    board.unfold("Aturan")
    board.rule("Wajib diisi bila")
    board.compare("Rating hasil kerja", "Di bawah ekspektasi")
    board.save_rule()


DECIDE = "Putuskan langkah berikutnya"


def work(board: Board) -> None:
    fills = (
        ("Susun rencana", "Write the plan", "Penyusunan rencana", "Pegawai", "Rencana kinerja"),
        ("Kumpulkan bukti", "Collect evidence", "Pengumpulan bukti", "Pegawai", "Bukti kinerja"),
        ("Beri nilai", "Rate", "Penilaian", "Pejabat penilai", "Penilaian kinerja"),
    )
    for words, english, state, role, form in fills:
        board.add("Tambah tugas", words, english, state=state, role=role, fill=form)
    board.open("Susun rencana")
    board.set("Tanggal", "31")


def duties(board: Board) -> None:
    board.decides(DECIDE, "Putuskan rencana", "Pejabat penilai", "7", "Susun rencana", ("Rencana kinerja",))
    board.decides(DECIDE, "Mulai", "Pegawai", "5")
    board.decides(DECIDE, "Ajukan bukti", "Pegawai", "5", "Kumpulkan bukti")
    board.decides(DECIDE, "Kirim penilaian", "Pejabat penilai", "5", shows=("Rencana kinerja", "Bukti kinerja"))
    board.decides(DECIDE, "Tetapkan", "Panel kalibrasi", "10", shows=("Rencana kinerja", "Penilaian kinerja"))


def conditions(board: Board) -> None:
    board.open("Tetapkan rencana")
    board.rule("Hanya bila")
    board.compare("Bobot", "100")
    board.keep("06-aturan")
    board.save_rule()
    board.set("Penjelasan bila belum boleh: Bahasa Indonesia", "Jumlah bobot harus 100%.")
    board.set("Penjelasan bila belum boleh: English", "The weights must total 100%.")
    for words in ("Ajukan untuk dinilai", "Kirim ke panel"):
        board.open(words)
        board.guard("Semua formulir tahap ini sudah dikirim")


def results(board: Board) -> None:
    board.tab("Hasil")
    board.add("Tambah hasil", "Predikat kinerja", "Performance predicate", method="Matriks dua nilai")
    board.set("Tabel (wajib)", "Kuadran kinerja pegawai")
    for side, question in (("Nilai baris", "Rating hasil kerja"), ("Nilai kolom", "Rating perilaku")):
        board.rule(side)
        board.take(question)
        board.save_rule()
    board.keep("07-matriks")
    board.add("Tambah hasil", "Nilai akhir", "Final score", method="Nilai berbobot dengan rentang")
    for words, english, weight, question in (
        ("Capaian", "Results", "60", "Nilai capaian"),
        ("Perilaku", "Behaviour", "40", "Nilai perilaku"),
    ):
        board.part(words, english, weight)
        board.part_from(words, question)
    for words, english, begins in (("Kurang", "Poor", ""), ("Baik", "Good", "60"), ("Sangat baik", "Very good", "90")):
        board.band(words, english, begins)
    board.keep("08-rentang")


def readers(board: Board) -> None:
    board.tab("Peran")
    for form in ("Rencana kinerja", "Bukti kinerja", "Penilaian kinerja"):
        board.sees(form, "Pegawai", STATES[-1:])


def play(board: Board) -> None:
    board.tab("Simulasi")
    for button in (
        "Kirim dengan contoh Susun rencana", "Tetapkan rencana", "Mulai kumpulkan bukti",
        "Kirim dengan contoh Kumpulkan bukti", "Ajukan untuk dinilai", "Kirim dengan contoh Beri nilai",
        "Kembalikan bukti",
        "Kirim dengan contoh Kumpulkan bukti", "Ajukan untuk dinilai", "Kirim dengan contoh Beri nilai",
        "Kirim ke panel", "Tetapkan hasil",
    ):  # fmt: skip
        board.step(button)
    expect(board.page.locator("#play-now + p")).to_contain_text("selesai")
    board.keep("09-simulasi")


def hand_in(board: Board) -> None:
    expect(board.page.locator("#design-head")).not_to_contain_text("kesalahan")
    board.hand.press(board.page.get_by_role("link", name="Ajukan", exact=True))
    board.hand.press(board.page.get_by_role("button", name="Ajukan untuk diperiksa"))
    board.page.wait_for_url("**/admin/definitions/*")
    board.keep("10-diajukan")


def publish(page: Page, version: str) -> None:
    """Another administrator reads what was handed in, and publishes it."""
    page.goto(version)
    page.get_by_role("link", name="Terbitkan").click()
    page.locator("main form button[type=submit]").last.click()
    expect(page.locator(".track-here")).to_contain_text("Berlaku")


def open_cycle(page: Page, keep: Callable[[str], None]) -> None:
    """A cycle for the people of one team."""
    page.get_by_role("link", name="Buka siklus").click()
    page.get_by_label("Nama siklus").fill(journey.CYCLE)
    page.locator("[name=period_start]").fill("2026-01-01")
    page.locator("[name=period_end]").fill("2026-12-31")
    page.get_by_label(UNIT).check()
    page.locator("button[value=preview]").click()
    keep("11-siklus")
    page.locator("button[value=open]").click()
    expect(page.locator("h1")).to_have_text(journey.CYCLE)


def carry(hands: Mapping[str, BrowserHand]) -> None:
    """The evaluation of one person, from her plan to its end, with one return."""
    bidan, kepala, panel = (hands[post] for post in PEOPLE)
    fill(bidan, "Susun rencana", {"hasil_kerja": [{"bobot": 60}, {"bobot": 40}]})
    decide(kepala, "Putuskan rencana", "Tetapkan rencana")
    decide(bidan, "Mulai", "Mulai kumpulkan bukti")
    for reason in ("Lampirkan laporannya.", ""):
        fill(bidan, "Kumpulkan bukti", {"uraian_realisasi": "Semua ibu hamil dilayani."})
        decide(bidan, "Ajukan bukti", "Ajukan untuk dinilai")
        fill(kepala, "Beri nilai", RATING)
        decide(kepala, "Kirim penilaian", "Kembalikan bukti" if reason else "Kirim ke panel", reason)
    decide(panel, "Tetapkan", "Tetapkan hasil")


def fill(hand: BrowserHand, task: str, answers: Mapping[str, object]) -> None:
    hand.open_task(task)
    hand.fill_and_send(answers)


def decide(hand: BrowserHand, task: str, move: str, reason: str = "") -> None:
    hand.open_task(task)
    hand.press(move, reason)


def test_a_cycle_is_built_from_nothing_played_published_opened_and_one_evaluation_runs_to_its_end(
    product, demo_city, open_page
):
    city = product(demo_city)
    with serve(city.app) as url:

        def sign_in(post: str) -> BrowserHand:
            page = open_page(url, "/sign-in", height=900)
            return BrowserHand(page, sign_in_name(city.rt, post), Mouse(page))

        page = sign_in(journey.HR).page
        count, began = Count(), time.monotonic()
        board = Board(page, CountedMouse(page, count), count, lambda name: keep(page, name))
        board.begin("Siklus kinerja dinas", "Yearly performance cycle")
        for part in (roles, forms, flow, work, duties, conditions, results, readers, play, hand_in):
            part(board)
        minutes = (time.monotonic() - began) / 60
        print(f"designed: {count.clicks} clicks, {count.keys} keystrokes, {minutes:.1f} minutes of the machine")
        assert count.clicks < 400 and count.keys < 2500
        version, approver = page.url, sign_in(APPROVER).page
        publish(approver, version)
        open_cycle(approver, lambda name: keep(approver, name))
        hands = {post: sign_in(post) for post in PEOPLE}
        carry(hands)
        bidan = hands[journey.BIDAN].page
        bidan.goto("/")
        bidan.get_by_role("link", name=journey.CYCLE).click()
        expect(bidan.locator(".standing-state")).to_have_text("Selesai")
        expect(bidan.get_by_text("Sangat baik")).not_to_have_count(0)
        keep(bidan, "12-selesai")
