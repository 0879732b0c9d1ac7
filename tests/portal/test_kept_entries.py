"""What a device kept is taken for its owner alone, once, by the verb of the page; what is refused says why."""

from engine.store.refs import new_ref
from engine.store.tables.registers import Entry
from engine.web import device
from tests.portal.house import house as house
from tests.portal.house import loaded_house as loaded_house
from tests.portal.house import plain
from tests.portal.test_registers import Town, entry
from tests.portal.test_registers import town as town

PATH = "/registers/daily_activity/entries"


def sent(browser, form, status, path=PATH):
    answer = browser.client.post(path, data={"csrf_token": browser.csrf, **form}, headers={"X-Fragment": "1"})
    assert answer.status_code == status, answer.get_data(as_text=True)[:1000]
    return answer.get_json()


def owner(town: Town, name="carol"):
    with town.app.test_request_context():
        return device.tag(town.ref(name))


def keyed(form):
    """The key of a form as its page brings it again."""
    return 'name="key" value="' + form["key"] + '"'


def test_an_entry_that_page_and_device_both_send_comes_to_be_once(town):
    carol, form = town.browser("carol"), entry()
    carol.post("/registers/daily_activity/add", form)
    first = sent(carol, {**form, "_owner": owner(town)}, 201)
    assert sent(carol, {**form, "_owner": owner(town)}, 201) == first
    assert len(town.rows(Entry)) == 1


def test_nothing_is_taken_in_the_name_of_another_account(town):
    erin = town.browser("erin")
    assert sent(erin, {**entry(), "_owner": owner(town)}, 409) == {"other": True}
    sent(erin, entry(), 409)
    assert town.rows(Entry) == []


def test_what_is_refused_says_why_with_the_question_that_it_is_about(town):
    carol, mine = town.browser("carol"), {"_owner": owner(town)}
    wrong = sent(carol, {**entry(name=""), **mine}, 422)["reasons"]
    assert len(wrong) == 1 and wrong[0].startswith("Kegiatan: ")
    assert "belum tiba" in sent(carol, {**entry(day="2026-03-09"), **mine}, 422)["reasons"][0]
    assert "tanggal" in sent(carol, {**entry(day="x"), **mine}, 422)["reasons"][0]
    town.add(key=new_ref())
    assert "bertumpuk" in sent(carol, {**entry(), **mine}, 422)["reasons"][0]
    assert sent(carol, {**entry(), **mine}, 422, "/registers/nothing/entries")["reasons"]
    about_nothing = {**entry(begun="13:00", ended="14:00"), "cites": "x", **mine}
    assert sent(carol, about_nothing, 422)["reasons"]


def test_pages_bring_the_key_only_where_the_device_may_keep_something(town):
    carol = town.browser("carol")
    page = carol.get("/registers/daily_activity/add")
    assert f'data-owner="{owner(town)}"' in page and "js/entries.js" in page
    carol.client.set_cookie(device.COOKIE, device.OFF)
    page = carol.get("/registers/daily_activity/add")
    assert "data-keep" not in page and "js/entries.js" not in page


def test_the_sheet_for_a_time_without_network_is_the_same_for_everybody_and_tells_of_nobody(town):
    path = "/registers/daily_activity/offline"
    carol, erin = town.browser("carol"), town.browser("erin")
    sheet = carol.get(path)
    assert erin.get(path) == sheet
    assert 'name="begun"' in sheet and "js/away.js" in sheet and "<span data-whose></span>" in sheet
    told = (carol.csrf, town.ref("carol"), "Carol", "csrf_token", owner(town))
    assert [each for each in told if each in sheet] == []
    assert carol.get("/registers/presence/offline", status=403)
    assert town.app.test_client().get(path).status_code == 303


def test_the_worker_belongs_to_registers_and_is_asked_for_anew(town):
    answer = town.app.test_client().get("/registers/worker.js?v=1")
    assert answer.status_code == 200 and answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-cache" and "Service-Worker-Allowed" not in answer.headers
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


def test_one_that_is_mended_after_it_had_arrived_does_not_come_twice_and_that_is_said(town):
    carol, form, mine = town.browser("carol"), entry(), {"_owner": owner(town)}
    assert sent(carol, {**form, **mine}, 201)
    mended = {**form, "begun": "13:00", "ended": "14:00"}
    (why,) = sent(carol, {**mended, **mine}, 422)["reasons"]
    assert "sudah tersimpan pada pengiriman pertama" in why
    page = carol.post("/registers/daily_activity/add", mended, status=422)
    assert why in plain(page) and 'value="13:00"' in page and keyed(form) in page
    assert len(town.rows(Entry)) == 1


def test_what_is_refused_keeps_its_key_on_the_page(town):
    carol, form = town.browser("carol"), entry(ended="07:00")
    page = carol.post("/registers/daily_activity/add", form, status=422)
    assert keyed(form) in page
    carol.post("/registers/daily_activity/add", {**form, "ended": "09:00"})
    assert len(town.rows(Entry)) == 1
