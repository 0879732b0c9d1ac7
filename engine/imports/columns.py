"""The columns of each kind of file: what a row may say, how a cell is read, by which headings we know a column again.

Words for people stand in the translations (`imports.column.<kind>.<name>`). Nothing is read here.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

UNITS, POSTS, PEOPLE, APPOINTMENTS = KINDS = ("units", "posts", "people", "appointments")


@dataclass(frozen=True, slots=True)
class Column:
    """One thing that a row may say.

    reads: how its cells are read (values.READERS). needed: a row without it is wrong. headings: what others call it, in
    Indonesian and English. examples: cells of the example file, one a row.
    """

    name: str
    reads: str = "text"
    needed: bool = False
    headings: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()


COLUMNS: Mapping[str, tuple[Column, ...]] = {
    UNITS: (
        Column("key", "key", True,
               ("kode unit", "kode unor", "kode", "id unit", "kunci", "unit code", "unit key", "key"),
               ("dinas_contoh", "bidang_contoh", "upt_contoh")),
        Column("name", "name", True, ("nama unit", "nama unor", "unit kerja", "nama", "unit name", "name"),
               ("Dinas Contoh", "Bidang Pelayanan Contoh", "UPT Contoh")),
        Column("kind", "key", True, ("jenis unit", "jenis", "tingkat", "unit kind", "kind", "type"),
               ("office", "division", "technical_unit")),
        Column("parent", "reference", False,
               ("unit induk", "induk", "kode induk", "atasan unit", "parent unit", "parent"),
               ("{parent}", "dinas_contoh", "dinas_contoh")),
        Column("timezone", "timezone", False, ("zona waktu", "waktu", "time zone", "zone", "timezone"), ("", "", "")),
        Column("status", "status", False,
               ("status", "keadaan", "aktif", "active", "state"),
               ("aktif", "aktif", "aktif")),
        Column("since", "day", False,
               ("berlaku mulai", "mulai berlaku", "tmt", "effective from", "valid from", "since"),
               ("2026-01-01", "2026-01-01", "2026-01-01")),
    ),
    POSTS: (
        Column("key", "key", True, ("kode jabatan", "kode", "id jabatan", "kunci", "post code", "post key", "key"),
               ("kadis_contoh", "kabid_contoh", "staf_contoh")),
        Column("name", "name", True, ("nama jabatan", "jabatan", "nama", "post name", "post", "position", "name"),
               ("Kepala Dinas Contoh", "Kepala Bidang Pelayanan Contoh", "Pengelola Data Contoh")),
        Column("kind", "key", True, ("jenis jabatan", "jenis", "kelompok jabatan", "post kind", "kind", "type"),
               ("jpt_pratama", "administrator", "pelaksana")),
        Column("unit", "reference", True, ("unit kerja", "unit", "kode unit", "unor", "unit code"),
               ("{parent}", "{parent}", "{parent}")),
        Column("superior", "reference", False,
               ("atasan", "jabatan atasan", "kode atasan", "atasan langsung", "superior post",
                "superior", "reports to"),
               ("", "kadis_contoh", "kabid_contoh")),
        Column("level", "short", False, ("jenjang", "eselon", "tingkat", "level", "echelon"), ("II.b", "III.a", "")),
        Column("position_class", "whole", False, ("kelas jabatan", "kelas", "position class", "class", "job class"),
               ("14", "11", "6")),
        Column("status", "status", False,
               ("status", "keadaan", "aktif", "active", "state"),
               ("aktif", "aktif", "aktif")),
        Column("since", "day", False,
               ("berlaku mulai", "mulai berlaku", "tmt", "effective from", "valid from", "since"),
               ("2026-01-01", "2026-01-01", "2026-01-01")),
    ),
    PEOPLE: (
        Column("nip", "nip", False,
               ("nip", "nip baru", "nomor induk pegawai", "ni pppk", "nip nipppk", "employee number"),
               ("199001012015031901", "199205102021212902", "")),
        Column("name", "name", True, ("nama", "nama lengkap", "nama pegawai", "full name", "employee name", "name"),
               ("Budi Contoh, S.E.", "Sari Contoh", "Wali Kota Contoh")),
        Column("kind", "person_kind", True,
               ("jenis pegawai", "jenis", "status kepegawaian", "kedudukan", "kind of employment",
                "employment", "kind"),
               ("PNS", "PPPK", "pejabat")),
        Column("grade", "grade", False, ("golongan", "gol", "gol ruang", "golongan ruang", "pangkat", "grade", "rank"),
               ("III/a", "IX", "")),
        Column("email", "email", False, ("surel", "email", "e-mail", "alamat surel", "alamat email", "email address"),
               ("budi@contoh.go.id", "sari@contoh.go.id", "walikota@contoh.go.id")),
        Column("language", "language", False, ("bahasa", "language"), ("id", "id", "id")),
        Column("status", "status", False, ("status", "keadaan", "aktif", "status aktif", "active", "state"),
               ("aktif", "aktif", "aktif")),
        Column("since", "day", False,
               ("berlaku mulai", "mulai berlaku", "effective from", "valid from", "since"),
               ("", "", "")),
    ),
    APPOINTMENTS: (
        Column("nip", "nip", True, ("nip", "nip baru", "nomor induk pegawai", "nip pegawai", "employee number"),
               ("199001012015031901", "199205102021212902")),
        Column("post", "reference", True, ("jabatan", "kode jabatan", "nama jabatan", "post", "post code", "position"),
               ("kabid_contoh", "staf_contoh")),
        Column("kind", "appointment_kind", False,
               ("cara memegang", "cara", "jenis penugasan", "jenis", "how it is held", "how", "kind"),
               ("definitif", "definitif")),
        Column("starts_on", "day", True,
               ("mulai", "tmt", "tmt jabatan", "tanggal mulai", "sejak", "from", "start", "start date"),
               ("2026-01-01", "2026-01-01")),
        Column("ends_on", "day", False,
               ("berakhir", "sampai", "tanggal akhir", "tanggal berakhir", "until", "end", "ends",
                "end date"), ("", "")),
        Column("order_number", "short", False,
               ("nomor sk", "no sk", "sk", "nomor surat keputusan", "order number", "decree", "decision number"),
               ("821/001/2026", "821/002/2026")),
    ),
}  # fmt: skip


def column(kind: str, name: str) -> Column:
    """One column of a kind of file."""
    return next(each for each in COLUMNS[kind] if each.name == name)


def folded(heading: str) -> str:
    """A heading without what people write differently: case, accents, signs, spaces."""
    plain = unicodedata.normalize("NFKD", heading).casefold()
    return "".join(letter for letter in plain if letter.isalnum())
