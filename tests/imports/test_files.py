"""Files as offices write them: separators, encodings, marks, workbooks; and what is none."""

import io
import zipfile
from datetime import date, datetime

import pytest
import xlsxwriter

from engine.core.errors import BadRequest
from engine.imports import entry_acts
from engine.imports.files import MOST_ROWS, read

TEXT = "NIP;Nama\r\n198001012005012001;Ñur Ænes\r\n\r\n199003032015032003;Sari, S.E.\r\n"
HEADINGS = ("NIP", "Nama")
ROWS = ((2, ("198001012005012001", "Ñur Ænes")), (4, ("199003032015032003", "Sari, S.E.")))


def workbook(rows):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
    for down, row in enumerate(rows):
        for at, cell in enumerate(row):
            if isinstance(cell, (date, datetime)):
                sheet.write_datetime(down, at, cell, day)
            else:
                sheet.write(down, at, cell)
    book.close()
    return out.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_csv_is_read_in_each_encoding_of_an_office_and_rows_keep_their_numbers(encoding):
    sheet = read(TEXT.encode(encoding))
    assert (sheet.headings, sheet.rows) == (HEADINGS, ROWS)


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_the_separator_is_found_out(separator):
    lines = [separator.join(f'"{cell}"' for cell in row) for row in (HEADINGS, *(row for _, row in ROWS))]
    assert [row for _, row in read("\n".join(lines).encode()).rows] == [row for _, row in ROWS]


def test_the_line_in_which_excel_names_its_separator_is_no_heading():
    sheet = read(b"sep=|\r\nNIP|Nama\r\n1|a;b\r\n")
    assert (sheet.headings, sheet.rows) == (HEADINGS, ((3, ("1", "a;b")),))


@pytest.mark.parametrize("line", ["sep=", "sep=;", "SEP=", "sep=\r\n", "sep=\n\n", 'sep="\n', "sep=;\n", "sep=\r\r\n;"])
def test_a_file_with_nothing_but_that_line_is_empty(line):
    with pytest.raises(BadRequest) as refused:
        read(line.encode())
    assert refused.value.message.key == "imports.file.empty"


def test_a_line_break_within_a_cell_breaks_no_row():
    assert read(b'NIP;Nama\n1;"a\nb"\n2;c\n').rows == ((2, ("1", "a\nb")), (3, ("2", "c")))


def test_a_workbook_gives_days_numbers_and_the_nip_that_lost_its_digits():
    rows = [["NIP", "Mulai", "Kelas"], [198001012005012001, date(2026, 1, 31), 7], ["198001012005012001", "x", 7.5]]
    assert [row for _, row in read(workbook(rows)).rows] == [
        ("1.98001012005012e+17", "2026-01-31", "7"),
        ("198001012005012001", "x", "7.5"),
    ]


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"", "imports.file.empty"),
        (b"NIP;Nama\n\n;\n", "imports.file.empty"),
        (b"NIP;Nama\n1;\x00\n", "imports.file.unreadable"),
        (b"PK\x03\x04 no workbook", "sheet.unreadable"),
        (b"%PDF-1.7\x00\x81\x8d", "imports.file.unreadable"),
        (b";".join(b"%d" % at for at in range(61)) + b"\n" + b"x;" * 60 + b"y", "imports.file.too_wide"),
        (b"a;b\n" + b"1;2\n" * (MOST_ROWS + 1), "imports.file.too_long"),
        (b"x" * 5_000_001, "imports.file.too_large"),
    ],
)
def test_what_is_no_file_of_rows_is_refused_with_its_reason(content, key):
    with pytest.raises(BadRequest) as refused:
        read(content)
    assert refused.value.message.key == key


def bomb():
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/sheet1.xml", b"0" * 80_000_000)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (bomb, "sheet.too_large"),
        (lambda: b"x" * 5_000_001, "imports.file.too_large"),
        (lambda: b"PK\x03\x04nonsense", "sheet.unreadable"),
        (lambda: b"a;b\n" + b"1;2\n" * (entry_acts.MOST_ROWS + 1), "imports.file.too_long"),
    ],
)
def test_a_file_of_entries_has_limits_of_its_own_and_attacks_are_refused_with_a_cause(content, cause):
    with pytest.raises(BadRequest) as refused:
        read(content(), entry_acts.MOST_ROWS)
    assert refused.value.message.key == cause
