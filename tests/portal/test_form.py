"""The pages of a fill-task over HTTP, without JavaScript: rows, drafts, checking, sending; nothing typed is lost."""

import re

import pytest

from engine import cases
from tests.portal.house import as_posted, plain, value_of
from tests.verbs.stage import EVIDENCE, PLAN, RATING, ROW


@pytest.fixture
def case(house):
    return house.case()


@pytest.fixture
def task(house, case):
    return house.task(case, "write_plan").ref


@pytest.fixture
def carol(house):
    return house.browser("carol")


def kept(house, task):
    return cases.draft_of(house.rt, task, actor=house.actor("carol"))


def names_in(page):
    return re.findall(r'<(?:input|textarea|select)\b[^>]*\bname="(targets-\d+-result)"', page)


def test_an_empty_form_offers_a_first_row_with_labels_tied_to_its_fields(carol, task):
    page = carol.get(f"/tasks/{task}")
    assert names_in(page) == ["targets-0-result"]
    assert '<label class="form-label" for="f-targets-0-weight">Bobot</label>' in page
    assert 'id="f-targets-0-weight" name="targets-0-weight"' in page


def test_a_draft_keeps_whatever_was_typed(house, carol, task):
    odd = {"targets": [{**ROW, "weight": "dua puluh"}], "resources": "baris satu\r\nbaris dua"}
    assert carol.fill(task, odd, 0, "draft") == f"/tasks/{task}"
    page = carol.get(f"/tasks/{task}")
    assert value_of(page, "targets-0-weight") == "dua puluh" and "baris satu\r\nbaris dua" in page
    assert value_of(page, "seen") == "1" and "Draf tersimpan 2 Maret 2026 pukul 10.00 WITA" in plain(page)


ROWS = [{"result": name} for name in ("satu", "dua", "tiga")]
ACTS = [
    ("add:targets", ["satu", "dua", "tiga", None], "-3"),
    ("copy:targets:0", ["satu", "satu", "dua", "tiga"], "-1"),
    ("up:targets:2", ["satu", "tiga", "dua"], "-1"),
    ("up:targets:0", ["satu", "dua", "tiga"], "-0"),
    ("down:targets:0", ["dua", "satu", "tiga"], "-1"),
    ("down:targets:2", ["satu", "dua", "tiga"], "-2"),
    ("remove:targets:99", ["satu", "dua", "tiga"], ""),
    ("restore:targets:1", ["satu", "dua", "tiga"], "-1"),
    ("paste:targets", ["satu", "dua", "tiga"], "-0"),
    ("remove:resources:0", ["satu", "dua", "tiga"], None),
]


@pytest.mark.parametrize(("act", "rows", "place"), ACTS)
def test_a_row_button_works_by_posting_and_leads_to_its_row(house, carol, task, act, rows, place):
    to = carol.fill(task, {"targets": ROWS}, 0, "draft", do=act)
    assert to == f"/tasks/{task}" + (f"#f-targets{place}" if place is not None else "")
    assert [row.get("result") for row in kept(house, task)["targets"]] == rows
    assert len(names_in(carol.get(f"/tasks/{task}"))) == len(rows)


def test_a_removed_row_comes_back_as_long_as_nothing_else_was_saved(house, carol, task):
    page = carol.fill(task, {"targets": ROWS}, 0, "draft", 200, do="remove:targets:1")
    assert "Baris 2 dihapus." in plain(page) and value_of(page, "targets:removed-result") == "dua"
    back = {"do": "restore:targets:1", "targets:removed-result": "dua", "targets:removed-nosuch": "x"}
    carol.fill(task, {"targets": [ROWS[0], ROWS[2]]}, 1, "draft", **back)
    assert [row["result"] for row in kept(house, task)["targets"]] == ["satu", "dua", "tiga"]


def test_cells_of_a_spreadsheet_are_put_into_the_table_and_what_does_not_fit_is_told(house, carol, task):
    cells = "Rencana hasil kerja\tJenis\tBobot\nempat\tUtama\t12,5\nlima\tUtma\tx"
    sent = {"do": "paste:targets", "targets:paste": cells}
    page = plain(carol.fill(task, {"targets": ROWS}, 0, "draft", 200, **sent))
    assert "2 baris ditempel." in page and "Baris 5, Jenis : “Utma”" in page and "Baris 5, Bobot : “x”" in page
    *_, four, five = kept(house, task)["targets"]
    assert (four["result"], four["kind"], four["weight"]) == ("empat", "main", "12,5")
    assert (five["result"], five["weight"]) == ("lima", "x")


def test_cells_go_in_from_the_cell_that_was_named_and_rows_without_room_stay_in_the_box(house, carol, task):
    block = "\n".join(f"indikator {n}\t{n}%" for n in range(45))
    sent = {"do": "paste:targets:1:indicator", "targets:paste": block}
    page = carol.fill(task, {"targets": ROWS}, 0, "draft", 200, **sent)
    found = kept(house, task)["targets"]
    assert len(found) == 40 and (found[1]["result"], found[1]["indicator"]) == ("dua", "indikator 0")
    assert "indikator 39\t39%" in page and "39 baris ditempel." in plain(page)


def test_checking_names_every_mistake_at_its_field_and_in_the_summary(carol, task):
    wrong = {"targets": [{**ROW, "weight": "seratus"}, {**ROW, "result": "", "weight": "40"}]}
    page = carol.fill(task, wrong, 0, "check", 422)
    assert "<title>Salah: " in page and 'class="error-summary" role="alert" tabindex="-1" data-autofocus' in page
    assert '<a href="#f-targets-0-weight">Hasil kerja dan indikator, Baris 1, Bobot: ' in page
    assert '<a href="#f-targets-1-result">Hasil kerja dan indikator, Baris 2, Rencana hasil kerja: ' in page
    assert 'aria-describedby="f-targets-0-weight-error" aria-invalid="true" value="seratus"' in page
    assert value_of(page, "seen") == "1"  # it was kept all the same


def test_of_many_mistakes_the_first_ten_stand_in_the_summary_and_the_others_fold(carol, task):
    page = carol.fill(task, {"targets": [{**ROW, "weight": "seratus"} for _ in range(13)]}, 0, "check", 422)
    first, folded = re.search(r'class="error-summary".*?<ul>(.*?)</ul>.*?<ul>(.*?)</ul>', page, re.DOTALL).groups()
    told = [re.findall(r'<a href="#f-targets-(\d+)-weight">', each) for each in (first, folded)]
    assert told == [[str(n) for n in range(10)], ["10", "11", "12"]] and "<summary>3 hal lagi</summary>" in page


def test_a_rule_across_fields_is_told_at_the_fields_it_names(carol, task):
    page = carol.fill(task, {"targets": [{**ROW, "weight": "60"}]}, 0, "check", 422)
    assert '<a href="#f-targets">Hasil kerja dan indikator: Jumlah bobot seluruh hasil kerja harus 100%.</a>' in page
    assert 'id="f-targets-error"' in page and "Jumlah bobot 60%" in plain(page)


def test_good_answers_are_shown_once_more_with_links_back(carol, task):
    assert carol.fill(task, PLAN, 0, "check") == f"/tasks/{task}/check"
    page = carol.get(f"/tasks/{task}/check")
    assert f'<a href="/tasks/{task}#f-targets">Ubah' in page and f'<a href="/tasks/{task}#f-resources">Ubah' in page
    assert "Jumlah bobot 100" in plain(page) and "Tidak diisi" in page


def test_there_is_nothing_to_check_before_something_good_is_written(house, carol, task):
    assert carol.client.get(f"/tasks/{task}/check").headers["Location"] == f"/tasks/{task}"
    carol.fill(task, {"targets": []}, 0, "draft")
    assert carol.client.get(f"/tasks/{task}/check").headers["Location"] == f"/tasks/{task}"


def test_what_the_check_page_posts_is_what_was_typed(house, carol, task):
    typed = {**PLAN, "behaviour": [{"value": "loyal", "expectation": "<b>&\r\n\r\nsetia"}]}
    carol.fill(task, typed, 0, "check")
    page = carol.get(f"/tasks/{task}/check")
    fields = re.findall(r'<textarea hidden name="([^"]+)">\n(.*?)</textarea>', page, re.DOTALL)
    assert ("behaviour-0-expectation", "&lt;b&gt;&amp;\r\n\r\nsetia") in fields
    assert {name for name, _ in fields} == set(as_posted(typed))


def test_sending_answers_with_a_reference_and_who_has_it_now(house, carol, task):
    to = carol.fill(task, PLAN, 0)
    page = plain(carol.get(to))
    assert "Sasaran Kinerja Pegawai (SKP) sudah dikirim" in page and "Menunggu Erin (Pejabat Penilai Kinerja)" in page
    reference = re.search(r"Nomor rujukan ([A-Z0-9]{8}) ", page)[1]
    sent = plain(carol.get(to.removesuffix("/confirmation")))
    assert f"Nomor rujukan {reference}" in sent and "Dikirim oleh Carol" in sent and "Kunjungan K6" in sent


def test_a_double_click_sends_once_even_when_the_case_has_moved_on(house, case, carol, task):
    first = carol.fill(task, PLAN, 0, key="one-click-is-enough")
    assert carol.fill(task, PLAN, 0, key="one-click-is-enough") == first
    house.fire(case, "erin", "approve")
    before = house.count()
    assert carol.fill(task, PLAN, 0, key="one-click-is-enough") == first
    assert house.count() == before


def test_wrong_answers_cannot_be_sent_past_the_check(house, carol, task):
    before = house.count()
    page = carol.fill(task, {"targets": [{**ROW, "weight": "60"}]}, 0, status=422)
    assert "Jumlah bobot seluruh hasil kerja harus 100%." in page and house.count() == before


def test_what_is_typed_for_a_case_that_moved_on_is_shown_with_who_moved_it(house, case, carol, task):
    house.send(case, "carol", "write_plan", PLAN)
    house.fire(case, "erin", "approve")
    page = carol.fill(task, {**PLAN, "resources": "tulisan yang terlambat"}, 0, status=409)
    assert "tulisan yang terlambat" in page and "Ibu hamil terlayani" in page
    assert "Erin (Pejabat Penilai Kinerja) Tetapkan SKP" in plain(page)


def test_a_task_that_is_over_leads_to_its_case(house, case, carol, task):
    house.send(case, "carol", "write_plan", PLAN)
    for path in (f"/tasks/{task}", f"/tasks/{task}/check"):
        assert carol.client.get(path).headers["Location"] == f"/cases/{case}"
    assert "Tugas ini sudah selesai" in carol.get(f"/cases/{case}")


def test_a_decide_task_leads_to_the_page_of_its_case(house, case):
    erin, task = house.browser("erin"), house.task(case, "decide_plan").ref
    assert erin.client.get(f"/tasks/{task}").headers["Location"] == f"/cases/{case}"
    erin.fill(task, {}, 0, "draft", 404)


def test_only_its_holder_fills_a_form(house, task):
    for name in ("erin", "bob", "alice"):
        browser = house.browser(name)
        browser.get(f"/tasks/{task}", 403)
        browser.fill(task, PLAN, 0, "draft", 403)
        browser.fill(task, PLAN, 0, status=403)


def test_a_returned_form_begins_with_the_reason_and_with_what_was_sent(house, case, carol):
    house.send(case, "carol", "write_plan", PLAN)
    house.fire(case, "erin", "return_plan", reason="Bobot belum sesuai.")
    page = carol.get(f"/tasks/{house.task(case, 'write_plan').ref}")
    assert "“Bobot belum sesuai.” Erin (Pejabat Penilai Kinerja), 2 Maret 2026" in plain(page)
    assert value_of(page, "targets-0-weight") == "60" and value_of(page, "targets-1-weight") == "40"


def test_the_forms_that_a_task_shows_are_read_beside_it(house, case):
    house.walk(case, until="submit_evidence")
    page = plain(house.browser("erin").get(f"/tasks/{house.task(case, 'rate').ref}"))
    assert "Kunjungan K6" in page and "Register kohort" in page


def test_a_living_page_gets_its_new_version_and_its_sums(carol, task):
    live = {"headers": {"X-Fragment": "1"}}
    data = {**as_posted(PLAN), "seen": 0, "csrf_token": carol.csrf}
    answer = carol.client.post(f"/tasks/{task}/draft", data=data, **live)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200 and "<html" not in page
    assert '<template data-value="#seen">1</template>' in page
    assert '<template data-value="#base">{' in page.replace("&#34;", '"')


def test_unknown_fields_and_deep_rows_change_nothing(house, carol, task):
    odd = {"targets-0-nosuch": "x", "nosuch": "x", "targets-999999-result": "jauh", "targets-x-result": "y"}
    carol.post(f"/tasks/{task}/draft", {**odd, "seen": 0})
    assert [row["result"] for row in kept(house, task)["targets"]] == [None, "jauh"]


def test_a_submission_is_open_to_whom_its_form_is(house, case):
    house.walk(case, until="send_to_calibration")
    page = house.browser("erin").get(f"/cases/{case}")
    for path in set(re.findall(r"/submissions/\w+", page)):
        about = plain(house.browser("erin").get(path))
        may = 200 if "Rating kinerja" not in about.partition("Keterangan")[0] else 404
        house.browser("carol").get(path, may)
        house.browser("mallory").get(path, 404)
        house.browser("mallory").get(f"{path}/confirmation", 404)


def test_what_was_sent_keeps_the_wording_and_values_of_then(house, case):
    house.send(case, "carol", "write_plan", PLAN)
    house.fire(case, "erin", "return_plan", reason="x")
    house.send(case, "carol", "write_plan", {"targets": [{**ROW, "indicator": "Indikator baru", "weight": "100"}]})
    carol = house.browser("carol")
    *_, first = re.findall(r"/submissions/\w+", carol.get(f"/cases/{case}"))
    page = plain(carol.get(first))
    assert "Keluhan" in page and "Indikator baru" not in page and "Kiriman ke 1" in page


@pytest.mark.parametrize(("step", "answers"), [("write_plan", PLAN), ("collect", EVIDENCE), ("rate", RATING)])
def test_eight_questions_suffice_for_a_form(house, case, step, answers):
    until = {"write_plan": None, "collect": "begin_evidence", "rate": "submit_evidence"}[step]
    if until:
        house.walk(case, until=until)
    browser = house.browser("erin" if step == "rate" else "carol")
    task = house.task(case, step)
    browser.fill(task.ref, answers, 0, "draft")
    with house.counted() as asked:
        browser.get(f"/tasks/{task.ref}")
    assert len(asked) <= 8, "\n".join(asked)
