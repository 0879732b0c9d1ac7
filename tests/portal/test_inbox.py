"""My tasks: what waits for me and by when, what comes after others, what came back and why."""

from datetime import date

from portal.inbox import board
from tests.portal.house import plain
from tests.verbs.stage import PLAN


def test_a_new_case_is_one_task_for_its_employee(house):
    house.case()
    page = plain(house.browser("carol").get("/"))
    assert "1 tugas menunggu Anda" in page
    assert "Penyusunan SKP Evaluasi 2026" in page
    assert "Susun SKP Evaluasi Anda sendiri Belum dimulai 31 Januari 2026 Terlambat 30 hari" in page


def test_a_task_that_waits_for_another_is_not_offered_as_an_act(house):
    house.case()
    page = house.browser("erin").get("/")
    assert "Tidak ada yang perlu Anda kerjakan sekarang" in page
    assert "Berikutnya" in page and "Menunggu “Susun SKP” dari Carol" in page
    assert "/tasks/" not in page


def test_once_the_plan_is_sent_the_superior_is_asked_to_decide(house):
    case = house.case()
    house.send(case, "carol", "write_plan", PLAN)
    page = house.browser("erin").get("/")
    assert "Menunggu keputusan Anda" in page and "Berikutnya" not in page
    assert f'href="/cases/{case}"' in page
    assert "Sekarang di tangan Erin" in plain(house.browser("carol").get("/"))


def test_what_came_back_says_why(house):
    case = house.case()
    house.send(case, "carol", "write_plan", PLAN)
    house.fire(case, "erin", "return_plan", reason="Target <b>belum</b> terukur.")
    page = house.browser("carol").get("/")
    assert "Dikembalikan untuk diperbaiki" in page
    assert "Target &lt;b&gt;belum&lt;/b&gt; terukur." in page


def test_a_begun_form_says_so(house):
    case = house.case()
    task = house.task(case, "write_plan")
    carol = house.browser("carol")
    carol.fill(task.ref, PLAN, 0, "draft")
    assert "Sedang diisi" in carol.get("/")


def test_deadlines_are_sorted_with_the_soonest_first(house):
    house.open("post == 'midwife'", name="Evaluasi 2027", period_start=date(2027, 1, 1),
               period_end=date(2027, 12, 31))  # fmt: skip
    house.case()
    page = plain(house.browser("carol").get("/"))
    assert page.index("31 Januari 2026") < page.index("31 Januari 2027")


def test_a_finished_evaluation_stays_in_the_list_of_ones_own(house):
    case = house.case()
    house.walk(case)
    page = plain(house.browser("carol").get("/"))
    assert "Semua tugas Anda sudah selesai" in page
    assert "Evaluasi 2026 Selesai Selesai sejak" in page
    assert "Baru saja Anda selesaikan Ajukan untuk dinilai" in page


def test_somebody_without_any_task_or_case_is_told_so(house):
    house.case()
    page = house.browser("mallory").get("/")
    assert "Semua tugas Anda sudah selesai" in page and "Belum ada evaluasi kinerja Anda" in page
    assert "Carol" not in page


def test_the_page_speaks_english_when_asked(house):
    house.case()
    page = plain(house.browser("carol", "en").get("/"))
    assert "1 task waits for you" in page and "Write the plan Your own evaluation Not started" in page


def test_nobody_enters_without_signing_in(house):
    answer = house.app.test_client().get("/")
    assert answer.status_code == 303 and answer.headers["Location"].startswith("/sign-in")


def test_four_questions_suffice_however_many_tasks_there_are(house):
    for year in range(2026, 2032):
        house.open(name=f"Evaluasi {year}")
    erin = house.browser("erin")
    with house.counted() as asked:
        erin.get("/")
    assert len(asked) <= 4, "\n".join(asked)


def test_a_very_long_list_shows_the_most_urgent_and_says_so(house):
    for year in (2027, 2026):
        house.open(name=f"Evaluasi {year}", period_start=date(year, 1, 1), period_end=date(year, 12, 31))
    with house.app.test_request_context():
        cut, whole = (board(house.rt, house.actor("carol"), limit=limit) for limit in (1, 2))
    assert cut.is_cut and [cycle for cycle, *_ in cut.groups] == ["Evaluasi 2026"]
    assert not whole.is_cut and whole.count == 2
