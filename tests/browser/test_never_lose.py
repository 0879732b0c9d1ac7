"""Nothing that was typed is lost: networks that fail, tabs that close, two tabs at once, sessions that end."""

import pytest
from playwright.sync_api import Error, expect

from engine import cases
from tests.browser.test_living_form import OF_2022, depends, form, kept, plan, status  # noqa: F401  (fixtures by name)
from tests.portal.pages import task_of_dan
from tests.verbs.stage import PLAN, ROW
from tests.verbs.town import CAST, PASSWORD

RESOURCES = "#f-resources"
PANEL = ".meeting-panel"
LOCAL = "() => JSON.stringify(Object.entries(localStorage).filter(([name]) => name.startsWith('siklus:')))"
WIDTHS = [(360, 760), (1280, 900)]


@pytest.fixture
def begun(house, plan):  # noqa: F811
    cases.save_draft(house.rt, plan, {**PLAN, "resources": "mobil"}, actor=house.actor("carol"), seen=0)
    return plan


def on_device(page):
    return page.evaluate(LOCAL)


def nothing_left(page):
    """Wait until the device keeps nothing: a page looks there only after it is shown."""
    for _ in range(50):
        if on_device(page) == "[]":
            return True
        page.wait_for_timeout(100)
    return False


def become(house, page, name):
    """Another session in the same browser, as signing in leaves it: new token, new form secret."""
    client = house.browser(name).client
    url = page.url.split("/tasks")[0]
    for cookie in ("siklus", "siklus_form"):
        page.context.add_cookies([{"name": cookie, "value": client.get_cookie(cookie).value, "url": url}])


def sign_in(page, name="carol"):
    page.fill("#name", CAST[name])
    page.fill("#password", PASSWORD)
    page.locator("main form button[type=submit]").click()


def test_what_is_typed_without_a_network_is_kept_on_the_device_and_sent_later(house, form, begun):  # noqa: F811
    page = form(begun)
    form.line.cut(page.context)
    page.fill(RESOURCES, "ditulis di perahu")
    page.click("button[value='add:targets']")
    page.fill("#f-targets-2-result", "Balita terpantau")
    expect(status(page)).to_contain_text("tersimpan di perangkat ini")
    assert "ditulis di perahu" not in on_device(page) and len(on_device(page)) > 200
    form.line.mend(page.context)
    expect(status(page)).to_contain_text("Tersimpan", timeout=15_000)
    found = kept(house, begun)
    assert found["resources"] == "ditulis di perahu" and found["targets"][2]["result"] == "Balita terpantau"
    assert nothing_left(page)


@pytest.mark.parametrize(("width", "height"), WIDTHS)
def test_what_was_typed_without_a_network_is_offered_after_the_browser_was_closed(
    house, form, begun, accessible, width, height  # noqa: F811
):  # fmt: skip
    page = form(begun, width=width, height=height)
    form.line.cut(page.context)
    page.fill(RESOURCES, "sebelum baterai habis")
    page.fill("#f-targets-1-weight", "45")
    expect(status(page)).to_contain_text("perangkat ini")
    again = page.context.new_page()
    page.close()
    form.line.mend(page.context)
    again.goto(f"{form.url}/tasks/{begun}")
    expect(again.locator(PANEL)).to_contain_text("Ada tulisan di perangkat ini yang belum tersimpan, dari")
    asked = ["Hasil kerja dan indikator, Baris 2, Bobot", "Dukungan sumber daya"]
    expect(again.locator(".versions legend")).to_have_text(asked)
    expect(again.locator(PANEL)).to_contain_text("sebelum baterai habis")
    accessible(again)
    again.locator(".versions").first.get_by_label("Yang sudah tersimpan").check()
    again.get_by_role("button", name="Pulihkan").click()
    expect(again.locator(RESOURCES)).to_have_value("sebelum baterai habis")
    expect(again.locator(PANEL)).to_have_count(0)
    found = kept(house, begun)
    assert (found["resources"], found["targets"][1]["weight"]) == ("sebelum baterai habis", "40")
    assert nothing_left(again)
    again.reload()
    expect(again.locator(RESOURCES)).to_have_value("sebelum baterai habis")
    expect(again.locator(PANEL)).to_have_count(0)


def test_reloading_without_a_network_loses_nothing(house, form, begun):  # noqa: F811
    page = form(begun)
    form.line.cut(page.context)
    page.fill(RESOURCES, "muat ulang tanpa jaringan")
    expect(status(page)).to_contain_text("perangkat ini")
    with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):
        page.reload()
    expect(page.locator("#fill")).to_have_count(0)
    form.line.mend(page.context)
    page.goto(f"{form.url}/tasks/{begun}")
    page.get_by_role("button", name="Pulihkan").click()
    expect(page.locator(RESOURCES)).to_have_value("muat ulang tanpa jaringan")
    assert kept(house, begun)["resources"] == "muat ulang tanpa jaringan"


def test_what_a_device_kept_can_be_thrown_away(house, form, begun):  # noqa: F811
    page = form(begun)
    form.line.cut(page.context)
    page.fill(RESOURCES, "tidak jadi")
    expect(status(page)).to_contain_text("perangkat ini")
    again = page.context.new_page()
    page.close()
    form.line.mend(page.context)
    again.goto(f"{form.url}/tasks/{begun}")
    again.locator(".discard summary").click()
    again.get_by_role("button", name="Ya, buang").click()
    expect(again.locator(PANEL)).to_have_count(0)
    assert nothing_left(again) and kept(house, begun)["resources"] == "mobil"


def test_a_tab_that_is_closed_at_once_after_typing_has_sent_everything(house, form, begun):  # noqa: F811
    page = form(begun)
    other = page.context.new_page()
    page.locator(RESOURCES).press_sequentially(" dan motor")
    page.close(run_before_unload=True)
    for _ in range(50):
        if kept(house, begun)["resources"] != "mobil":
            break
        other.wait_for_timeout(100)
    assert kept(house, begun)["resources"] in ("mobil dan motor", " dan motormobil")
    other.goto(f"{form.url}/tasks/{begun}")
    expect(other.locator(RESOURCES)).to_have_value(kept(house, begun)["resources"])
    expect(status(other)).to_have_text("")
    other.wait_for_timeout(300)
    expect(other.locator(PANEL)).to_have_count(0)
    assert nothing_left(other)


def test_a_tab_that_crashes_loses_nothing(house, form, begun):  # noqa: F811
    page = form(begun)
    page.route("**/draft", lambda route: route.abort())
    page.fill(RESOURCES, "tepat sebelum macet")
    page.wait_for_timeout(50)
    again = page.context.new_page()
    with pytest.raises(Error, match="crash"):
        page.goto("chrome://crash")
    again.goto(f"{form.url}/tasks/{begun}")
    expect(again.locator(PANEL)).to_contain_text("tepat sebelum macet")
    assert kept(house, begun)["resources"] == "mobil"


def test_nobody_else_on_the_same_device_reads_or_removes_it(house, form, begun):  # noqa: F811
    page = form(begun)
    form.line.cut(page.context)
    page.fill(RESOURCES, "rahasia Carol")
    expect(status(page)).to_contain_text("perangkat ini")
    there = page.context.new_page()
    page.close()
    form.line.mend(there.context)
    there.goto(f"{form.url}/sign-in")
    become(house, there, "dan")
    there.goto(f"{form.url}/tasks/{task_of_dan(house)}")
    there.fill(RESOURCES, "tulisan Dan")
    expect(status(there)).to_contain_text("Tersimpan")
    expect(there.locator(PANEL)).to_have_count(0)
    assert "rahasia" not in on_device(there) + there.content() and len(on_device(there)) > 100
    there.locator("details.account summary").click()
    there.get_by_role("button", name="Keluar").click()
    expect(there.get_by_role("heading", level=1)).to_have_text("Masuk")
    become(house, there, "carol")
    there.goto(f"{form.url}/tasks/{begun}")
    expect(there.locator(PANEL)).to_contain_text("rahasia Carol")


def test_signing_out_asks_before_it_removes_what_is_kept(form, begun):  # noqa: F811
    page = form(begun)
    page.route("**/draft", lambda route: route.abort())
    page.fill(RESOURCES, "belum terkirim")
    expect(status(page)).to_contain_text("perangkat ini")
    page.locator("details.account summary").click()
    page.get_by_role("button", name="Keluar").click()
    ask = page.get_by_role("dialog")
    expect(ask).to_contain_text("masih ada tulisan Anda yang belum terkirim")
    ask.get_by_role("button", name="Batal").click()
    assert on_device(page) != "[]"
    page.locator("details.account summary").click()
    page.get_by_role("button", name="Keluar").click()
    page.get_by_role("dialog").get_by_role("button", name="Lanjutkan dan hapus").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Masuk")
    assert nothing_left(page)


def test_nothing_is_kept_where_it_is_switched_off(form, begun):  # noqa: F811
    page = form(begun)
    page.goto(f"{form.url}/sessions")
    page.get_by_role("button", name="Jangan simpan di peramban ini").click()
    page.goto(f"{form.url}/tasks/{begun}")
    form.line.cut(page.context)
    page.fill(RESOURCES, "hanya di halaman ini")
    expect(status(page)).to_contain_text("jangan tutup halaman ini")
    assert nothing_left(page)


@pytest.mark.parametrize(("width", "height"), WIDTHS)
def test_two_tabs_that_changed_the_same_choose_field_by_field(house, form, begun, accessible, width, height):  # noqa: F811
    one = form(begun, width=width, height=height)
    two = one.context.new_page()
    two.goto(one.url)
    one.fill(RESOURCES, "dari tab satu")
    one.fill("#f-targets-0-weight", "55")
    one.fill("#f-targets-1-target", "100% per bulan")
    expect(status(one)).to_contain_text("Tersimpan")
    two.fill(RESOURCES, "dari tab dua")
    two.fill("#f-targets-0-weight", "65")
    expect(status(two)).to_contain_text("juga diubah di tempat lain")
    panel = two.locator(PANEL)
    expect(panel.locator("legend")).to_have_text(["Hasil kerja dan indikator, Baris 1, Bobot", "Dukungan sumber daya"])
    for text in ("dari tab satu", "dari tab dua", "55", "65"):
        expect(panel).to_contain_text(text)
    accessible(two)
    assert kept(house, begun)["resources"] == "dari tab satu"
    two.fill("#f-targets-1-indicator", "Keluhan tertangani")  # writing goes on meanwhile
    expect(status(two)).to_contain_text("juga diubah di tempat lain")
    panel.locator(".versions").nth(0).get_by_label("Tulisan saya").check()
    panel.locator(".versions").nth(1).get_by_label("Yang sudah tersimpan").check()
    panel.get_by_role("button", name="Simpan pilihan").click()
    expect(status(two)).to_contain_text("Tersimpan")
    expect(panel).to_have_count(0)
    expect(two.locator(RESOURCES)).to_have_value("dari tab satu")
    expect(two.locator("#f-targets-1-target")).to_have_value("100% per bulan")
    found = kept(house, begun)
    assert (found["resources"], found["targets"][0]["weight"]) == ("dari tab satu", "65")
    assert (found["targets"][1]["target"], found["targets"][1]["indicator"]) == ("100% per bulan", "Keluhan tertangani")


def test_what_a_button_says_arrives_from_browsers_that_leave_it_out_of_form_data(house, form, begun):  # noqa: F811
    page = form(begun)
    page.add_init_script(OF_2022)
    page.reload()
    theirs = {"targets": [{**ROW, "weight": "55"}, PLAN["targets"][1]], "resources": "jendela lain"}
    cases.save_draft(house.rt, begun, theirs, actor=house.actor("carol"), seen=1)
    page.fill("#f-targets-0-weight", "65")
    page.fill(RESOURCES, "jendela ini")
    expect(status(page)).to_contain_text("juga diubah di tempat lain")
    page.click("button[value='choose:theirs']")
    expect(status(page)).to_contain_text("Tersimpan")
    expect(page.locator(RESOURCES)).to_have_value("jendela lain")
    assert kept(house, begun)["targets"][0]["weight"] == "55"


def test_two_tabs_that_changed_different_things_are_joined_while_one_writes(house, form, begun):  # noqa: F811
    one = form(begun)
    two = one.context.new_page()
    two.goto(one.url)
    one.fill("#f-targets-0-weight", "55")
    one.click("button[value='copy:targets:1']")
    expect(status(one)).to_contain_text("Tersimpan")
    expect(one.locator("#seen")).to_have_value("2")
    two.locator("#f-targets-0-indicator").fill("Kunjungan K8")
    two.locator(RESOURCES).press_sequentially("sepeda ", delay=5)
    expect(two.locator("#meeting")).to_contain_text("Digabung dengan perubahan dari Anda sendiri di jendela lain")
    expect(two.locator("#f-targets-0-weight")).to_have_value("55")
    expect(two.locator("[data-rows=targets] [data-row]")).to_have_count(3)
    expect(two.locator("#f-targets-0-indicator")).to_have_value("Kunjungan K8")
    found = kept(house, begun)
    assert len(found["targets"]) == 3 and found["targets"][0]["weight"] == "55" and "sepeda" in found["resources"]


def test_two_tabs_choose_without_javascript(house, form, begun):  # noqa: F811
    one = form(begun, javascript=False)
    two = one.context.new_page()
    two.goto(one.url)
    one.fill(RESOURCES, "satu\nbaris kedua")
    one.locator(".form-foot").get_by_role("button", name="Simpan draf").click()
    two.fill(RESOURCES, "dua")
    two.locator(".form-foot").get_by_role("button", name="Simpan draf").click()
    expect(two.get_by_role("heading", level=1)).to_have_text("Pilih tulisan yang dipakai")
    two.get_by_label("Tulisan saya").check()
    two.locator("main").get_by_role("button", name="Simpan pilihan").last.click()
    expect(two.locator(RESOURCES)).to_have_value("dua")
    assert kept(house, begun)["resources"] == "dua"


def test_a_session_that_ended_goes_on_after_signing_in_beside_the_form(house, form, begun, accessible):  # noqa: F811
    page = form(begun)
    house.wait(hours=13)
    page.fill(RESOURCES, "sesudah sesi berakhir")
    expect(status(page)).to_contain_text("Sesi Anda berakhir")
    accessible(page)
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Masuk lagi (tab baru)").click()
    beside = opened.value
    sign_in(beside)
    expect(beside.get_by_role("heading", level=1)).to_have_text("Anda sudah masuk lagi")
    accessible(beside)
    beside.close()
    page.bring_to_front()
    page.evaluate("dispatchEvent(new Event('focus'))")  # a headless window never gets it
    expect(status(page)).to_contain_text("Tersimpan")
    assert kept(house, begun)["resources"] == "sesudah sesi berakhir" and nothing_left(page)
    page.fill(RESOURCES, "dan seterusnya")
    page.get_by_role("button", name="Periksa & kirim").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Periksa jawaban Anda")


def test_what_is_written_is_out_of_sight_once_somebody_else_has_signed_in(house, form, begun):  # noqa: F811
    page = form(begun)
    page.fill(RESOURCES, "sebelum Dan datang")
    expect(status(page)).to_contain_text("Tersimpan")
    become(house, page, "dan")
    page.fill(RESOURCES, "tulisan Carol saja")
    expect(page.locator("main")).to_contain_text("Peramban ini sekarang dipakai akun lain")
    assert "tulisan Carol saja" not in page.content() and page.locator("#fill").count() == 0
    assert kept(house, begun)["resources"] == "sebelum Dan datang"
    become(house, page, "carol")
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(page.locator(RESOURCES)).to_have_value("tulisan Carol saja")
    expect(status(page)).to_contain_text("Tersimpan")
    assert kept(house, begun)["resources"] == "tulisan Carol saja"


def test_a_form_that_is_sent_after_its_session_comes_back_after_signing_in(house, form, begun, accessible):  # noqa: F811
    page = form(begun, width=360, height=760)
    house.wait(hours=13)
    page.fill(RESOURCES, "dikirim terlambat")
    expect(status(page)).to_contain_text("Sesi Anda berakhir")
    page.get_by_role("button", name="Periksa & kirim").click()
    expect(page.locator("main")).to_contain_text("Sesi Anda berakhir sebelum isian tersimpan")
    accessible(page)
    page.locator("details.help summary").click()
    accessible(page)
    sign_in(page)
    expect(page.locator(RESOURCES)).to_have_value("dikirim terlambat")
    expect(page.locator(PANEL)).to_have_count(0)
    assert kept(house, begun)["resources"] == "dikirim terlambat" and nothing_left(page)


def test_a_session_that_ended_loses_nothing_without_javascript(house, form, begun):  # noqa: F811
    page = form(begun, javascript=False)
    house.wait(hours=13)
    page.fill(RESOURCES, "tanpa skrip, sesudah sesi")
    page.locator(".form-foot").get_by_role("button", name="Simpan draf").click()
    expect(page.locator("main")).to_contain_text("Sesi Anda berakhir sebelum isian tersimpan")
    sign_in(page)
    expect(page.locator("#notices")).to_contain_text("sudah disimpan")
    expect(page.locator(RESOURCES)).to_have_value("tanpa skrip, sesudah sesi")
    assert kept(house, begun)["resources"] == "tanpa skrip, sesudah sesi"


def test_an_answer_that_is_lost_on_its_way_back_is_no_conflict(house, form, begun):  # noqa: F811
    page = form(begun)
    lose = [True]

    def handle(route):
        if lose and lose.pop():
            route.fetch()  # the server has it; the page never hears of it
            route.abort()
        else:
            route.continue_()

    page.route("**/draft", handle)
    page.fill(RESOURCES, "setengah")
    expect(status(page)).to_contain_text("perangkat ini")
    page.fill(RESOURCES, "setengah lagi")
    expect(status(page)).to_contain_text("Tersimpan")
    expect(page.locator(PANEL)).to_have_count(0)
    assert kept(house, begun)["resources"] == "setengah lagi"


def test_typing_on_while_others_changes_arrive_is_not_overwritten(house, form, begun):  # noqa: F811
    page = form(begun)
    cases.save_draft(house.rt, begun, {**PLAN, "resources": "mobil", "targets": [*PLAN["targets"], ROW]},
                     actor=house.actor("carol"), seen=1)  # fmt: skip
    held = []
    page.route("**/draft", lambda route: held.append(route) if not held else route.continue_())
    page.fill("#f-targets-0-indicator", "Kunjungan K8")
    expect(status(page)).to_have_attribute("data-state", "saving")
    page.fill("#f-targets-1-indicator", "ditulis sementara menunggu")
    page.locator(RESOURCES).press_sequentially("x")
    held[0].continue_()
    expect(page.locator("[data-rows=targets] [data-row]")).to_have_count(3)
    expect(page.locator("#f-targets-1-indicator")).to_have_value("ditulis sementara menunggu")
    expect(page.locator(RESOURCES)).to_be_focused()
    expect(status(page)).to_contain_text("Tersimpan")
    assert kept(house, begun)["targets"][1]["indicator"] == "ditulis sementara menunggu"
