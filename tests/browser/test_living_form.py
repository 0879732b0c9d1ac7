"""A form that saves itself: what the page does while somebody writes, and that nothing typed is ever lost."""

from datetime import date

import pytest
from playwright.sync_api import expect

from engine import cases
from engine.store.queries import case_lists
from tests.serving import serve
from tests.verbs.stage import ROW

# What phones of 2022 (iOS 15) do not know, or leave out.
OF_2022 = """
delete AbortSignal.timeout;
delete HTMLFormElement.prototype.requestSubmit;
window.FormData = class extends FormData { constructor(form) { super(form); } };
"""

# A question that depends on another, a section that does, and a formula.
DEPENDS = """
kind: workflow
format: 1
key: depends
name: Bergantung
roles:
  employee: {rule: subject}
states:
  open:
    initial: true
    tasks:
      write: {role: employee, fill: f, label: {id: Isi, en: Fill in}}
      finish: {role: employee, decide: [close], after: [write]}
  closed: {final: true}
transitions:
  close: {from: open, to: closed}
forms:
  f:
    sections:
      first:
        fields:
          done: {type: choice, label: Tercapai, choices: {yes_: Ya, no_: Tidak}}
          why: {type: text, label: Alasan, shown_when: done == "no_", required: true}
          a: {type: number, label: Pertama}
          b: {type: number, label: Kedua}
          twice: {type: computed, label: Hasil, value: (a + b) * 2}
      second:
        title: Tambahan
        shown_when: done == "no_"
        fields:
          plan: {type: longtext, label: Rencana}
"""


class Line:
    """The network between browser and server. Chromium's own switch alone lets a closing page send."""

    def __init__(self, app):
        self.app, self.broken = app, False

    def __call__(self, environ, start_response):
        if not self.broken:
            return self.app(environ, start_response)
        start_response("503 Service Unavailable", [])
        return [b""]

    def cut(self, context):
        self.broken = True
        context.set_offline(True)

    def mend(self, context):
        self.broken = False
        context.set_offline(False)


@pytest.fixture
def form(house, open_page):
    """form(task): the page of a task, opened by carol; form.url is the address of the server, form.line leads to it."""
    line = Line(house.app)
    with serve(line) as url:

        def form(task, **how):
            page = open_page(url, "/sign-in", **how)
            client = house.browser("carol").client
            for name in ("siklus", "siklus_form", "siklus_language"):
                page.context.add_cookies([{"name": name, "value": client.get_cookie(name).value, "url": url}])
            page.goto(f"/tasks/{task}")
            return page

        form.url, form.line = url, line
        yield form


@pytest.fixture
def plan(house):
    return house.task(house.case(), "write_plan").ref


@pytest.fixture
def depends(house):
    version = house.publish(DEPENDS)
    cycle = house.open(version_ref=version.ref, name="Lain", period_start=date(2026, 1, 1))
    with house.rt.db.read() as db:
        case = case_lists.case_of(db, cycle.ref, house.person("carol").id)
    return house.task(case, "write").ref


def status(page):
    return page.locator("[data-live-status]")


def kept(house, task):
    return cases.draft_of(house.rt, task, actor=house.actor("carol"))


def test_what_is_written_is_saved_and_said_in_words_and_time(house, form, plan):
    page = form(plan)
    page.fill("#f-targets-0-result", "Ibu hamil terlayani")
    expect(status(page)).to_have_text("Ada perubahan yang belum disimpan")
    expect(status(page)).to_contain_text("Tersimpan")
    assert kept(house, plan)["targets"][0]["result"] == "Ibu hamil terlayani"
    page.fill("#f-resources", "Kendaraan")
    expect(page.locator("#seen")).to_have_value("2")
    page.reload()
    expect(page.locator("#f-resources")).to_have_value("Kendaraan")


def test_rows_are_added_copied_moved_and_removed_without_asking_the_server(form, plan):
    page = form(plan)
    page.fill("#f-targets-0-result", "satu")
    page.fill("#f-targets-0-weight", "60")
    page.click("button[value='add:targets']")
    expect(page.locator("#f-targets-1-leader_result")).to_be_focused()
    page.fill("#f-targets-1-result", "dua")
    page.fill("#f-targets-1-weight", "12,5")
    expect(page.locator("output[data-sum]")).to_have_text("72,5% harus 100%")
    page.click("button[value='up:targets:1']")
    expect(page.locator("#f-targets-0-result")).to_have_value("dua")
    page.click("button[value='copy:targets:0']")
    expect(page.locator("[data-rows=targets] [data-row]")).to_have_count(3)
    expect(page.locator("#f-targets-1-weight")).to_have_value("12,5")
    page.click("button[value='remove:targets:0']")
    expect(page.locator("#f-targets-1-result")).to_have_value("satu")
    expect(page.locator("button[value='remove:targets:0']")).to_be_focused()


def test_enter_in_a_field_sends_nothing(house, form, plan):
    page = form(plan)
    page.fill("#f-targets-0-weight", "95")
    page.press("#f-targets-0-weight", "Enter")
    expect(status(page)).to_contain_text("Tersimpan")
    assert page.url.endswith(f"/tasks/{plan}") and kept(house, plan)["targets"][0]["weight"] == "95"


def test_enter_without_javascript_only_saves_the_draft(house, form, plan):
    page = form(plan, javascript=False)
    page.fill("#f-targets-0-weight", "95")
    page.press("#f-targets-0-weight", "Enter")
    expect(page.locator("#notices")).to_contain_text("Draf tersimpan")
    assert len(kept(house, plan)["targets"]) == 1


def test_another_window_is_not_overwritten_and_the_text_stays(house, form, plan):
    page = form(plan)
    cases.save_draft(house.rt, plan, {"resources": "jendela lain"}, actor=house.actor("carol"), seen=0)
    page.fill("#f-resources", "jendela ini")
    expect(status(page)).to_contain_text("diubah di tempat lain")
    expect(page.locator(".meeting-panel")).to_contain_text("jendela lain")
    expect(page.locator("#f-resources")).to_have_value("jendela ini")
    assert kept(house, plan)["resources"] == "jendela lain"


def test_a_lost_network_is_said_and_made_good(house, form, plan):
    page = form(plan)
    page.context.set_offline(True)
    page.fill("#f-resources", "tanpa jaringan")
    expect(status(page)).to_contain_text("jaringan terputus")
    page.context.set_offline(False)
    expect(status(page)).to_contain_text("Tersimpan", timeout=15_000)
    assert kept(house, plan)["resources"] == "tanpa jaringan"


@pytest.mark.parametrize("lacks", ["", OF_2022], ids=["today", "2022"])
def test_checking_waits_for_a_saving_under_way(house, form, plan, lacks):
    page = form(plan)
    page.add_init_script(lacks)
    page.reload()
    held = []
    page.route("**/draft", lambda route: held.append(route))
    page.fill("#f-targets-0-result", "Ibu hamil terlayani")
    expect(status(page)).to_have_attribute("data-state", "saving")
    page.wait_for_timeout(50)
    page.get_by_role("button", name="Periksa & kirim").click()
    held[0].continue_()
    expect(page.locator("#error-summary")).to_have_text("Ada yang perlu diperbaiki")
    assert kept(house, plan)["targets"][0] == {**dict.fromkeys(ROW, ""), "result": "Ibu hamil terlayani",
                                               "leader_result": "", "aspect": ""}  # fmt: skip


def test_a_session_that_ended_keeps_the_text(house, form, plan):
    page = form(plan)
    house.wait(hours=13)
    page.fill("#f-resources", "sesudah sesi berakhir")
    expect(status(page)).to_contain_text("Sesi Anda berakhir")
    expect(page.locator("#f-resources")).to_have_value("sesudah sesi berakhir")


def test_questions_that_depend_on_others_come_and_go_while_one_writes(form, depends, accessible):
    page = form(depends)
    expect(page.locator("#f-why")).to_have_count(0)
    page.get_by_label("Tidak", exact=True).check()
    expect(page.locator("#f-why")).to_be_visible()
    expect(page.get_by_label("Rencana")).to_be_visible()
    expect(page.locator("input[value=no_]")).to_be_checked()
    page.fill("#f-why", "Kurang tenaga")
    page.fill("#f-a", "1,5")
    page.fill("#f-b", "2")
    expect(page.locator("#f-twice")).to_have_text("7")
    expect(page.locator("#f-why")).to_have_value("Kurang tenaga")
    accessible(page)
    page.get_by_label("Ya", exact=True).check()
    expect(page.locator("#f-why")).to_have_count(0)
    expect(page.locator("#s-second")).to_be_hidden()


def test_the_same_questions_come_and_go_without_javascript(form, depends):
    page = form(depends, javascript=False)
    page.get_by_label("Tidak", exact=True).check()
    page.locator(".form-foot").get_by_role("button", name="Simpan draf").click()
    page.fill("#f-why", "Kurang tenaga")
    page.get_by_role("button", name="Periksa & kirim").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Periksa jawaban Anda")
