"""Definitions through the pages: every mistake at once with its line, then draft, review by another, published."""

import io

import pytest
from sqlalchemy import select

from engine.store.tables import DefinitionVersion
from tests.admin.city import TOKEN, words
from wsgi import SHIPPED

CODELIST = """kind: codelist
format: 1
key: leave_kind
name: {id: Jenis cuti, en: Kind of leave}
items:
  - {key: yearly, label: {id: Cuti tahunan, en: Yearly leave}}
  - {key: long, label: {id: Cuti besar, en: Long leave}}
"""
BROKEN = """kind: workflow
format: 1
key: broken
name: {id: Rusak, en: Broken}
colour: blue
roles:
  employee: {rule: subject}
states:
  begun:
    initial: true
    tasks:
      - {key: go, role: nobody, decide: [finish]}
  ended: {final: true}
transitions:
  finish: {from: begun, to: endd}
"""


def test_guards_rules_and_conditions_are_read_as_sentences(still):
    ref = still.one(select(DefinitionVersion.ref).where(DefinitionVersion.key == "basic_cycle"))
    told = words(still.get("admin", f"/admin/definitions/{ref}"))
    for sentence in (
        "Semua formulir wajib pada tahap ini sudah dikirim.",
        "Tidak ada orang yang memegang lebih dari satu peran ini: Pegawai dan Pejabat Penilai Kinerja.",
        "Bila tidak terpenuhi: Jumlah bobot seluruh hasil kerja harus 100%.",
        "Atasan dari Pegawai, menurut jabatannya.",
        "Pemegang hak Panel kalibrasi atas unit kerja pegawai."
        " Tidak pernah dipegang oleh Pegawai dan Pejabat Penilai Kinerja pada evaluasi yang sama.",
    ):
        assert sentence in told
    document = told.partition("kind: workflow")[0]
    assert "superior_of" not in document and "tasks_done" not in document


def test_where_a_text_was_typed_is_said_in_words(city):
    ref = imported(city)
    told = words(city.get("admin", f"/admin/definitions/{ref}"))
    assert "diketik di halaman ini" in told and "editor" not in told


def status(city, ref):
    return city.one(select(DefinitionVersion.status).where(DefinitionVersion.ref == ref))


def imported(city, text=CODELIST, who="admin"):
    answer = city.post(who, "/admin/definitions/import", do="import", text=text)
    return answer.location.rpartition("/")[2]


def test_all_mistakes_are_listed_with_line_column_and_the_line_itself_and_the_text_stays(city):
    before = city.all(select(DefinitionVersion.ref))
    answer = city.post("admin", "/admin/definitions/import", 422, do="import", text=BROKEN)
    page = words(answer)
    for told in ("Baris 5, kolom 1", "colour", "Baris 12, kolom", "nobody", "Baris 15, kolom", "endd"):
        assert told in page
    assert '<pre class="excerpt"><code>colour: blue</code></pre>' in answer.text
    assert "finish: {from: begun, to: endd}" in answer.text.split("<textarea", 1)[1]
    assert city.all(select(DefinitionVersion.ref)) == before


def test_checking_alone_keeps_nothing(city):
    before = city.all(select(DefinitionVersion.ref))
    assert "Tidak ada kesalahan" in words(
        city.post("admin", "/admin/definitions/import", 200, do="check", text=CODELIST)
    )
    assert city.all(select(DefinitionVersion.ref)) == before


def test_a_file_can_be_sent_instead(city):
    client = city.client("admin")
    token = TOKEN.search(client.get("/admin/definitions/import").text)[1]
    file = (io.BytesIO(CODELIST.encode()), "leave.yaml")
    answer = client.post(
        "/admin/definitions/import", data={"csrf_token": token, "do": "import", "file": file, "text": ""}
    )
    assert answer.status_code == 303
    assert "leave.yaml" in words(city.get("admin", answer.location))


@pytest.mark.parametrize("body", [b"\xff\xfe\x00", b""])
def test_a_file_that_is_no_text_is_refused_at_its_field(city, body):
    client = city.client("admin")
    token = TOKEN.search(client.get("/admin/definitions/import").text)[1]
    data = {"csrf_token": token, "do": "import", "file": (io.BytesIO(body), "x.yaml")}
    assert client.post("/admin/definitions/import", data=data).status_code == 422


def test_nothing_sent_is_said_so(city):
    page = words(city.post("admin", "/admin/definitions/import", 422, do="import", text=" "))
    assert "Tempel dokumen atau pilih berkas." in page


def test_a_version_goes_from_draft_over_review_to_published_by_two_people(city):
    ref = imported(city)
    assert status(city, ref) == "draft"
    city.post("admin", f"/admin/definitions/{ref}/submit")
    assert "1 definisi menunggu pemeriksaan" in words(city.get("approver", "/admin/"))
    own = words(city.get("admin", f"/admin/definitions/{ref}"))
    assert "Anda menyusun versi ini, jadi orang lain yang harus menerbitkannya." in own and "Terbitkan" not in own
    assert "Anda menyusun versi ini" in words(city.get("admin", f"/admin/definitions/{ref}/publish"))
    city.post("admin", f"/admin/definitions/{ref}/publish", 403)
    assert status(city, ref) == "in_review"
    city.post("approver", f"/admin/definitions/{ref}/publish")
    assert status(city, ref) == "published"
    page = words(city.get("auditor", f"/admin/definitions/{ref}"))
    for told in ("Berlaku", "Definisi diterbitkan", "Definisi diajukan", "Definisi diimpor", "Cuti tahunan"):
        assert told in page


def test_a_version_is_sent_back_with_what_has_to_change(city):
    ref = imported(city)
    city.post("admin", f"/admin/definitions/{ref}/submit")
    city.post("approver", f"/admin/definitions/{ref}/send-back", 422, reason="")
    city.post("approver", f"/admin/definitions/{ref}/send-back", reason="Tambahkan cuti sakit.")
    assert status(city, ref) == "draft"
    assert "Tambahkan cuti sakit." in words(city.get("admin", f"/admin/definitions/{ref}"))


def test_a_step_that_does_not_fit_the_status_is_refused_on_its_page(city):
    ref = imported(city)
    city.post("approver", f"/admin/definitions/{ref}/publish", 422)
    city.post("approver", f"/admin/definitions/{ref}/retire", 422)
    assert status(city, ref) == "draft"


def test_a_published_version_is_retired_on_a_page_that_says_what_that_means(city):
    ref = city.definition()
    assert "Siklus baru tidak dapat memilihnya lagi." in words(city.get("admin", f"/admin/definitions/{ref}/retire"))
    city.post("admin", f"/admin/definitions/{ref}/retire")
    assert status(city, ref) == "retired"
    assert "basic_cycle 1" not in city.get("admin", "/admin/cycles/new").text


def test_a_score_is_imported_published_and_shown_with_its_weights_bands_and_mistakes(city):
    text = (SHIPPED / "scores/weighted_indicators.yaml").read_text()
    wrong = text.replace("weight: 20", "weight: 19.99")
    told = words(city.post("admin", "/admin/definitions/import", 422, do="import", text=wrong))
    assert "jumlah bobot semua bagian harus 100, sekarang 99,99" in told
    ref = city.post("admin", "/admin/definitions/import", do="import", text=text).location.rpartition("/")[2]
    city.post("admin", f"/admin/definitions/{ref}/submit")
    city.post("approver", f"/admin/definitions/{ref}/publish")
    page = words(city.get("auditor", f"/admin/definitions/{ref}"))
    for shown in ("Skor", "Produktivitas : 40%", "Kemampuan komunikasi : 20%", "Baik : Rentang mulai dari 76"):
        assert shown in page


def test_a_workflow_is_shown_as_picture_tables_and_document(still):
    answer = still.get("auditor", f"/admin/definitions/{still.definition()}")
    page = words(answer)
    assert '<svg class="flow' in answer.text and "Penyusunan SKP" in page
    for told in (
        "Kembalikan SKP",
        "Panel kalibrasi",
        "holders_of_grant",
        "tasks_done",
        "kind: workflow",
        "alasan wajib",
    ):
        assert told in page
    assert "Alisa Permatasari" in page and "Bobby Kurniawan" in page


def test_the_document_of_a_version_can_be_imported_again_and_is_the_version_it_is(city):
    for ref in city.all(select(DefinitionVersion.ref)):
        text = city.get("admin", f"/admin/definitions/{ref}/document.yaml").text
        checked = city.post("admin", "/admin/definitions/import", 200, do="check", text=text)
        assert "Ada " not in words(checked).split("Dokumen (YAML)")[0].replace("Tidak ada kesalahan", "")


def test_the_shipped_workflow_passes_the_check_of_the_page(city):
    text = (SHIPPED / "basic_cycle.yaml").read_text()
    city.post("admin", "/admin/definitions/import", 200, do="check", text=text)
