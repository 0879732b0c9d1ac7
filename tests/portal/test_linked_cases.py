"""A year with four quarterly cases, driven over HTTP: it waits for them, reads them, and each page names the other."""

import json
import re
from datetime import UTC, datetime
from secrets import token_hex

import pytest
from sqlalchemy import select

from engine import ledger, outbox, schedule
from engine.store.tables.ledger import Event
from tests.core.definitions import CORPUS
from tests.portal.house import plain
from tests.verbs.test_linked import DAILIES, WORKS

LINK = re.compile(r'href="(/cases/[a-z2-7]{26})"')
NOVEMBER = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)


@pytest.fixture
def year(house):
    """The town with a year of quarters, whose plan Carol has written and Erin has agreed."""
    for key in ("quarterly_review", "objection", "year_of_quarters"):
        house.version = house.publish((CORPUS / f"valid/{key}.yaml").read_bytes(), key)
    case = house.case()
    house.browser("carol").fill(house.task(case, "write").ref, {"target": "65"}, 0)
    house.browser("erin").fire(case, "begin", 1)
    return house, case


def night(house, moment):
    house.now = moment
    schedule.Clock(lambda: DAILIES, every=0).tick(house.rt)
    work(house)


def work(house):
    while outbox.sweep(house.rt, WORKS):
        pass


def beside(page):
    """The paths of the cases that stand in the table beside a case."""
    found = re.search(r'<section class="panel" id="beside".*?</section>', page, re.DOTALL)
    return LINK.findall(found[0]) if found else []


def rate(house, path, score):
    """Erin rates a quarter and closes it."""
    erin, ref = house.browser("erin"), path.removeprefix("/cases/")
    erin.fill(house.task(ref, "rate").ref, {"score": score}, 0)
    erin.fire(ref, "finish", 1)
    work(house)


def leaves(house, ref, kind):
    query = select(Event.leaf).where(Event.stream == f"case:{ref}", Event.kind == kind).order_by(Event.seq)
    with house.rt.db.read() as db:
        return [json.loads(leaf) for leaf in db.execute(query).scalars()]


def test_a_year_ends_after_its_four_quarters_reads_them_and_both_trails_name_each_other(year):
    house, case = year
    (first,) = beside(house.browser("carol").get(f"/cases/{case}"))
    night(house, NOVEMBER)
    erin = house.browser("erin")
    quarters = beside(erin.get(f"/cases/{case}"))
    assert quarters[0] == first and len(quarters) == 4
    for path, score in zip(quarters[:3], ("60", "70", "80"), strict=True):
        rate(house, path, score)
    page = plain(erin.get(f"/cases/{case}"))
    assert "Evaluasi ini masih menunggu 1 evaluasi lain: Evaluasi triwulan" in page
    erin.fire(case, "close", 2, status=422)
    rate(house, quarters[3], "40")
    refused = plain(erin.fire(case, "close", 2, status=422))
    assert "Rata-rata nilai triwulan di bawah target." in refused, "62.5 of 65"
    erin.fire(case, "send_back", 2, reason="Turunkan target.")
    house.browser("carol").fill(house.task(case, "write").ref, {"target": "60"}, 0)
    erin.fire(case, "begin", 3)
    erin.fire(case, "close", 4)
    assert house.see(case).view.state == "closed"
    told, ended = leaves(house, case, "case.linked"), leaves(house, case, "case.child_ended")
    assert [f"/cases/{leaf['public']['case']}" for leaf in told] == quarters
    assert [leaf["public"]["case"] for leaf in ended] == [leaf["public"]["case"] for leaf in told]
    for leaf in told:
        (began,) = leaves(house, leaf["public"]["case"], "case.started")
        assert began["public"]["parent"] == {"case": case, "event": leaf["ref"], "link": "quarters"}
        assert began["ref"] == leaf["public"]["event"]
    ledger.verify(house.rt.db)


def test_each_page_names_the_other_and_says_who_holds_it(year):
    house, case = year
    carol = house.browser("carol")
    page = carol.get(f"/cases/{case}")
    said = plain(page)
    assert "Evaluasi triwulan 1 Januari 2026 sampai 31 Maret 2026 Penilaian Erin" in said
    assert "Erin membuka Evaluasi triwulan mulai 1 Januari 2026" in said
    (child,) = beside(page)
    said = plain(carol.get(child))
    assert "Bagian dari Siklus setahun dengan evaluasi triwulan · Evaluasi 2026 Pelaksanaan" in said
    assert LINK.findall(carol.get(child))[0] == f"/cases/{case}"
    inbox = plain(house.browser("erin").get("/"))
    assert "Evaluasi 2026 – Evaluasi triwulan 01/01/2026–31/03/2026" in inbox


def test_a_case_with_many_beside_it_asks_no_more_than_with_one(year):
    house, case = year
    house.browser("erin").get(f"/cases/{case}")
    with house.counted() as few:
        house.browser("erin").get(f"/cases/{case}")
    night(house, NOVEMBER)
    erin = house.browser("erin")
    with house.counted() as many:
        house.browser("erin").get(f"/cases/{case}")
    assert len(many) == len(few)
    assert len(beside(erin.get(f"/cases/{case}"))) == 4


def test_an_objection_is_opened_by_its_button_and_stands_beside_the_case(year):
    house, case = year
    night(house, NOVEMBER)
    for path in beside(house.browser("erin").get(f"/cases/{case}")):
        rate(house, path, "90")
    house.browser("erin").fire(case, "close", 2)
    carol = house.browser("carol")
    assert "Buka: Keberatan" in plain(carol.get(f"/cases/{case}"))
    assert "Buka: Keberatan" not in plain(house.browser("erin").get(f"/cases/{case}"))
    path = carol.post(f"/cases/{case}/follow-ups/objection", {"key": token_hex(10)})
    assert "Jelaskan keberatan" in plain(carol.get(path))
    page = carol.get(f"/cases/{case}")
    assert path in beside(page) and "Buka: Keberatan" not in plain(page)
    carol.post(f"/cases/{case}/follow-ups/objection", {"key": token_hex(10)}, status=422)
    house.browser("mallory").post(f"/cases/{case}/follow-ups/objection", {"key": token_hex(10)}, status=404)


SCORE = """
results:
  mean:
    label: {id: Rata-rata triwulan, en: Mean of the quarters}
    method: weighted
    parts: {only: {label: {id: Triwulan, en: Quarters}, weight: 100, value: average(children.quarters.rating.score)}}
    bands: {poor: {label: {id: Lemah, en: Poor}}, good: {label: {id: Memuaskan, en: Satisfying}, from: 50}}
"""
CLOSED_QUARTER = ("{employee: [finished], supervisor", "{supervisor")


def test_a_result_over_quarters_whose_forms_are_closed_is_not_told_before_the_year_is_over(house):
    texts = {key: (CORPUS / f"valid/{key}.yaml").read_text() for key in ("quarterly_review", "objection")}
    texts["quarterly_review"] = texts["quarterly_review"].replace(*CLOSED_QUARTER)
    year = (CORPUS / "valid/year_of_quarters.yaml").read_text() + SCORE
    again = "  again: {label: {id: Lanjutkan, en: Go on}, from: running, to: running}\n"
    year = year.replace("  close:\n", again + "  close:\n").replace("[close, send_back]", "[close, again, send_back]")
    for key, text in {**texts, "year_of_quarters": year}.items():
        house.version = house.publish(text.encode(), key)
    case = house.case()
    carol, erin = house.browser("carol"), house.browser("erin")
    carol.fill(house.task(case, "write").ref, {"target": "60"}, 0)
    erin.fire(case, "begin", 1)
    night(house, NOVEMBER)
    carol, erin = house.browser("carol"), house.browser("erin")
    for path in beside(erin.get(f"/cases/{case}")):
        rate(house, path, "71.25")
        assert "71,25" not in plain(carol.get(path))
    erin.fire(case, "again", 2)
    assert house.see(case).view.results["mean"].value == "good"
    for reader in ("carol", "erin", "alice"):
        page = plain(house.browser(reader).get(f"/cases/{case}"))
        assert "Rata-rata triwulan" not in page and "71,25" not in page, reader
    erin.fire(case, "close", 3)
    assert "Rata-rata triwulan" in plain(carol.get(f"/cases/{case}"))


def test_a_result_over_a_field_that_is_kept_to_some_is_told_to_them_alone(house):
    """The score is kept to the supervisor; the employee reads it in no quarter, nor its average at the end."""
    texts = {key: (CORPUS / f"valid/{key}.yaml").read_text() for key in ("quarterly_review", "objection")}
    texts["quarterly_review"] = texts["quarterly_review"].replace(
        "type: number, required: true", "type: number, seen_by: {supervisor: [rated, finished]}, required: true"
    )
    year = (CORPUS / "valid/year_of_quarters.yaml").read_text() + SCORE
    for key, text in {**texts, "year_of_quarters": year.replace("every: quarter, ", "")}.items():
        house.version = house.publish(text.encode(), key)
    case = house.case()
    house.browser("carol").fill(house.task(case, "write").ref, {"target": "60"}, 0)
    erin = house.browser("erin")
    erin.fire(case, "begin", 1)
    (path,) = beside(erin.get(f"/cases/{case}"))
    rate(house, path, "71.25")
    erin.fire(case, "close", 2)
    assert house.see(case).view.results["mean"].value == "good"
    told = {name: plain(house.browser(name).get(f"/cases/{case}")) for name in ("erin", "carol", "alice")}
    assert [name for name, page in told.items() if "Rata-rata triwulan" in page] == ["erin"]
    assert "71,25" not in told["carol"] + told["alice"]


def test_who_may_not_open_a_case_reads_its_name_its_period_and_whether_it_is_over(house):
    """The quarters are about Erin, so that Carol, whose year it is, has no part in them."""
    year = (CORPUS / "valid/year_of_quarters.yaml").read_text()
    year = year.replace("workflow: quarterly_review, every", "workflow: quarterly_review, about: supervisor, every")
    for key in ("quarterly_review", "objection"):
        house.publish((CORPUS / f"valid/{key}.yaml").read_bytes(), key)
    house.version = house.publish(year.encode(), "year_of_quarters")
    case = house.case()
    house.browser("carol").fill(house.task(case, "write").ref, {"target": "60"}, 0)
    house.browser("erin").fire(case, "begin", 1)
    shown, hidden = (house.browser(name).get(f"/cases/{case}") for name in ("erin", "carol"))
    assert "mengenai Erin" in table_of(shown) and "Penilaian" in table_of(shown) and len(beside(shown)) == 1
    assert "Evaluasi triwulan 1 Januari 2026 sampai 31 Maret 2026 berjalan" in table_of(hidden)
    assert not beside(hidden)
    assert not [word for word in ("Erin", "Bob", "Penilaian") if word in table_of(hidden)]


def table_of(page):
    return plain(re.search(r'<section class="panel" id="beside".*?</section>', page, re.DOTALL)[0])
