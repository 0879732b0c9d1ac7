"""Evidence on the pages: given without JavaScript, in pieces with it, read with the form, handed out as attachments."""

import hashlib
import json
import re
from dataclasses import replace
from io import BytesIO

import pytest

from engine.evidence.opening import open_files
from engine.store.tables.cases import Draft
from engine.store.tables.files import File
from portal.files import WHOLE
from tests.evidence import samples
from tests.evidence.house import DEFINITION
from tests.portal.house import plain, value_of

PDF = samples.pdf(2)
ROWS = {"rows": [{"what": "Kunjungan"}, {"what": "Imunisasi"}]}


@pytest.fixture
def site(house, tmp_path):
    """The town with a form that asks for evidence, a store for it, and a case about carol in which she has begun."""
    house.version = house.publish(DEFINITION, "with_evidence.yaml")
    house.rt = replace(house.rt, files=open_files(str(tmp_path / "files"), ""))
    house._open()
    house.ref = house.case()
    house.task_ref = house.task(house.ref, "report").ref
    house.carol = house.browser("carol")
    house.carol.fill(house.task_ref, ROWS, 0, "draft", do="save")
    return house


def give(site, content, *, field="letter", name="surat.pdf", status=303, seen=None, **about):
    page = site.carol.get(f"/tasks/{site.task_ref}/files?field={field}")
    data = {"field": field, "seen": value_of(page, "seen") if seen is None else seen, **about}
    data["file"] = (BytesIO(content), name)
    return site.carol.post(f"/tasks/{site.task_ref}/files", data, status, content_type="multipart/form-data")


def saved(site):
    with site.rt.db.read() as db:
        return json.loads(db.execute(Draft.__table__.select()).one().body)


def only_file(site):
    with site.rt.db.read() as db:
        return db.execute(File.__table__.select()).one()


def test_a_pdf_is_given_without_javascript_described_sent_read_and_downloaded(site):
    page = site.carol.get(f"/tasks/{site.task_ref}")
    assert 'value="upload:rows-1-proof"' in page and "files.js" in page
    assert "Diterima: PDF. Paling besar 1 MB per berkas, paling banyak 1 berkas." in plain(page)
    seen = value_of(page, "seen")
    asked = site.carol.fill(site.task_ref, ROWS, seen, "draft", do="upload:rows-1-proof")
    assert asked == f"/tasks/{site.task_ref}/files?field=rows-1-proof"
    back = give(site, PDF, field="rows-1-proof", name="Rekap.pdf", description="Rekap bulanan", date="2026-02-03")
    assert back == f"/tasks/{site.task_ref}#f-rows-1-proof"
    page = site.carol.get(f"/tasks/{site.task_ref}")
    assert "Rekap.pdf" in page and "PDF · 1 kB · 2 halaman" in plain(page) and "Rekap bulanan" in page
    raw = saved(site)
    check = site.carol.fill(site.task_ref, raw, value_of(page, "seen"), "check")
    page = site.carol.get(check)
    assert "Rekap bulanan Rekap.pdf PDF · 1 kB · 2 halaman · 3 Februari 2026" in plain(page)
    sent = site.carol.fill(site.task_ref, raw, value_of(page, "seen"))
    ref = only_file(site).ref
    erin = site.browser("erin")
    for path in (f"/submissions/{sent.split('/')[2]}", f"/cases/{site.ref}"):
        page = erin.get(path)
        assert f'href="/files/{ref}"' in page and "files.css" in page
    answer = erin.client.get(f"/files/{ref}")
    assert answer.data == PDF
    assert site.browser("mallory").client.get(f"/files/{ref}").status_code == 404


def test_a_download_is_an_attachment_that_no_browser_runs(site):
    give(site, PDF, name="Laporan é; “akhir”.pdf")
    answer = site.carol.client.get(f"/files/{only_file(site).ref}", buffered=True)
    headers = answer.headers
    assert headers["Content-Disposition"] == (
        'attachment; filename="Laporan _; _akhir_.pdf"; '
        "filename*=UTF-8''Laporan%20%C3%A9%3B%20%E2%80%9Cakhir%E2%80%9D.pdf"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == "default-src 'none'; sandbox; frame-ancestors 'none'"
    assert headers["Cache-Control"] == "private, no-cache"
    assert headers["ETag"] == f'"{hashlib.sha256(PDF).hexdigest()}"'
    assert headers["Content-Length"] == str(len(PDF))
    again = site.carol.client.get(f"/files/{only_file(site).ref}", headers={"If-None-Match": headers["ETag"]},
                                   buffered=True)  # fmt: skip
    assert (again.status_code, again.data) == (304, b"")
    assert site.carol.client.head(f"/files/{only_file(site).ref}", buffered=True).data == b""


def test_an_image_has_a_preview_and_a_pdf_has_none(site):
    give(site, samples.photo(), field="rows-0-proof", name="foto.jpg", description="Foto")
    ref = only_file(site).ref
    assert f'src="/files/{ref}/preview"' in site.carol.get(f"/tasks/{site.task_ref}")
    answer = site.carol.client.get(f"/files/{ref}/preview")
    assert (answer.mimetype, answer.data[:3]) == ("image/jpeg", b"\xff\xd8\xff")
    assert site.browser("erin").client.get(f"/files/{ref}/preview").status_code == 404


def test_a_refused_file_is_told_on_the_page_with_what_was_typed(site):
    page = give(site, samples.EXE, field="rows-0-proof", status=422, description="Rekap bulanan")
    assert "Salah: Isi berkas ini berjenis" in plain(page)
    assert value_of(page, "description") == "Rekap bulanan"
    assert saved(site)["rows"][0].get("proof", []) == []


def test_a_page_without_a_file_asks_for_one(site):
    data = {"field": "letter", "seen": 1}
    page = site.carol.post(f"/tasks/{site.task_ref}/files", data, 422, content_type="multipart/form-data")
    assert "Pilih berkasnya dahulu." in plain(page)


def test_a_form_that_changed_meanwhile_takes_no_file_into_the_wrong_row(site):
    page = give(site, PDF, seen=0, status=409)
    assert "sudah berubah di jendela lain" in plain(page)
    with site.rt.db.read() as db:
        assert db.execute(File.__table__.select()).all() == []


def test_a_file_can_be_taken_out_again_by_a_button(site):
    give(site, PDF)
    raw = saved(site)
    assert len(raw["letter"]) == 1
    seen = value_of(site.carol.get(f"/tasks/{site.task_ref}"), "seen")
    site.carol.fill(site.task_ref, raw, seen, "draft", do="drop:letter:0")
    assert saved(site)["letter"] == []


def test_a_field_that_is_full_asks_for_none(site):
    give(site, PDF)
    page = site.carol.get(f"/tasks/{site.task_ref}/files?field=letter")
    assert 'type="file"' not in page


@pytest.mark.parametrize("field", ["words", "nothing", "rows", "rows-0-what", "../../x", "letter-0-x"])
def test_the_page_is_for_fields_of_files_alone(site, field):
    assert site.carol.client.get(f"/tasks/{site.task_ref}/files?field={field}").status_code in (303, 404)


def begin(site, size, field="rows-0-proof", name="a.pdf", who=None):
    data = {"field": field, "name": name, "size": size}
    browser = who or site.carol
    return browser.client.post(f"/tasks/{site.task_ref}/uploads", data=data, headers={"X-CSRFToken": browser.csrf})


def piece(site, url, offset, content, **headers):
    said = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream",
            "X-CSRFToken": site.carol.csrf, **headers}  # fmt: skip
    return site.carol.client.patch(url, data=content, headers=said)


def judged(site, url, name="rows-0-proof-0"):
    return site.carol.client.post(f"{url}/judgement", data={"name": name}, headers={"X-CSRFToken": site.carol.csrf})


def test_a_file_comes_in_pieces_is_cut_and_goes_on(site):
    begun = begin(site, len(PDF))
    url = begun.headers["Location"]
    assert (begun.status_code, begun.headers["Upload-Offset"]) == (201, "0")
    answer = piece(site, url, 0, PDF[:100])
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, "100")
    asked = site.carol.client.head(url)
    assert (asked.headers["Upload-Offset"], asked.headers["Upload-Length"]) == ("100", str(len(PDF)))
    wrong = piece(site, url, 50, PDF[50:])
    assert (wrong.status_code, wrong.headers["Upload-Offset"]) == (409, "100")
    assert judged(site, url).status_code == 409, "not all of it has come"
    assert piece(site, url, 100, PDF[100:]).headers["Upload-Offset"] == str(len(PDF))
    entry = judged(site, url, "rows-0-proof-3")
    page = entry.get_data(as_text=True)
    assert entry.status_code == 200
    assert value_of(page, "rows-0-proof-3-ref") == only_file(site).ref
    assert 'name="rows-0-proof-3-description"' in page and 'name="rows-0-proof-3-date"' in page
    assert only_file(site).status == "clean"


def test_a_refused_upload_answers_its_reason_in_words(site):
    url = begin(site, len(samples.EXE)).headers["Location"]
    piece(site, url, 0, samples.EXE)
    answer = judged(site, url)
    assert (answer.status_code, answer.mimetype) == (422, "text/plain")
    assert answer.get_data(as_text=True).startswith("Isi berkas ini berjenis")


def test_an_upload_is_cancelled_and_gone(site):
    url = begin(site, 500).headers["Location"]
    assert site.carol.client.delete(url, headers={"X-CSRFToken": site.carol.csrf}).status_code == 204
    assert site.carol.client.head(url).status_code == 404


def test_what_is_too_large_is_refused_before_a_byte_comes(site):
    answer = begin(site, 60_000_001)
    assert (answer.status_code, answer.get_data(as_text=True)) == (422, "Berkas ini terlalu besar; paling besar 60 MB.")


def test_nobody_else_sees_or_touches_an_upload(site):
    url = begin(site, len(PDF)).headers["Location"]
    for name in ("erin", "mallory", "alice"):
        other = site.browser(name)
        headers = {"X-CSRFToken": other.csrf, "Upload-Offset": "0"}
        assert other.client.head(url).status_code == 404
        octets = "application/offset+octet-stream"
        assert other.client.patch(url, data=b"x", headers=headers, content_type=octets).status_code == 404
        assert other.client.post(f"{url}/judgement", data={"name": "letter-0"}, headers=headers).status_code == 404
        assert other.client.delete(url, headers=headers).status_code == 404
        assert begin(site, 10, who=other).status_code in (403, 404)


def test_each_unsafe_request_needs_the_token_of_the_form(site):
    url = begin(site, len(PDF)).headers["Location"]
    assert piece(site, url, 0, b"x", **{"X-CSRFToken": "wrong"}).status_code == 400
    assert site.carol.client.delete(url).status_code == 400
    assert site.carol.client.head(url).headers["Upload-Offset"] == "0"


@pytest.mark.parametrize(
    ("offset", "kind"),
    [("-1", "octet"), ("x", "octet"), ("", "octet"), ("1e3", "octet"), ("9" * 30, "octet"), ("0", "form")],
)
def test_a_piece_says_where_it_belongs(site, offset, kind):
    url = begin(site, len(PDF)).headers["Location"]
    said = {"octet": "application/offset+octet-stream", "form": "application/x-www-form-urlencoded"}[kind]
    assert piece(site, url, offset, b"x=1", **{"Content-Type": said}).status_code == 400


@pytest.mark.parametrize("name", ["", "letter", "letter-x", "-1", "<script>-0", "a b-0", "rows-0-proof-0-0-0-0"])
def test_an_entry_has_a_name_that_a_page_posts(site, name):
    url = begin(site, len(PDF)).headers["Location"]
    piece(site, url, 0, PDF)
    assert judged(site, url, name).status_code == 400


def multipart(**fields):
    """A body of form data, made by hand: a test client would spool a large one to a file that nobody closes."""
    parts = []
    for name, value in fields.items():
        content, more = (value, b'; filename="a.pdf"') if isinstance(value, bytes) else (str(value).encode(), b"")
        parts.append(b'--x\r\nContent-Disposition: form-data; name="%s"%s\r\n\r\n%s' % (name.encode(), more, content))
    return {"data": b"\r\n".join([*parts, b"--x--\r\n"]), "content_type": "multipart/form-data; boundary=x"}


def test_a_larger_body_is_for_that_page_alone_and_for_people_who_are_signed_in(site):
    path = f"/tasks/{site.task_ref}/files"
    body = multipart(csrf_token=site.carol.csrf, field="rows-0-proof", seen=1, file=bytes(3_000_000))
    assert site.carol.client.post(path, **body).status_code == 422, "read, and refused for what it is"
    assert site.app.test_client().post(path, **body).status_code == 413
    assert site.carol.client.post(f"/tasks/{site.task_ref}/draft", **body).status_code == 413
    long = {"CONTENT_LENGTH": str(WHOLE + 1)}
    assert site.carol.client.post(path, **body, environ_overrides=long).status_code == 413


def test_ten_thousand_fields_are_refused(site):
    body = multipart(csrf_token=site.carol.csrf, **{f"f{number}": "x" for number in range(10_000)})
    assert site.carol.client.post(f"/tasks/{site.task_ref}/files", **body).status_code == 413


def test_ten_thousand_files_named_in_an_answer_are_refused_and_the_rest_stays(site):
    letter = [{"ref": f"{number:026}".replace("0", "a").replace("1", "b")} for number in range(1_000)]
    page = site.carol.fill(site.task_ref, {**ROWS, "words": "tetap ada", "letter": letter}, 1, "check", status=422)
    assert "Ada 1.000 berkas; paling banyak 1." in plain(page) and "tetap ada" in page


def test_no_name_of_a_file_writes_a_header_or_a_tag(site):
    give(site, PDF, name='a"\r\nX-Evil: 1<script>alert(1)</script>.pdf')
    page = site.carol.get(f"/tasks/{site.task_ref}")
    assert "<script>alert" not in page
    headers = site.carol.client.get(f"/files/{only_file(site).ref}", buffered=True).headers
    assert "X-Evil" not in headers and not re.search(r"[\r\n]", headers["Content-Disposition"])


def test_the_form_asks_for_its_files_in_one_statement(site):
    for number in range(3):
        give(site, PDF, field="rows-0-proof", name=f"{number}.pdf", description="x")
    with site.counted() as statements:
        site.carol.get(f"/tasks/{site.task_ref}")
    assert sum("FROM file" in statement for statement in statements) == 1
