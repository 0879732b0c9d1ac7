"""From nothing to a finished evaluation in one browser: one administrator designs six states, another one publishes.

What is built and done is told here once; a mouse does it (prove/whole_cycle.py), or a keyboard alone
(test_whole_cycle.py).
"""

import os
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, expect

from tests import journey
from tests.browser.drawing_board import Board
from tests.browser.drawing_hands import DrawingKeys, DrawingMouse
from tests.browser.hands import BrowserHand, Count
from tests.portal.test_evaluation import sign_in_name

PICTURES = os.environ.get("PICTURES")  # a folder: then each stop is kept as a picture there
APPROVER = "kabid_kinerja"
UNIT = "Tim Kerja UKP Kefarmasian dan Laboratorium"
NAME = "Siklus kinerja dinas"
WRITTEN_BY_NOBODY = {"text", "file", "key"}  # an expression as text, a definition as a file, the name behind a label
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
    board.keep("03-alur")
    board.set("Alasan", "Wajib")


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
    board.hand.press(board.page.locator("#design-head").get_by_role("link", name="Ajukan", exact=True))
    board.hand.press(board.page.get_by_role("button", name="Ajukan untuk diperiksa"))
    board.page.wait_for_url("**/admin/definitions/*")
    board.keep("10-diajukan")


def walk(rt, open_browser: Callable[[], Page], hand: type[DrawingMouse] | type[DrawingKeys]) -> "Walked":
    """Do all of it, each person in a browser of his own; answer what it cost the one who designed."""
    began = time.monotonic()

    def sign_in(post: str) -> BrowserHand:
        page = open_browser()
        return BrowserHand(page, sign_in_name(rt, post), hand(page))

    designer = sign_in(journey.HR)
    board = Board(designer.page, designer.way, lambda name: keep(designer.page, name))
    board.begin(NAME, "Yearly performance cycle")
    for part in (roles, forms, flow, work, duties, conditions, results, readers, play, hand_in):
        part(board)
    designed = time.monotonic() - began
    count = designer.way.count
    assert not count.written & WRITTEN_BY_NOBODY, count.written
    open_cycle(publish(sign_in(APPROVER)))
    hands = {post: sign_in(post) for post in PEOPLE}
    carry(hands)
    see_the_end(hands[journey.BIDAN])
    return Walked(count, designed, time.monotonic() - began)


@dataclass(frozen=True)
class Walked:
    """What the designer's hand did until she handed in; seconds of the machine until then, and of everything."""

    count: Count
    designed: float
    seconds: float


def publish(hand: BrowserHand) -> BrowserHand:
    """Another administrator reads what was handed in, and publishes it."""
    page, way = hand.page, hand.way
    for name in ("Administrasi", "Definisi", NAME):
        way.press(page.get_by_role("link", name=re.compile(f"^{name}")).first)
    way.press(page.get_by_role("link", name="Terbitkan"))
    way.press(page.locator("main form button[type=submit]").last)
    expect(page.locator(".track-here")).to_contain_text("Berlaku")
    return hand


def open_cycle(hand: BrowserHand) -> None:
    """A cycle for the people of one team."""
    page, way = hand.page, hand.way
    way.press(page.get_by_role("link", name="Buka siklus"))
    way.write(page.get_by_label("Nama siklus"), journey.CYCLE)
    way.write(page.locator("[name=period_start]"), "2026-01-01")
    way.write(page.locator("[name=period_end]"), "2026-12-31")
    way.pick(page.get_by_label(UNIT))
    way.press(page.locator("button[value=preview]"))
    keep(page, "11-siklus")
    way.press(page.locator("button[value=open]"))
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


def see_the_end(hand: BrowserHand) -> None:
    """She reads what came out."""
    hand.way.home()
    hand.way.press(hand.page.get_by_role("link", name=journey.CYCLE))
    expect(hand.page.locator(".standing-state")).to_have_text("Selesai")
    expect(hand.page.get_by_text("Sangat baik")).not_to_have_count(0)
    keep(hand.page, "12-selesai")
