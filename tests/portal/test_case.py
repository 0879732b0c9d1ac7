"""The page of a case: where it stands, what each may do and see, what happened; and the acts posted from it."""

import re
from datetime import date

import pytest

from engine import grants
from tests.portal.house import plain
from tests.verbs.stage import PLAN
from tests.verbs.test_outbox import drain, replace_erin_by_bob

RETURNED = "Target pada baris 2 belum terukur."


@pytest.fixture
def sent(house):
    """A case whose plan is with the superior."""
    case = house.case()
    house.send(case, "carol", "write_plan", PLAN)
    return case


def test_the_page_says_where_the_case_stands_and_who_has_it(house, sent):
    page = plain(house.browser("carol").get(f"/cases/{sent}"))
    assert "Penyusunan SKP Berjalan Sejak 2 Maret 2026 pukul 10.00 WITA" in page
    assert "Putuskan SKP Erin (Pejabat Penilai Kinerja) 11 Maret 2026 9 hari lagi" in page
    assert "Giliran Anda" not in page


def test_what_is_not_possible_now_is_shown_with_every_reason(house):
    case = house.case()
    page = plain(house.browser("erin").get(f"/cases/{case}"))
    assert "Tetapkan SKP Belum dapat dilakukan Menunggu tugas lain selesai lebih dahulu: Susun SKP." in page
    assert "Masih ada formulir yang belum dikirim: Susun SKP." in page
    assert "Jumlah bobot seluruh hasil kerja harus 100%." in page


def test_a_decision_moves_the_case_and_says_so(house, sent):
    erin = house.browser("erin")
    to = erin.fire(sent, "approve", 1)
    assert to == f"/cases/{sent}"
    page = plain(erin.get(to))
    assert "Keputusan Anda sudah dicatat" in page and "SKP ditetapkan Berjalan" in page
    assert "Erin (Pejabat Penilai Kinerja) Tetapkan SKP: Penyusunan SKP → SKP ditetapkan 2 Maret 2026" in page


def test_a_missing_reason_is_asked_for_on_the_same_page(house, sent):
    erin = house.browser("erin")
    page = erin.fire(sent, "return_plan", 1, status=422)
    assert "<title>Salah:" in page
    assert '<a href="#move-return_plan-reason">Tuliskan alasannya.</a>' in page


def test_a_refusal_lists_every_reason_and_keeps_what_was_typed(house):
    case = house.case()
    page = house.browser("erin").fire(case, "approve", 1, status=422)
    assert len(re.findall(r'<a href="#move-approve">', page)) >= 2


def test_a_reason_that_is_too_long_is_kept_and_refused(house, sent):
    page = house.browser("erin").fire(sent, "return_plan", 1, "terlalu panjang " * 300, status=422)
    assert "terlalu panjang terlalu panjang" in page and "4.000" in page


def test_a_stale_page_is_told_who_did_what_and_keeps_the_typed_reason(house, sent):
    house.fire(sent, "erin", "return_plan", reason=RETURNED)
    house.send(sent, "carol", "write_plan", PLAN)
    page = house.browser("erin").fire(sent, "return_plan", 1, "Alasan dari halaman lama", status=409)
    seen = plain(page)
    assert "Evaluasi ini sudah berubah sejak Anda membuka halamannya" in seen
    assert "Erin (Pejabat Penilai Kinerja) Kembalikan SKP: Penyusunan SKP → Penyusunan SKP" in seen
    assert page.count("Alasan dari halaman lama") == 2  # kept apart, and in the field of the fresh page
    assert house.see(sent).view.version == 2


def test_a_double_click_has_one_effect(house, sent):
    erin = house.browser("erin")
    before = house.count()
    first = erin.fire(sent, "approve", 1, key="the-same-key-twice")
    second = erin.fire(sent, "approve", 1, key="the-same-key-twice")
    assert first == second and house.count() == before + 1


def test_a_key_that_comes_back_with_another_act_is_refused(house, sent):
    erin = house.browser("erin")
    erin.fire(sent, "approve", 1, key="the-same-key-twice")
    erin.fire(sent, "reopen_plan", 2, "x", key="the-same-key-twice", status=422)


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 30])
def test_a_page_without_its_version_is_refused_without_effect(house, sent, seen):
    house.browser("erin").fire(sent, "approve", seen, status=400)
    assert house.see(sent).view.version == 1


def test_somebody_else_of_the_case_may_not_decide(house, sent):
    for name in ("carol", "bob", "alice"):
        house.browser(name).fire(sent, "approve", 1, status=403)
    house.browser("carol").fire(sent, "no_such_transition", 1, status=404)
    assert house.see(sent).view.version == 1


def test_a_stranger_finds_no_page_and_leaves_only_his_denial(house, sent):
    before, mallory = house.count(), house.browser("mallory")
    task = house.task(sent, "write_plan").ref
    for path in (f"/cases/{sent}", f"/tasks/{task}", f"/tasks/{task}/check", "/cases/nosuchcase", "/tasks/nosuchtask"):
        page = mallory.get(path, 404)
        assert "Carol" not in plain(page)
    mallory.fire(sent, "approve", 1, status=404)
    mallory.post(f"/cases/{sent}/comments", {"comment": "Halo", "key": "k" * 20}, 404)
    mallory.fill(task, PLAN, 0, status=404)
    assert house.count() == before


def test_a_comment_is_added_once_and_escaped(house, sent):
    carol = house.browser("carol")
    data = {"comment": "Sudah <b>siap</b>?\nTerima kasih.", "key": "comment-key-one"}
    to = carol.post(f"/cases/{sent}/comments", data)
    assert to == carol.post(f"/cases/{sent}/comments", data) == f"/cases/{sent}#history"
    page = house.browser("erin").get(f"/cases/{sent}")
    assert page.count("Sudah &lt;b&gt;siap&lt;/b&gt;?") == 1
    assert "Carol menulis komentar" in plain(page)


def test_an_empty_comment_is_refused_at_its_field(house, sent):
    page = house.browser("carol").post(f"/cases/{sent}/comments", {"comment": "  ", "key": "k" * 20}, 400)
    assert 'id="comment-error"' in page and '<a href="#comment">' in page


def test_the_history_links_what_was_sent_only_for_whom_it_is_open(house, sent):
    assert "/submissions/" in house.browser("erin").get(f"/cases/{sent}")
    assert "/submissions/" not in house.browser("bob").get(f"/cases/{sent}")


def test_the_system_is_told_from_people_in_the_history(house, sent):
    page = house.browser("carol").get(f"/cases/{sent}")
    assert 'class="event event-system"' not in page
    assert "<strong>Alice</strong>" in page and "<time datetime=" in page


def test_the_result_is_shown_with_its_cell_and_not_before_its_form_may_be_read(house):
    case = house.case()
    house.walk(case, until="send_to_calibration")
    assert "Predikat" not in plain(house.browser("carol").get(f"/cases/{case}")).partition("Alur dan")[0]
    panel = plain(house.browser("bob").get(f"/cases/{case}"))
    assert "Predikat kinerja pegawai Belum ditetapkan Baik" in panel
    house.fire(case, "bob", "finalize")
    page = house.browser("carol").get(f"/cases/{case}")
    assert "Hasil kerja di atas ekspektasi × Perilaku kerja sesuai ekspektasi" in plain(page)
    (cell,) = re.findall(r'<td class="matrix-here">(.*?)</td>', page)
    assert plain(cell).strip() == "Baik (sel yang berlaku)"
    assert "Belum ditetapkan" not in page


def test_the_diagram_shows_the_path_taken(house, sent):
    house.fire(sent, "erin", "return_plan", reason=RETURNED)
    house.send(sent, "carol", "write_plan", PLAN)
    house.fire(sent, "erin", "approve")
    page = plain(house.browser("carol").get(f"/cases/{sent}"))
    assert "Penyusunan SKP Kembalikan SKP Penyusunan SKP 1×" in page
    assert "Penyusunan SKP Tetapkan SKP SKP ditetapkan 1×" in page


@pytest.mark.parametrize("name", ["carol", "erin", "bob", "alice", "frank"])
def test_twelve_questions_suffice_for_the_page_of_a_case(house, name):
    case = house.case()
    house.walk(case, until="rate")
    house.fire(case, "erin", "return_evidence", reason=RETURNED)
    browser = house.browser(name)
    with house.counted() as asked:
        browser.get(f"/cases/{case}")
    assert len(asked) <= 12, "\n".join(asked)


def test_an_auditor_reads_everything_and_is_offered_no_act(house):
    case = house.case()
    house.walk(case, until="rate")
    grants.grant(house.rt, actor=house.actor("alice"), person_ref=house.ref("mallory"), role="auditor",
                 unit_ref=house.unit("city").ref, starts_on=date(2026, 1, 1))  # fmt: skip
    page = house.browser("mallory").get(f"/cases/{case}")
    assert "Melampaui target." in page and "Kunjungan K6" in page
    assert re.findall(r'action="/cases/[^"]*"', page) == [f'action="/cases/{case}/prints"'] and "/tasks/" not in page


def test_a_change_of_posts_is_told_as_an_act_of_the_system(house, sent):
    drain(house)
    replace_erin_by_bob(house)
    drain(house)
    page = house.browser("carol").get(f"/cases/{sent}")
    assert 'class="event event-system"' in page and "Sistem menyesuaikan pemegang tugas" in plain(page)
    house.browser("erin").get(f"/cases/{sent}", 404)
    assert "Menunggu keputusan Anda" in house.browser("bob").get("/")
