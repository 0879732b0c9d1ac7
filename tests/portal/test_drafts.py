"""Saving while others save too, without JavaScript and as the script does: joined where it can be, asked where not."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from flask import request
from sqlalchemy import update
from werkzeug.datastructures import MultiDict

from engine import cases
from engine.core.filling.marks import marks, to_text
from engine.store.queries import case_lists
from engine.store.tables.cases import Draft
from engine.web.forms import decode
from tests.browser.test_living_form import DEPENDS
from tests.portal.house import plain
from tests.portal.pages import OpenForm, choices
from tests.verbs.stage import PLAN, ROW
from tests.verbs.test_openings import WORKFLOW

TWO = {"targets": [{**ROW, "weight": "60"}, {**ROW, "indicator": "Keluhan", "weight": "40"}], "resources": "mobil"}


@pytest.fixture
def case(house):
    return house.case()


@pytest.fixture
def task(house, case):
    return house.task(case, "write_plan").ref


@pytest.fixture
def carol(house):
    return house.browser("carol")


@pytest.fixture
def begun(house, task):
    """A draft with two rows."""
    cases.save_draft(house.rt, task, TWO, actor=house.actor("carol"), seen=0)
    return task


def kept(house, task):
    return cases.draft_of(house.rt, task, actor=house.actor("carol"))


def windows(carol, task, count=2):
    return [OpenForm(carol, f"/tasks/{task}") for _ in range(count)]


def test_the_marks_of_a_page_are_those_of_what_it_posts_untouched(house, carol, case, begun):
    (page,) = windows(carol, begun, 1)
    with house.app.test_request_context(method="POST", data=MultiDict(page.fields)):
        found = house.see(case)
        raw = decode(found.digest, found.workflow.forms["plan"], request.form)
    shown = json.loads(page["_base"])
    assert "resources" in shown and shown == json.loads(to_text(marks({key: raw[key] for key in shown})))


def test_edits_of_different_fields_in_two_windows_are_joined_and_said(house, carol, begun):
    one, other = windows(carol, begun)
    one["targets-0-weight"] = "70"
    other["resources"] = "sepeda motor"
    assert one.posted().status_code == 303
    answer = other.posted()
    assert answer.status_code == 303
    page = plain(carol.get(answer.location))
    assert "Digabung dengan perubahan dari Anda sendiri di jendela lain" in page
    assert "Hasil kerja dan indikator, Baris 1, Bobot" in page
    assert (kept(house, begun)["targets"][0]["weight"], kept(house, begun)["resources"]) == ("70", "sepeda motor")


def test_a_row_that_another_window_added_or_moved_stays(house, carol, begun):
    one, other = windows(carol, begun)
    one.posted(do="copy:targets:0")
    one.posted(do="up:targets:1")
    other["targets-1-indicator"] = "Keluhan tertangani"
    other.posted()
    found = [row["indicator"] for row in kept(house, begun)["targets"]]
    assert sorted(found) == ["Keluhan tertangani", "Kunjungan K6", "Kunjungan K6"]


def test_the_same_field_in_two_windows_is_asked_and_nothing_is_written_before_the_choice(house, carol, begun):
    one, other = windows(carol, begun)
    one["resources"], other["resources"] = "dari jendela satu", "dari jendela dua"
    one["targets-1-weight"], other["targets-1-weight"] = "30", "35"
    one.posted()
    before = kept(house, begun)
    answer = other.posted()
    assert answer.status_code == 409 and kept(house, begun) == before
    asked = choices(answer.text)
    assert [(where, mine, theirs) for where, mine, theirs, _ in asked] == [
        ("Hasil kerja dan indikator, Baris 2, Bobot", "35", "30"),
        ("Dukungan sumber daya", "dari jendela dua", "dari jendela satu"),
    ]
    page = OpenForm(carol, f"/tasks/{begun}", form=f"/tasks/{begun}/draft", html=answer.text)
    page["_pick-1"], page["_pick-2"] = asked[0][3][0], asked[1][3][1]
    assert page.posted(do="choose").status_code == 303
    now = kept(house, begun)
    assert (now["targets"][1]["weight"], now["resources"]) == ("35", "dari jendela satu")


def test_a_choice_left_open_is_asked_again_and_keeps_the_choice_made(house, carol, begun):
    one, other = windows(carol, begun)
    one["resources"], other["resources"] = "satu", "dua"
    one["targets-1-weight"], other["targets-1-weight"] = "30", "35"
    one.posted()
    asked = other.posted()
    page = OpenForm(carol, f"/tasks/{begun}", form=f"/tasks/{begun}/draft", html=asked.text)
    page["_pick-1"] = choices(asked.text)[0][3][0]
    again = page.posted(do="choose")
    assert again.status_code == 409 and "Masih ada bagian yang belum dipilih" in plain(again.text)
    assert [where for where, *_ in choices(again.text)] == ["Dukungan sumber daya"]
    page = OpenForm(carol, f"/tasks/{begun}", form=f"/tasks/{begun}/draft", html=again.text)
    page["_pick-1"] = choices(again.text)[0][3][0]
    assert page.posted(do="choose").status_code in (303, 409)


@pytest.mark.parametrize(("button", "wanted"), [("choose:mine", ("35", "dua")), ("choose:theirs", ("30", "satu"))])
def test_one_button_takes_a_side_for_all(house, carol, begun, button, wanted):
    one, other = windows(carol, begun)
    one["resources"], other["resources"] = "satu", "dua"
    one["targets-1-weight"], other["targets-1-weight"] = "30", "35"
    one.posted()
    page = OpenForm(carol, f"/tasks/{begun}", form=f"/tasks/{begun}/draft", html=other.posted().text)
    assert page.posted(do=button).status_code == 303
    now = kept(house, begun)
    assert (now["targets"][1]["weight"], now["resources"]) == wanted


def test_a_choice_between_texts_that_have_changed_since_is_asked_anew(house, carol, begun):
    one, other = windows(carol, begun)
    one["resources"], other["resources"] = "satu", "dua"
    one.posted()
    asked = other.posted()
    page = OpenForm(carol, f"/tasks/{begun}", form=f"/tasks/{begun}/draft", html=asked.text)
    page["_pick-1"] = choices(asked.text)[0][3][1]
    three = OpenForm(carol, f"/tasks/{begun}")
    three["resources"] = "tiga"
    three.posted()
    again = page.posted(do="choose")
    assert again.status_code == 409 and choices(again.text)[0][1:3] == ("dua", "tiga")
    assert kept(house, begun)["resources"] == "tiga"


def test_a_page_knows_its_own_saving_whose_answer_was_lost(house, carol, begun):
    (page,) = windows(carol, begun, 1)
    page["resources"] = "setengah kal"
    page.posted(living=True, _turn="1")  # the answer never arrives: the page still names the version before
    page["resources"], page["_turn"] = "setengah kalimat lagi", "1"
    assert page.living().status_code == 200
    assert kept(house, begun)["resources"] == "setengah kalimat lagi"


def test_a_saving_that_was_overtaken_by_a_later_one_of_its_page_changes_nothing(house, carol, begun):
    (page,) = windows(carol, begun, 1)
    late = OpenForm(carol, f"/tasks/{begun}", html=page.html)
    page["resources"], page["_turn"] = "yang terbaru", "6"
    late["resources"], late["_turn"] = "yang lama", "4"
    assert page.living().status_code == 200 and late.living().status_code == 200
    assert kept(house, begun)["resources"] == "yang terbaru"


def test_what_was_joined_is_not_undone_by_a_page_that_has_not_heard_of_it(house, carol, begun):
    one, other = windows(carol, begun)
    one["targets-0-weight"] = "70"
    one.posted()
    other["resources"], other["_turn"] = "bus", "1"
    other.posted(living=True)  # joined, and the answer is lost
    other["resources"], other["_turn"] = "bus", "2"
    assert other.posted(living=True).status_code == 200
    assert (kept(house, begun)["targets"][0]["weight"], kept(house, begun)["resources"]) == ("70", "bus")


def test_a_living_page_is_given_what_others_wrote(house, carol, begun):
    one, other = windows(carol, begun)
    one["targets-0-weight"] = "70"
    one.living()
    other["resources"] = "bus"
    answer = other.living()
    assert "data-whole" in answer.text and 'value="70"' in answer.text and "Digabung dengan perubahan" in answer.text
    other["targets-0-weight"] = "70"
    assert "data-whole" not in other.living().text


def test_a_living_page_chooses_inside_its_own_form(house, carol, begun):
    one, other = windows(carol, begun)
    one["resources"], other["resources"] = "satu", "dua"
    one.living()
    answer = other.living()
    assert answer.status_code == 409 and '<template data-swap="#meeting">' in answer.text
    assert 'form="fill"' in answer.text and "<textarea" not in answer.text
    picked = other.living(**{"_pick-1": choices(answer.text)[0][3][0], "do": "choose"})
    assert picked.status_code == 200 and kept(house, begun)["resources"] == "dua"


def test_somebody_else_who_holds_the_task_too_is_named(house, begun, carol):
    mine = OpenForm(carol, f"/tasks/{begun}")
    cases.save_draft(house.rt, begun, {**TWO, "resources": "dari Dan"}, actor=house.actor("carol"), seen=1)
    with house.rt.db.begin() as db:
        db.execute(update(Draft.__table__).values(saved_by=house.person("dan").id))
    mine["resources"] = "dari Carol"
    page = plain(mine.posted().text)
    assert "Isian ini juga diubah oleh Dan" in page and "Yang sudah tersimpan (dari Dan)" in page


def test_what_was_checked_is_checked_again_when_it_changed_before_it_was_sent(house, case, carol, task):
    OpenForm(carol, f"/tasks/{task}")
    carol.fill(task, PLAN, 0, "check")
    check = OpenForm(carol, f"/tasks/{task}", form=f"/tasks/{task}/submission", html=carol.get(f"/tasks/{task}/check"))
    cases.save_draft(house.rt, task, {**PLAN, "resources": "tambahan"}, actor=house.actor("carol"), seen=1)
    answer = check.posted("submission")
    assert answer.location == f"/tasks/{task}/check"
    page = plain(carol.get(answer.location))
    assert "Isian berubah setelah Anda memeriksanya" in page and "tambahan" in page
    assert house.task(case, "write_plan").state == "open"


def test_a_task_that_is_over_stops_a_living_page_and_keeps_its_words(house, case, carol, task):
    (page,) = windows(carol, task, 1)
    house.send(case, "carol", "write_plan", PLAN)
    page["resources"] = "terlambat"
    answer = page.living()
    assert answer.status_code == 410 and "Isian ini tidak dapat disimpan lagi" in answer.text
    shown = page.posted()
    assert shown.status_code in (409, 422) and "terlambat" in shown.text


def test_without_marks_whatever_differs_is_asked(house, carol, begun):
    one, other = windows(carol, begun)
    one["resources"], other["targets-0-weight"] = "satu", "70"
    one.posted()
    for damaged in ("", "null", "[[[", '{"resources": 7}', "x" * 100):
        other["_base"] = damaged
        asked = other.posted()
        assert asked.status_code == 409
        assert {where for where, *_ in choices(asked.text)} == {
            "Hasil kerja dan indikator, Baris 1, Bobot", "Dukungan sumber daya",
        }  # fmt: skip


def test_forged_marks_show_nothing_of_fields_that_the_form_does_not_have(carol, begun):
    (page,) = windows(carol, begun, 1)
    page["_base"] = json.dumps({"nosuch": "abc123", "__class__": "x", "resources": "zzzzzz"})
    page["seen"] = "0"
    page["resources"] = "x"
    assert [where for where, *_ in choices(page.posted().text)] == ["Dukungan sumber daya"]


def test_what_a_device_kept_is_compared_and_nothing_is_written(house, carol, begun):
    old, now = windows(carol, begun)
    old["resources"], old["targets-0-weight"] = "di luar jaringan", "65"
    before = kept(house, begun)
    more = {"_restored": "abc", "_kept_at": "2026-03-02T01:42:00.000Z", "_showing": now["seen"]}
    answer = old.posted("kept", living=True, **more)
    assert answer.status_code == 200 and kept(house, begun) == before
    assert "belum tersimpan, dari" in answer.text and "2 Maret 2026 pukul 09.42" in plain(answer.text)
    asked = choices(answer.text)
    assert [row[:3] for row in asked] == [
        ("Hasil kerja dan indikator, Baris 1, Bobot", "65", "60"),
        ("Dukungan sumber daya", "di luar jaringan", "mobil"),
    ]
    assert answer.text.count(" checked") == 2  # what only the device changed is chosen already
    shown = answer.text.replace("template", "div")  # as the script puts it into the page
    form = OpenForm(carol, f"/tasks/{begun}", form=f"/tasks/{begun}/draft", html=shown)
    form["_pick-2"] = asked[1][3][1]
    assert form.posted(do="choose").location == f"/tasks/{begun}?restored=abc"
    assert (kept(house, begun)["targets"][0]["weight"], kept(house, begun)["resources"]) == ("65", "mobil")


def test_what_a_device_kept_and_the_server_has_is_not_offered(house, carol, begun):
    old, now = windows(carol, begun)
    old["resources"] = "terkirim saat ditutup"
    old.living()
    old["_turn"] = "1"
    answer = old.posted("kept", living=True, _restored="abc", _showing=now["seen"])
    assert "versions" not in answer.text and "data-whole" in answer.text and "terkirim saat ditutup" in answer.text
    assert old.posted("kept", living=True, _restored="abc", _showing=old["seen"]).text == ""


@pytest.mark.parametrize("odd", ["", "not a time", "9999-99-99", "0001-01-01T00:00:00+14:00", "2026-03-02"])
def test_odd_times_and_names_of_what_a_device_kept_are_left_out(carol, begun, odd):
    (page,) = windows(carol, begun, 1)
    page["resources"] = "x"
    answer = page.posted("kept", living=True, _restored="../<b>", _kept_at=odd, _showing="1")
    assert answer.status_code == 200 and "../<b>" not in answer.text and 'name="_restored" value=""' in answer.text


def test_nobody_else_compares_or_saves(house, begun, carol):
    (page,) = windows(carol, begun, 1)
    for name, status in (("erin", 403), ("mallory", 404)):
        other = house.browser(name)
        page["csrf_token"] = other.csrf
        assert page.posted("kept", client=other.client, living=True).status_code == status
        assert page.posted("draft", client=other.client, living=True).status_code == status


def test_a_hidden_question_keeps_its_answer(house, carol):
    version = house.publish(DEPENDS)
    cycle = house.open(version_ref=version.ref, name="Lain", period_start=date(2026, 1, 1))
    with house.rt.db.read() as db:
        case = case_lists.case_of(db, cycle.ref, house.person("carol").id)
    task = house.task(case, "write").ref
    page = OpenForm(carol, f"/tasks/{task}")
    page["done"] = "no_"
    page.posted()
    page = OpenForm(carol, f"/tasks/{task}")
    page["why"] = "kurang tenaga"
    page["done"] = "yes_"
    page.posted()
    page = OpenForm(carol, f"/tasks/{task}")
    assert "why" not in dict(page.fields)
    page["done"] = "no_"
    page.posted()
    assert dict(OpenForm(carol, f"/tasks/{task}").fields)["why"] == "kurang tenaga"
    assert kept(house, task)["done"] == "no_"


def test_however_many_windows_save_at_the_same_moment_no_row_is_lost(both_houses):
    task = both_houses.task(both_houses.case(), "write_plan").ref
    carol = both_houses.browser("carol")
    pages, gate = windows(carol, task, 8), threading.Barrier(8)

    def save(number):
        pages[number]["targets-0-indicator"] = f"Indikator {number}"
        gate.wait()
        return pages[number].living().status_code

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(save, range(8))) == [200] * 8
    rows = cases.draft_of(both_houses.rt, task, actor=both_houses.actor("carol"))["targets"]
    assert {row["indicator"] for row in rows} == {f"Indikator {number}" for number in range(8)}


def test_forged_marks_show_nothing_of_fields_that_the_writer_may_not_see(house, carol):
    version = house.publish(WORKFLOW)
    cycle = house.open(version_ref=version.ref, name="Dialog", period_start=date(2026, 1, 1))
    with house.rt.db.read() as db:
        case = case_lists.case_of(db, cycle.ref, house.person("carol").id)
    task = house.task(case, "write").ref
    page = OpenForm(carol, f"/tasks/{task}")
    assert "advice" not in page["_base"]
    cases.save_draft(house.rt, task, {"goal": "lain"}, actor=house.actor("carol"), seen=0)
    with house.rt.db.begin() as db:
        body = json.dumps({"advice": "rahasia atasan", "goal": "lain"})
        db.execute(update(Draft.__table__).values(body=body))
    page["goal"] = "punya saya"
    for forged in ('{"goal":"zzzzzz","advice":"zzzzzz"}', "", '{"advice":"zzzzzz"}'):
        page["_base"] = forged
        for answer in (page.posted(), page.posted(living=True), page.posted("kept", living=True, advice="tebakan")):
            assert "rahasia atasan" not in answer.text
    assert cases.draft_of(house.rt, task, actor=house.actor("carol")).get("advice") != "tebakan"


def test_a_living_page_is_given_a_field_that_may_be_edited_now(house, carol):
    version = house.publish(WORKFLOW)
    cycle = house.open(version_ref=version.ref, name="Dialog", period_start=date(2026, 1, 1))
    with house.rt.db.read() as db:
        case = case_lists.case_of(db, cycle.ref, house.person("carol").id)
    page = OpenForm(carol, f"/tasks/{house.task(case, 'write').ref}")
    assert "why" not in dict(page.fields)
    page["kind"] = "other"
    answer = page.living()
    assert 'name="why"' in answer.text and '"why":""' in page["_base"]


def test_text_of_another_side_is_shown_as_text(house, carol, begun):
    one, other = windows(carol, begun)
    one["resources"], other["resources"] = '"><script>alert(1)</script>', "</textarea><img src=x onerror=alert(2)>"
    one.posted()
    page = other.posted().text
    assert "<script>alert" not in page and "<img src=x" not in page and "&lt;img src=x" in page
