"""What static/js does to pages that already work: rows, saving by itself, one send, questions, menus, focus."""

import re

import pytest
from playwright.sync_api import expect

from tests.serving import serve
from tests.web.site import make_site

DRAFT = "**/draft"
STATUS = "[data-live-status]"


@pytest.fixture(scope="module")
def url():
    with serve(make_site()) as address:
        yield address


@pytest.fixture
def page(open_page, url):
    page = open_page(url, "/look")
    page.context.add_cookies([{"name": "siklus", "value": "alice-token", "url": url}])
    page.goto("/look")
    return page


def weights(page):
    return page.locator("[name$='-weight']").evaluate_all("all => all.map(field => [field.name, field.value])")


def focused(page):
    return page.evaluate("document.activeElement.name || document.activeElement.value || document.activeElement.id")


def button(page, value):
    return page.locator(f"button[value='{value}']")


def test_the_error_summary_has_the_focus_and_leads_to_the_field(page):
    assert page.evaluate("document.activeElement.className") == "error-summary"
    page.get_by_role("link", name="Tuliskan alasannya.").press("Enter")
    assert focused(page) == "reason"


def test_the_first_key_reaches_the_way_past_the_menu(page):
    page.goto("/nowhere")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Langsung ke isi utama")
    expect(skip).to_be_focused()
    skip.press("Enter")
    assert focused(page) == "main"


def test_a_new_row_is_numbered_and_gets_the_focus(page):
    button(page, "add:targets").click()
    assert [name for name, _ in weights(page)] == [f"targets-{index}-weight" for index in range(3)]
    assert focused(page) == "targets-2-result"
    assert page.locator("[data-row]").nth(2).locator("[data-n]").first.inner_text() == "3"
    expect(page.locator("[data-rows-said]")).to_have_text("Baris 3 ditambahkan.")


def test_rows_stop_at_their_most_and_at_their_least(page):
    for _ in range(6):
        button(page, "add:targets").click()
    assert len(weights(page)) == 5
    for _ in range(6):
        button(page, "remove:targets:0").click()
    assert len(weights(page)) == 1


def test_after_a_removal_the_focus_stays_in_the_table(page):
    button(page, "remove:targets:0").click()
    assert weights(page) == [["targets-0-weight", "35"]]
    assert focused(page) == "do" and page.evaluate("document.activeElement.value") == "remove:targets:0"
    expect(page.locator("[data-rows-said]")).to_have_text("Baris 1 dihapus.")


def test_a_row_moves_by_keys_and_keeps_the_focus_and_its_values(page):
    page.locator("[name='targets-1-weight']").focus()
    page.keyboard.press("Alt+ArrowUp")
    assert weights(page) == [["targets-0-weight", "35"], ["targets-1-weight", "40"]]
    assert focused(page) == "targets-0-weight"
    page.keyboard.press("Alt+ArrowUp")
    assert focused(page) == "targets-0-weight", "the first row stays where it is"


def test_a_row_is_duplicated_with_what_was_typed(page):
    page.locator("[name='targets-0-weight']").fill("12,5")
    button(page, "copy:targets:0").click()
    assert [value for _, value in weights(page)] == ["12,5", "12,5", "35"]


@pytest.mark.parametrize(("typed", "shown"), [("65", "100%"), ("64,5", "99,5% harus 100%"), ("x", "35% harus 100%")])
def test_the_total_follows_the_typing(page, typed, shown):
    page.locator("[name='targets-0-weight']").fill(typed)
    expect(page.locator("output.sum")).to_have_text(shown)


def test_enter_in_a_cell_does_not_send_the_form(page, url):
    page.locator("[name='targets-0-weight']").press("Enter")
    page.wait_for_timeout(200)
    assert page.url == f"{url}/look"


def test_what_is_typed_is_saved_by_itself_and_stays(page):
    field = page.locator("[name='targets-0-weight']")
    field.fill("55")
    expect(page.locator(STATUS)).to_have_text("Ada perubahan yang belum disimpan")
    expect(page.locator(STATUS)).to_have_text(re.compile(r"^Tersimpan \d\d[.:]\d\d$"))
    expect(page.locator("#checked")).to_have_text("55")
    expect(page.locator("#seen")).to_have_value("2")
    expect(field).to_have_value("55")
    expect(field).to_be_focused()


def test_typing_goes_on_while_a_save_is_under_way(page):
    page.locator("[name='targets-0-weight']").fill("55")
    with page.expect_request(DRAFT):
        pass
    page.locator("[name='reason']").fill("Anggaran dipotong")
    expect(page.locator("#seen")).to_have_value("3")
    expect(page.locator("[name='reason']")).to_have_value("Anggaran dipotong")


def test_a_lost_network_is_said_and_saving_comes_back_by_itself(page):
    page.context.set_offline(True)
    page.locator("[name='reason']").fill("Tanpa jaringan")
    expect(page.locator(STATUS)).to_contain_text("jaringan terputus")
    page.context.set_offline(False)
    expect(page.locator(STATUS)).to_contain_text("Tersimpan")
    expect(page.locator("[name='reason']")).to_have_value("Tanpa jaringan")


@pytest.mark.parametrize(("status", "words"), [(401, "Sesi Anda berakhir"), (409, "diubah di tempat lain")])
def test_a_save_that_cannot_succeed_says_why_and_keeps_the_text(page, status, words):
    page.route(DRAFT, lambda route: route.fulfill(status=status, body=""))
    page.locator("[name='reason']").fill("Tetap ada")
    expect(page.locator(STATUS)).to_contain_text(words)
    expect(page.locator("[name='reason']")).to_have_value("Tetap ada")


def test_a_button_that_only_saves_stays_on_the_page(page, url):
    with page.expect_request(DRAFT) as sent:
        page.get_by_role("button", name="Simpan", exact=True).click()
    assert "do=save" in sent.value.post_data and page.url == f"{url}/look"


def test_leaving_asks_first_only_where_text_would_be_lost(page):
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.locator("[name='reason']").fill("Dikirim saat ditinggalkan")
    page.goto("/healthz")
    assert asked == []
    page.goto("/look")
    page.route(DRAFT, lambda route: route.abort())
    page.locator("[name='reason']").fill("Belum disimpan")
    expect(page.locator(STATUS)).to_contain_text("jaringan terputus")
    page.goto("/healthz")
    assert asked == ["beforeunload"]


def test_a_form_is_sent_once_however_often_somebody_clicks(page):
    sent = []
    page.on("request", lambda request: request.method == "POST" and sent.append(request.url))
    page.route("**/echo", lambda route: route.fulfill(status=204))  # the browser stays on the page
    send = page.locator("button[data-sending]").element_handle()
    send.evaluate("button => button.click()")
    page.wait_for_timeout(300)
    assert send.get_attribute("aria-disabled") == "true" and send.inner_text() == "Mengirim…"
    send.evaluate("button => button.click()")
    page.wait_for_timeout(300)
    assert len(sent) == 1
    send.evaluate("button => { delete button.form.dataset.sent; button.click(); }")
    page.wait_for_timeout(300)
    assert len(sent) == 2, "without the guard a second click sends again"


def test_a_question_is_asked_before_and_a_no_changes_nothing(page, url):
    cancel = page.get_by_role("button", name="Batalkan evaluasi")
    cancel.click()
    ask = page.get_by_role("dialog", name="Batalkan evaluasi ini?")
    expect(ask).to_be_visible()
    ask.get_by_role("button", name="Batal", exact=True).click()
    expect(cancel).to_be_focused()
    assert page.url == f"{url}/look"
    cancel.click()
    with page.expect_request("**/echo") as sent:
        ask.get_by_role("button", name="Ya, batalkan").click()
    assert "cancel" in sent.value.post_data


def test_the_question_has_no_barrier(page, accessible):
    page.get_by_role("button", name="Batalkan evaluasi").click()
    accessible(page)


def test_the_account_menu_opens_and_closes_by_keys(page, accessible):
    menu = page.locator("details[data-menu]")
    summary = menu.locator("summary")
    summary.press("Enter")
    expect(page.get_by_role("button", name="Keluar")).to_be_visible()
    accessible(page)
    page.keyboard.press("Escape")
    expect(summary).to_be_focused()
    assert menu.get_attribute("open") is None
    summary.press("Enter")
    page.get_by_role("heading", level=1).click()
    assert menu.get_attribute("open") is None


def test_the_room_left_is_counted_when_it_gets_tight(page):
    page.locator("[name='reason']").fill("x" * 170)
    expect(page.locator(".counter")).to_have_text("Sisa 30 karakter")
