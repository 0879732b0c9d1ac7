"""Each shipped register as registers_in_browser proves it: who adds what about whom, who verifies, who may not, a file
of entries with its planted fault, the rows of a program. People are named by the keys of their posts, units by `unit:`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

HR, HR_HEAD, OFFICER, SUPERIOR = "analis_sdm_muda", "kabid_kinerja", "bidan_penyelia", "kepala_puskesmas"
KENANGA, MELATI = "unit:puskesmas_kenanga", "unit:puskesmas"
Answers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a file or of a program: about whom, how many days ago, what it says; `fault`: the cause why not."""

    about: str
    back: int
    answers: Answers
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Book:
    """One register. Empty where nobody has the right, or where it is no way of this register.

    by, about: who adds on its page, and about whom (himself where empty). changes: what the correction says, by
    `corrects`. public: what a visitor answers by the link of this person or unit; paper: who types a sheet about them.
    file: its rows, brought by `brings`; program: rows of a key of HR_HEAD or HR. closed: why no file is taken.
    """

    key: str
    by: str = ""
    about: str = ""
    answers: Answers = field(default_factory=dict)
    verifier: str = ""
    corrects: str = ""
    changes: Answers = field(default_factory=dict)
    asked: str = ""  # a question that the answers bring, before anything is sent
    public: str = ""
    said: Answers = field(default_factory=dict)
    paper: str = ""
    brings: str = ""
    file: tuple[Row, ...] = ()
    speaks: str = HR
    program: tuple[Row, ...] = ()
    closed: str = ""


def _day(kind: str, **more: str) -> Answers:
    return {"kind": kind, **more}


def _work(name: str, begun: str, ended: str, quantity: str) -> Answers:
    return {"name": name, "begun": begun, "ended": ended, "quantity": quantity}


def _course(name: str, hours: str) -> Answers:
    return {"name": name, "kind": "training", "organiser": "Bapelkes", "hours": hours}


def _level(competency: str, found: str, wanted: str) -> Answers:
    return {"competency": competency, "found": found, "wanted": wanted, "way": "talk"}


def _times(service: str, served: str, waited: str) -> Answers:
    return {"service": service, "served": served, "waited": waited, "worked": "9", "in_time": "12", "source": "queue"}


def _idea(name: str, step: str, problem: str) -> Answers:
    return {"name": name, "step": step, "problem": problem}


def _complaint(words: str, **more: str) -> Answers:
    return {"kind": "time", "words": words, **more}


def _asked(what: str) -> Answers:
    return {"what": what, "by_when": "soon"}


def _marks(*names: str) -> Answers:
    return {name: str(3 + place % 2) for place, name in enumerate(names)}


SKM = _marks("u1", "u2", "u3", "u4", "u5", "u6", "u7", "u8", "u9")
OF_OFFICER = _marks("quick", "able", "clear", "friendly", "honest")
FEEDBACK = {
    "kind": "appreciation", "situation": "Posyandu Kelurahan Melati", "behaviour": "Menenangkan ibu yang cemas.",
}  # fmt: skip
ADVICE = {"kind": "recommendation", "suggestion": "Siapkan contoh menu.", "by_when": "soon"}

BOOKS = (
    Book(
        "attendance", HR, "bidan_mahir", _day("present", came="07:25", went="14:35", late="5"), asked="came",
        corrects=HR, changes=_day("sick"), brings=HR,
        file=(
            Row("sopir_ambulans", 1, _day("present", came="07:20", went="14:40")),
            Row("sopir_ambulans", 2, _day("annual_leave")),
            Row("nutrisionis", 1, _day("Mangkir"), fault="code"),
        ),
        program=(Row("petugas_loket", 1, _day("duty_travel")),),
    ),
    Book(
        "daily_activity", OFFICER, "", _work("Kunjungan rumah ibu nifas", "15:00", "16:00", "2"), verifier=SUPERIOR,
        corrects=OFFICER, changes={"quantity": "3"}, brings=OFFICER,
        file=(
            Row(OFFICER, 5, _work("Pelayanan KB", "08:00", "10:00", "7")),
            Row(OFFICER, 5, _work("Rapat", "10:00", "11:00", "1")),
            Row(OFFICER, 5, _work("Kelas ibu hamil", "10:30", "12:00", "12"), fault="overlaps_row"),
        ),
        program=(Row(HR, 1, _work("Menyusun pedoman", "08:00", "11:00", "1")),),
    ),
    Book(
        "training", OFFICER, "", _course("Pelatihan asuhan persalinan normal", "40"), verifier=SUPERIOR,
        corrects=OFFICER, changes={"hours": "48"}, brings=OFFICER,
        file=(
            Row(OFFICER, 30, _course("Bimtek kohort", "8")),
            Row(OFFICER, 20, _course("Sosialisasi gizi", ""), fault="missing"),
        ),
        program=(Row(HR, 5, _course("Bimtek SKP", "16")),),
    ),
    Book(
        "innovations", OFFICER, "", _idea("Kelas ibu hamil daring", "trial", "Ibu bekerja tidak sempat datang."),
        verifier=SUPERIOR, corrects=OFFICER, changes={"step": "in_use"}, brings=OFFICER,
        file=(
            Row(OFFICER, 40, _idea("Kartu kendali tablet besi", "in_use", "Tablet sering tidak diminum.")),
            Row(OFFICER, 41, _idea("Papan jadwal", "wish", "Jadwal sering berubah."), fault="code"),
        ),
        program=(Row(HR, 9, _idea("Format dialog kinerja", "idea", "Dialog tidak tercatat.")),),
    ),
    Book(
        "competency", HR, OFFICER, _level("service", "3", "4"), corrects=HR, changes={"found": "4"}, brings=HR,
        file=(
            Row("bidan_mahir", 10, _level("communication", "2", "3")),
            Row("bidan_mahir", 9, _level("integrity", "7", "3"), fault="answer"),
        ),
        program=(Row("bidan_terampil", 10, _level("service", "2", "2")),),
    ),
    Book(
        "service_times", "bidan_penyelia_kenanga", KENANGA, _times("Pendaftaran", "38", "11"),
        verifier="kepala_puskesmas_kenanga", corrects="kepala_puskesmas_kenanga", changes={"waited": "12"},
        brings="bidan_penyelia_kenanga",
        file=(
            Row(KENANGA, 2, _times("Pendaftaran", "41", "9.5")),
            Row(KENANGA, 2, _times("Farmasi", "0", "14"), fault="answer"),
        ),
        program=(Row(MELATI, 2, _times("Pendaftaran", "52", "13")),),
    ),
    Book(
        "complaints", SUPERIOR, MELATI, _complaint("Loket tutup sebelum waktunya.", received_at="09:10"),
        corrects=SUPERIOR, changes={"status": "answered", "answer": "Jam loket dipasang.", "answered_on": "today"},
        public=MELATI, said=_complaint("Antrean obat terlalu lama."), brings=SUPERIOR,
        file=(
            Row(MELATI, 4, _complaint("Surat: papan petunjuk tidak jelas.")),
            Row(MELATI, 4, {"kind": "weather", "words": "Hujan."}, fault="code"),
        ),
        speaks=HR_HEAD, program=(Row("unit:bidang_kinerja", 3, _complaint("Telepon: berkas belum kembali.")),),
    ),
    Book(
        "direction", SUPERIOR, OFFICER, {"what": "Susun jadwal kunjungan bulan depan.", "by_when": "soon"},
        corrects=SUPERIOR, changes={"what": "Susun jadwal kunjungan dua bulan ke depan."}, brings=SUPERIOR,
        file=(
            Row(OFFICER, 0, _asked("Lengkapi kohort bayi.")),
            Row("bidan_mahir", 0, _asked("Rapikan ruang imunisasi.")),
            Row("bidan_mahir", 0, {"what": "Hubungi kader.", "by_when": ""}, fault="missing"),
        ),
        speaks=HR_HEAD, program=(Row(HR, 0, _asked("Perbarui pedoman dialog kinerja.")),),
    ),
    Book(
        "feedback", "bidan_mahir", OFFICER, FEEDBACK, brings=SUPERIOR,
        file=(
            Row(OFFICER, 1, {**FEEDBACK, "situation": "Kelas ibu hamil"}),
            Row("nutrisionis", 1, {**FEEDBACK, **ADVICE}),
            Row("nutrisionis", 1, {**FEEDBACK, "kind": "blame"}, fault="code"),
        ),
        speaks=HR_HEAD, program=(Row(HR, 1, {**FEEDBACK, "situation": "Rapat bidang"}),),
    ),
    Book("skm", public=MELATI, said=SKM, paper=SUPERIOR, closed="totals"),
    Book("officer_survey", public=OFFICER, said=OF_OFFICER, paper="bidan_mahir", closed="totals"),
)  # fmt: skip
