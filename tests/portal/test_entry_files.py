"""Files of entries on pages: upload, columns, what each row would do, agreement, and what is wrong as a workbook."""

import io
from datetime import timedelta

import pytest
import python_calamine

import wsgi
from engine import outbox
from engine.store.refs import new_ref
from engine.store.tables.registers import Entry
from tests.portal.house import House, plain, value_of
from tests.portal.house import loaded_house as loaded_house
from tests.verbs.test_entry_files import ATTENDANCE
from tests.verbs.test_registers import Office
from tests.verbs.town import CAST

PATH = "/registers/attendance/imports/"


class Door(House):
    """The house with the shipped register of attendance in force."""

    add, sums, today, rows = Office.add, Office.sums, Office.today, Office.rows

    def upload(self, browser, text, status=303, name="presensi.csv"):
        content = text if isinstance(text, bytes) else text.encode()
        said = {"csrf_token": browser.csrf, "key": new_ref()}
        parts = [
            f'--b\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n' for key, value in said.items()
        ]
        head = f'--b\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
        body = ("".join(parts) + head).encode() + content + b"\r\n--b--\r\n"
        answer = browser.client.post(PATH, data=body, content_type="multipart/form-data; boundary=b")
        assert answer.status_code == status
        return answer.headers["Location"] if status == 303 else answer.get_data(as_text=True)

    def month(self, *names, days=2, kind="Hadir", late="3"):
        lines = [
            f"{CAST[name]};{self.today - timedelta(days=back)};{kind};07:30;{late}"
            for name in names for back in range(1, days + 1)
        ]  # fmt: skip
        return "\n".join(["NIP;Tanggal;Keterangan;Jam masuk;Terlambat (menit)", *lines]) + "\n"

    def run(self):
        while outbox.sweep(self.rt, wsgi.build_works()):
            pass


@pytest.fixture
def door(house):
    house.__class__ = Door
    house.publish(ATTENDANCE)
    return house


def mapped(page):
    """The columns as the page proposes them."""
    known = ("nip", "day", "field.kind", "field.came", "field.late")
    assert all(f'name="to-{name}"' in page for name in known)
    return {**{f"to-{name}": at for at, name in enumerate(known)}, "dates": "iso", "way": "add"}


def test_a_file_goes_from_upload_to_entries_and_its_faults_come_as_a_workbook(door):
    alice = door.browser("alice")
    assert f'href="{PATH}"' in alice.get("/registers/")
    assert "Kode unit" not in alice.get(PATH)
    at = door.upload(
        alice, door.month("carol", "bob") + f"{CAST['erin']};2026-03-01;Alpa;;\n=1+1;2026-03-01;Hadir;7;\n"
    )
    page = alice.get(at)
    assert '<option value="1" selected>Tanggal (' in page
    report = alice.post(at, mapped(page))
    page = alice.get(report)
    assert "Semua baris sudah diperiksa" in plain(page)
    assert "4 catatan baru" in plain(page).replace("catatan baru 4", "4 catatan baru")
    assert "Isian ini tidak dikenal. Pilihannya: Hadir, Dinas luar" in plain(page)
    assert "Diawali “=”" in plain(page)
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(alice.client.get(f"{report}/faults.xlsx").data))
    rows = book.get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows[1:]] == ["6", "7"]
    assert rows[2][3] == "'=1+1"
    assert len(door.rows(Entry)) == 0
    alice.post(f"{report}/confirm", {"frozen": "0" * 64}, status=422)
    assert alice.post(f"{report}/confirm", {"frozen": value_of(page, "frozen")}) == report
    assert "Impor sedang berjalan" in plain(alice.get(report))
    door.run()
    assert "Impor selesai" in plain(alice.get(report))
    assert len(door.rows(Entry)) == 4
    assert "3 menit" in plain(door.browser("carol").get("/registers/attendance/?month=2026-02"))


def test_the_same_file_again_is_said_to_have_come_in_and_does_nothing(door):
    alice = door.browser("alice")
    for _ in range(2):
        report = door.upload(alice, door.month("carol"))
        report = alice.post(report, mapped(alice.get(report)))
        page = alice.get(report)
        if 'name="frozen"' in page:
            alice.post(f"{report}/confirm", {"frozen": value_of(page, "frozen")})
            door.run()
    assert "Berkas yang sama sudah pernah diimpor" in plain(page)
    assert "Oleh Alice, Senin, 2 Maret 2026" in plain(page) or "Oleh Alice, 2 Maret 2026" in plain(page)
    assert "Semua baris sudah tercatat sebelumnya" in plain(page)
    assert len(door.rows(Entry)) == 2
    assert alice.post(f"{report}/drop", {}) == PATH


def test_a_needed_column_that_is_not_there_is_said_at_its_control(door):
    alice = door.browser("alice")
    at = door.upload(alice, "x;y\n1;2\n")
    page = alice.post(at, {"dates": "iso", "way": "later"}, status=422)
    assert 'href="#to-nip"' in page and 'href="#way"' in page


def test_what_is_no_file_of_entries_is_refused_beside_the_control(door):
    alice = door.browser("alice")
    for content, words in ((b"", "tidak berisi baris"), (b"PK\x03\x04x", "tidak dapat"), (b"x" * 5_200_000, "5 MB")):
        assert words in plain(door.upload(alice, content, status=422))
    assert "Terlalu besar" in plain(door.upload(alice, b"x" * 5_600_000, status=413))


def test_a_file_of_two_hundred_megabytes_is_refused_by_what_it_says_of_itself_and_not_read(door):
    alice, sent = door.browser("alice"), Endless()
    said = {"CONTENT_LENGTH": str(200 * 2**20), "CONTENT_TYPE": "multipart/form-data; boundary=b", "wsgi.input": sent}
    head = {"X-CSRFToken": alice.csrf}
    answer = alice.client.open(PATH, method="POST", headers=head, environ_overrides=said)
    assert answer.status_code == 413 and sent.taken < 6_000_000 and door.rows(Entry) == []


class Endless(io.RawIOBase):
    """A body that never ends, and counts what was read of it."""

    taken = 0

    def readable(self):
        return True

    def readinto(self, place):
        self.taken += len(place)
        place[:] = b"x" * len(place)
        return len(place)


def test_strangers_and_others_find_neither_page_nor_file(door):
    report = door.upload(door.browser("alice"), door.month("carol")).removesuffix("columns")
    mallory, dan = door.browser("mallory"), door.browser("dan")
    mallory.get(PATH, status=403)
    assert f'href="{PATH}"' not in mallory.get("/registers/")
    for path in ("", "columns", "faults.xlsx"):
        dan.get(f"{report}{path}".rstrip("/"), status=404)
    for act in ("confirm", "drop", "again", "columns"):
        dan.post(f"{report}{act}", {}, status=404)


def test_the_report_asks_as_many_statements_for_many_rows_as_for_few(door):
    alice, asked = door.browser("alice"), []
    for days in (1, 20):
        at = door.upload(alice, door.month("carol", "bob", "alice", days=days))
        report = alice.post(at, mapped(alice.get(at)))
        alice.get(report)
        with door.counted() as found:
            alice.get(report)
        asked.append(len(found))
    assert asked[0] == asked[1] <= 14
