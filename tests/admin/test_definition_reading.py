"""What a version changes, and its procedure book: for whoever oversees, designs, or takes part in a case."""

import re

import pytest
from sqlalchemy import select

from engine import definitions, designs
from engine.core.designing.edits import Put
from engine.store.tables import DefinitionVersion, Person
from tests.admin.city import words
from tests.pdf import says, text_of
from wsgi import SHIPPED

DEADLINE = "Batas waktu “Susun SKP” berubah dari 31 Januari menjadi 15 Februari."
CONDITION = (
    "Langkah “Tetapkan SKP”: syaratnya berubah."
    " Dulu: Tidak ada orang yang memegang lebih dari satu peran ini: Pegawai dan Pejabat Penilai Kinerja."
    " Kini: Tidak ada orang yang memegang lebih dari satu peran ini: Pegawai dan Panel kalibrasi."
)


def first(city):
    return city.one(select(DefinitionVersion.ref).where(DefinitionVersion.key == "basic_cycle"))


def second(city):
    """A version with another deadline and another condition, in review."""
    text = (SHIPPED / "basic_cycle.yaml").read_text()
    text = text.replace('due: {on: "01-31", of: period}', 'due: {on: "02-15", of: period}')
    text = text.replace("{roles: [employee, supervisor]}", "{roles: [employee, panel]}", 1)
    version = definitions.import_document(city.rt, text, actor=city.actor("admin"), source="cycle.yaml")
    return definitions.submit_for_review(city.rt, version.ref, actor=city.actor("admin")).ref


def test_who_reviews_a_version_reads_what_it_changes_and_how_many_cases_run_on_the_old_one(city):
    ref = second(city)
    version = words(city.get("approver", f"/admin/definitions/{ref}"))
    assert DEADLINE in version and "2 perbedaan" in version
    city.get("auditor", f"/admin/definitions/{ref}/compare")
    with city.counted() as statements:
        page = words(city.get("auditor", f"/admin/definitions/{ref}/compare"))
    assert len(statements) <= 14
    assert DEADLINE in page and CONDITION in page and "Peran dan hak membaca" not in page
    assert re.search(r"\d+ evaluasi masih berjalan", page)
    other = words(city.get("admin", f"/admin/definitions/{ref}/compare?with={first(city)}&open=all", "en"))
    assert "The deadline of “Write the plan” changed from 31 January to 15 February." in other
    assert "31 January 15 February" in other, "old and new stand side by side"


def test_the_first_version_has_nothing_to_be_compared_with(still):
    assert "Belum ada versi lain" in words(still.get("admin", f"/admin/definitions/{first(still)}/compare"))
    lists = still.one(select(DefinitionVersion.ref).where(DefinitionVersion.kind == "codelist"))
    assert "Belum ada versi lain" in words(still.get("admin", f"/admin/definitions/{lists}/compare"))
    still.get("admin", f"/admin/definitions/{lists}/book", status=404)


def test_a_design_is_compared_with_the_version_it_came_from_and_has_its_book(city):
    admin = city.actor("admin")
    ref = designs.begin_from_version(city.rt, first(city), actor=admin)
    assert "Tidak ada perbedaan" in words(city.get("admin", f"/admin/designs/{ref}/compare"))
    deadline = {"on": "02-15", "of": "period"}
    edit = Put("states.plan_drafted.tasks.write_plan.due", deadline, {"on": "01-31", "of": "period"})
    designs.edit(city.rt, ref, [edit], actor=admin)
    for path in ("compare", "book"):
        with city.counted() as statements:
            page = words(city.get("admin", f"/admin/designs/{ref}/{path}"))
        assert len(statements) <= 14, path
        assert (DEADLINE if path == "compare" else "15 Februari") in page
    broken = Put("states.plan_drafted.tasks.write_plan.role", "nobody", "employee")
    designs.edit(city.rt, ref, [broken], actor=admin)
    assert "Rancangan ini masih memuat kesalahan." in words(city.get("admin", f"/admin/designs/{ref}/book"))


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_book_of_a_version_is_a_page_and_a_pdf(still, language):
    path = f"/admin/definitions/{first(still)}/book"
    still.get("auditor", path)
    with still.counted() as statements:
        page = words(still.get("auditor", path, language))
    assert len(statements) <= 14
    role = {"id": "Tugas Pejabat Penilai Kinerja", "en": "What is done by: Supervisor"}[language]
    assert role in page
    answer = still.get("auditor", f"{path}.pdf", language)
    assert (
        answer.mimetype == "application/pdf"
        and f"basic_cycle-1-{language}.pdf" in answer.headers["Content-Disposition"]
    )
    printed = text_of(answer.data)
    days = {"id": "7 hari kerja sejak tugas diterima", "en": "7 working days after the task is received"}[language]
    assert says(printed, role) and says(printed, days)


def test_who_takes_part_reads_how_it_works_and_nobody_is_named_in_it(still):
    case = still.case("employee")
    assert f"/cases/{case}/book" in still.get("employee", f"/cases/{case}").text
    still.get("employee", f"/cases/{case}/book")
    with still.counted() as statements:
        answer = still.get("employee", f"/cases/{case}/book")
    assert len(statements) <= 16
    page = words(answer)
    assert "Kalender batas waktu" in page and "Bila terlambat" in page
    own = still.actor("employee").name
    names = still.all(select(Person.name))
    assert [name for name in names if name in page and name != own] == []
    still.get("stranger", f"/cases/{case}/book", status=404)
    still.get("stranger", f"/cases/{case}/book.pdf", status=404)


def test_a_version_leads_to_the_case_in_which_it_is_reviewed(city):
    review = definitions.import_document(
        city.rt, (SHIPPED / "definition_review.yaml").read_bytes(), actor=city.actor("admin"), source="review.yaml"
    )
    definitions.submit_for_review(city.rt, review.ref, actor=city.actor("admin"))
    definitions.publish(city.rt, review.ref, actor=city.actor("approver"))
    page = city.get("approver", f"/admin/definitions/{second(city)}").text
    case = re.search(r'href="(/cases/\w+)">[^/]*(?:<[^>]+>)*[^<]*Buka pemeriksaan', page)
    assert case is not None
    reviewed = words(city.get("approver", case[1]))
    assert "Periksa definisi" in reviewed and "Terbitkan" in reviewed
