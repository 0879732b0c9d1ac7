"""What one was told: who is told of what by acts on cases, what a notice shows, and to whom it shows nothing."""

from datetime import date, timedelta

from sqlalchemy import text

from engine import acting, notices, repairs
from engine.store.queries import case_lists
from engine.store.refs import new_ref
from tests.portal.house import plain, value_of
from tests.verbs.stage import PLAN, SHIPPED
from tests.verbs.test_bulk import erase
from tests.verbs.test_notices import TOLD


def told(house, name, language="id"):
    """The page of notices of somebody."""
    return plain(house.browser(name, language).get("/notices"))


def test_whoever_gets_a_task_by_another_s_act_is_told_and_whoever_waits_is_not_yet(house):
    case = house.case()
    assert "Tugas untuk Anda: Susun SKP" in told(house, "carol")
    assert "Belum ada pemberitahuan" in told(house, "erin")
    house.send(case, "carol", "write_plan", PLAN)
    page = told(house, "erin")
    assert "Sekarang giliran Anda" in page and "Carol" in page and "Evaluasi 2026" in page
    assert "Belum ada pemberitahuan" in told(house, "alice") and "Belum ada pemberitahuan" in told(house, "mallory")


def test_what_comes_back_says_so_with_the_reason(house):
    case = house.case()
    house.send(case, "carol", "write_plan", PLAN)
    house.fire(case, "erin", "return_plan", reason="Target <b>belum</b> terukur.")
    page = house.browser("carol").get("/notices")
    assert "Dikembalikan kepada Anda" in page and "Target &lt;b&gt;belum&lt;/b&gt; terukur." in page
    assert "Tugas ini tidak lagi menunggu Anda" in page  # the first one


def test_the_header_of_every_page_counts_what_is_unread_and_opening_one_marks_it(house):
    case = house.case()
    carol = house.browser("carol")
    assert "Pemberitahuan, 1 belum dibaca" in plain(carol.get("/"))
    ref = carol.get("/notices").split('action="/notices/')[2].split("/")[0]
    assert carol.post(f"/notices/{ref}/open", {}).startswith("/tasks/")
    assert "belum dibaca" not in plain(carol.get("/"))
    assert f"/cases/{case}" in carol.get("/")


def test_all_are_read_at_once_and_the_unread_alone_can_be_listed(house):
    house.case()
    carol = house.browser("carol")
    assert "Susun SKP" in plain(carol.get("/notices?show=unread"))
    carol.post("/notices/read", {})
    assert "Tidak ada yang belum dibaca" in plain(carol.get("/notices?show=unread"))
    assert "1 pemberitahuan" not in carol.get("/notices") and "Susun SKP" in carol.get("/notices")


def test_another_s_notice_is_not_found(house):
    house.case()
    ref = house.browser("carol").get("/notices").split('action="/notices/')[2].split("/")[0]
    mallory = house.browser("mallory")
    for act in ("open", "read"):
        mallory.post(f"/notices/{ref}/{act}", {}, status=404)
    assert "Pemberitahuan, 1 belum dibaca" in plain(house.browser("carol").get("/"))


def test_whoever_lost_a_case_reads_nothing_of_it(house):
    case = house.case()
    house.send(case, "carol", "write_plan", PLAN)
    task = house.task(case, "decide_plan")
    repairs.reassign(
        house.rt, task.ref, house.ref("dan"), actor=house.actor("alice"), reason="Cuti panjang.", key=new_ref()
    )
    assert "Tugas dialihkan kepada Anda" in told(house, "dan")
    page = told(house, "erin")
    assert "Carol" not in page and "Evaluasi 2026" not in page
    assert "Pemberitahuan tentang kasus yang tidak lagi dapat Anda buka" in page


def test_whoever_is_evaluated_is_told_of_the_end(house):
    case = house.case()
    house.walk(case)
    page = told(house, "carol", "en")
    assert "has ended: " in page and "Carol" not in page.split("main")[0]


def test_pages_follow_each_other_and_ask_as_much_for_many_notices_as_for_one(house):
    case = house.case()
    found = house.see(case)
    with house.rt.db.begin() as db:
        for day in range(45):
            about = {"case_id": found.id, "task_ref": found.view.tasks[0].ref, "body": {"which": f"after:{day + 1}"}}
            at = house.now + timedelta(minutes=day)
            notices.tell(db, to=[house.person("carol").id], kind="task.remind", key=f"late:{day}", at=at, **about)
    carol = house.browser("carol")
    with house.counted() as asked:
        page = carol.get("/notices")
    assert len(asked) <= 2, "\n".join(asked)
    assert "Terlambat 45 hari" in page and "Terlambat 26 hari" in page and "Terlambat 25 hari" not in page
    following = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = carol.get(f"/notices{following}")
    assert "Terlambat 25 hari" in second and "Terlambat 26 hari" not in second
    back = second.split('rel="prev" href="')[1].split('"')[0].replace("&amp;", "&")
    assert "Terlambat 45 hari" in carol.get(f"/notices{back}")
    carol.get("/notices?page=nonsense", status=400)


def test_choices_are_kept_and_what_there_is_not_is_refused(house):
    carol = house.browser("carol")
    page = carol.get("/notices/choices")
    assert "Cara diberi tahu" in page
    chosen = {
        "tasks": "at_once",
        "reminders": "here",
        "cases": "digest",
        "people": "digest",
        "entries": "here",
        "reports": "here",
    }
    carol.post("/notices/choices", chosen)
    assert 'name="tasks" value="at_once" checked' in carol.get("/notices/choices")
    carol.post("/notices/choices", {**chosen, "tasks": "by_pigeon"}, status=400)
    assert 'name="tasks" value="at_once" checked' in carol.get("/notices/choices")


def test_a_superior_reminds_whoever_has_the_case_and_others_cannot(house):
    case = house.case()
    house.browser("carol").post("/notices/read", {})
    erin = house.browser("erin")
    assert f'href="/cases/{case}/remind"' in erin.get(f"/cases/{case}")
    page = erin.get(f"/cases/{case}/remind")
    assert "Susun SKP: Carol" in plain(page)
    key = value_of(page, "key")
    for _ in range(2):
        assert erin.post(f"/cases/{case}/remind", {"key": key, "because": "Besok <b>batas</b>."}) == f"/cases/{case}"
    told_page = house.browser("carol").get("/notices?show=unread")
    assert "Mohon segera diselesaikan: Susun SKP" in told_page and "Besok &lt;b&gt;batas&lt;/b&gt;." in told_page
    assert told_page.count("Mohon segera") == 2  # its title, and that of its button
    again = erin.post(f"/cases/{case}/remind", {"key": "another-key", "because": "Lagi"}, status=422)
    assert "sudah dikirim hari ini" in again and "Lagi" in again
    carol = house.browser("carol")
    assert "/remind" not in carol.get(f"/cases/{case}")
    carol.get(f"/cases/{case}/remind", status=403)
    house.browser("mallory").get(f"/cases/{case}/remind", status=404)


def test_whoever_is_to_act_for_another_is_told_from_which_day(house):
    acting.record_order(
        house.rt, actor=house.actor("alice"), person_ref=house.ref("erin"), deputy_ref=house.ref("dan"), kind="plh",
        number="800/12/2026", starts_on=date(2026, 3, 9), ends_on=date(2026, 3, 20),
    )  # fmt: skip
    assert "Anda ditunjuk untuk bertindak bagi Erin (Plh 800/12/2026) mulai 9 Maret 2026" in told(house, "dan")
    assert "from 9 March 2026" in told(house, "dan", "en")


def test_the_preview_names_who_would_be_told_and_shows_each_his_own_words(house):
    assert "tidak mengatur pemberitahuan" in plain(house.browser("alice").get(f"/cases/{house.case()}/notices"))
    house.version = house.publish((SHIPPED / "basic_cycle.yaml").read_bytes() + TOLD.encode(), "worded.yaml")
    opened = house.open(name="Evaluasi 2027", period_start=date(2027, 1, 1), period_end=date(2027, 12, 31))
    with house.rt.db.read() as db:
        case = case_lists.case_of(db, opened.ref, house.person("carol").id)
    house.walk(case, until="send_to_calibration")
    page = plain(house.browser("alice").get(f"/cases/{case}/notices"))
    assert "Carol (Pegawai) Penilaian Carol Umpan balik: …" in page
    assert "Umpan balik: Pertahankan." in page  # to the panel
    house.browser("erin").get(f"/cases/{case}/notices", status=403)


def test_of_a_notice_whose_words_were_erased_it_stays_that_there_was_one(house):
    case = house.case()
    house.browser("carol").post("/notices/read", {})
    with house.rt.db.begin() as db:
        to, about = [house.person("carol").id], {"case_id": house.see(case).id}
        body = {name: {"id": f"Rahasia {name}", "en": "Secret"} for name in ("subject", "text")} | {"plain": True}
        notices.tell(db, to=to, kind="worded", key="secret", at=house.now, body=body, **about)
        ref = db.execute(text("SELECT ref FROM notice WHERE kind = 'worded'")).scalar_one()
    assert "Rahasia" in told(house, "carol")
    with house.rt.db.begin() as db:
        erase(db, house, f"notice:{ref}")
        put = text("UPDATE notice SET body = :body WHERE ref = :ref")
        db.execute(put, {"body": '{"erased":true}', "ref": ref})
    page = told(house, "carol")
    assert "Rahasia" not in page and "Isi pemberitahuan ini sudah dihapus" in page
