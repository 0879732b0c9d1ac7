"""The pages of an import: example files that are right as they come, the report in few statements, files of others."""

import io

import pytest

import wsgi
from engine import outbox
from tests import planted
from tests.admin.city import words

KINDS = ("units", "posts", "people", "appointments")


def upload(city, kind, content, who="admin", name="berkas.csv"):
    """Upload a file and agree to its columns as they were guessed; answers the page of the report."""
    form = {"csrf_token": city.csrf(who), "key": f"upload-of-{kind}-{len(content)}", "kind": kind}
    sent = {**form, "file": (io.BytesIO(content), name)}
    answer = city.client(who).post("/admin/imports/new", data=sent, content_type="multipart/form-data")
    assert answer.status_code == 303, words(answer)
    path = answer.location.removesuffix("/columns")
    page = city.client(who).get(answer.location).get_data(as_text=True)
    city.post(who, f"{path}/columns", **chosen(page), dates="iso")
    return path


def chosen(page):
    """What the selects of the step of columns stand on."""
    found = {}
    for control in page.split("<select")[1:]:
        name = control.partition('name="')[2].partition('"')[0]
        for option in control.partition("</select>")[0].split("<option")[1:]:
            if " selected" in option.partition(">")[0]:
                found[name] = option.partition('value="')[2].partition('"')[0]
    return found


@pytest.mark.parametrize(("ending", "language"), [("csv", "id"), ("xlsx", "en")])
def test_the_example_files_come_in_as_they_are_one_after_the_other(city, ending, language):
    for kind in KINDS:
        content = city.get("admin", f"/admin/imports/examples/{kind}.{ending}", language).data
        path = upload(city, kind, content, name=f"{kind}.{ending}")
        page = city.get("admin", path).get_data(as_text=True)
        assert 'show=wrong"' in page
        frozen = city.get("admin", f"{path}/confirm").get_data(as_text=True).partition('name="frozen" value="')[2]
        city.post("admin", f"{path}/confirm", frozen=frozen.partition('"')[0])
        while outbox.sweep(city.rt, wsgi.build_works()):
            pass
        assert "Impor selesai Jumlah yang ditolak saat diimpor: 0" in words(city.get("admin", path))
        assert "0 Salah" in words(city.get("admin", path))


def test_the_report_is_few_statements_however_many_rows_are_wrong(city):
    paths = [upload(city, "people", planted.people(rows, faults).csv()) for rows, faults in ((30, 12), (900, 400))]
    counts = []
    for path in paths:
        with city.counted() as seen:
            city.get("admin", path)
        counts.append(len(seen))
    assert counts[0] == counts[1] <= 12
    assert len(city.get("admin", paths[1]).data) < 150_000
    assert len(city.get("admin", f"{paths[1]}/report.csv?rows=wrong").get_data(as_text=True).splitlines()) > 400


def test_a_file_is_for_who_brought_it_and_for_who_administers_everything(city):
    mine = upload(city, "people", planted.people(12, 0).csv(), who="dinkes_admin")
    assert city.get("admin", mine)
    other = upload(city, "people", planted.people(13, 0).csv())
    for page in ("", "/columns", "/confirm", "/drop", "/report.csv"):
        city.get("dinkes_admin", other + page, status=404)
    assert "berkas.csv" in words(city.get("dinkes_admin", "/admin/imports/"))
    assert words(city.get("dinkes_admin", "/admin/imports/")).count("berkas.csv") == 1


def test_what_is_no_file_and_columns_that_are_missing_are_told_beside_their_control(city):
    refused = city.post("admin", "/admin/imports/new", status=422, kind="people")
    assert "Pilih dahulu berkasnya" in words(refused)
    sent = {"csrf_token": city.csrf("admin"), "key": "a-key-of-a-file", "kind": "people"}
    broken = {**sent, "file": (io.BytesIO(b"PK\x03\x04none"), "x.xlsx")}
    answer = city.client("admin").post("/admin/imports/new", data=broken, content_type="multipart/form-data")
    assert (answer.status_code, "tidak dapat dibaca" in words(answer)) == (422, True)
    path = upload(city, "people", planted.people(12, 0).csv())
    missing = city.post("admin", f"{path}/columns", status=422, dates="iso", **{"to-nip": "0"})
    assert "Kolom ini wajib" in words(missing)


def test_a_dropped_file_is_gone_from_its_page(city):
    path = upload(city, "people", planted.people(12, 0).csv())
    city.post("admin", f"{path}/drop")
    assert "Berkas dibuang" in words(city.get("admin", path))
    assert city.get("admin", f"{path}/columns", status=404)
