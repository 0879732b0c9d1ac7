"""The backoffice in a real Chromium: free of barriers in both languages and widths, by keyboard, without JavaScript."""

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from engine import people
from engine.store.tables import Event, Person
from tests.admin.city import City, copy_of
from tests.admin.routes import address, matrix
from tests.serving import serve

MATRIX = matrix()
# A page of each route that an admin opens, but for files.
PAGES = sorted(
    route
    for method, route in MATRIX
    if method == "GET" and route.startswith("/admin") and not route.endswith((".csv", ".yaml", ".pdf"))
    if MATRIX["GET", route]["admin"] == 200
)
MORE = {
    "nothing found": lambda city: "/admin/people/?q=nobody-is-called-this",
    "a narrowed list": lambda city: f"/admin/cases/?cycle={city.cycle('2025')}&state=rated&overdue=1&order=name",
    "vacant chairs": lambda city: "/admin/units/?vacant=1",
    "a code list": lambda city: f"/admin/definitions/{city.definition('codelist')}",
    "a form as a role reads it": lambda city: (
        f"/admin/definitions/{city.definition()}/as?form=rating&role=employee&state=finalized"
    ),
    "a form that is closed to a role": lambda city: (
        f"/admin/definitions/{city.definition()}/as?form=rating&role=employee&state=rated"
    ),
    "a move": lambda city: f"/admin/events/{city.event(Event.transition == 'approve')}",
    "a search": lambda city: (
        f"/admin/cases/{city.case('employee')}/reassign?q=a&task={city.task(city.case('employee'), 'write_plan')}"
    ),
    "a chosen person": lambda city: (
        f"/admin/cases/{city.case('employee')}/reassign?person={city.person('bidan_mahir')}"
        f"&task={city.task(city.case('employee'), 'write_plan')}"
    ),
    "people with rights": lambda city: f"/admin/people/{city.person('dinkes_admin')}",
    "somebody with a very long name": lambda city: (
        f"/admin/people/{city.one(select(Person.ref).where(Person.name == LONG))}"
    ),
    "denials": lambda city: "/admin/denials/",
    "where cases of a unit wait": lambda city: (
        f"/admin/monitoring/?cycle={city.cycle('2027')}&unit={city.unit('puskesmas')}"
    ),
    "nobody who is late": lambda city: f"/admin/monitoring/late?unit={city.unit('inspektorat')}",
    "a report with its picture": lambda city: (
        f"/admin/reports/completion?cycle={city.cycle('2025')}&unit={city.unit('dinkes')}"
    ),
    "a list to which a number leads": lambda city: (
        f"/admin/cases/?late_with={city.person('supervisor')}&overdue=1&cols=nip.cycle.opened"
    ),
    "a refused filter": lambda city: "/admin/cases/?state=nowhere",
}
PARTS = 6  # of all pages: a test of a minute would be the last to end

LONG = "A" * 60 + "<img src=x onerror=alert(1)>" + "Ñ" * 100


@pytest.fixture(scope="module")
def office(loaded_city, tmp_path_factory):
    """The city, served over HTTP; its address and itself."""
    database = copy_of(loaded_city, f"sqlite:///{tmp_path_factory.mktemp('office') / 'city.sqlite3'}")
    city = City(database)
    city.get("employee", "/admin/people/", status=403)
    people.add_person(city.rt, actor=city.actor("admin"), name=LONG, kind="official", nip=None)
    with serve(city.app) as url:
        yield url, city
    database.close()


def fits(page):
    """The page does not scroll sideways."""
    root = page.locator("html")
    assert root.evaluate("it => it.scrollWidth <= it.clientWidth"), f"{page.url} is wider than the window"


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize(("language", "width"), [("id", 360), ("en", 1280)])
def test_every_page_is_free_of_barriers_and_fits(office, visit, accessible, language, width, part):
    _, city = office
    page = visit("/admin/", language=language, width=width)
    paths = [address(city, route) for route in PAGES] + [find(city) for find in MORE.values()]
    for path in paths[part::PARTS]:
        page.goto(path)
        accessible(page)
        fits(page)


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_day_in_the_list_of_cases_stays_on_one_line_and_the_list_in_its_panel(visit, language):
    page = visit("/admin/cases/", language=language)
    days = page.locator("td .due-date, td .due .tag")
    lines = days.evaluate_all("all => all.map(it => it.offsetHeight / parseFloat(getComputedStyle(it).lineHeight))")
    assert lines and max(lines) < 1.5
    assert page.locator("table").evaluate("it => it.scrollWidth <= it.parentElement.clientWidth")


@pytest.mark.parametrize("width", [360, 1280])
def test_mistakes_and_previews_are_free_of_barriers(visit, office, accessible, width):
    page = visit("/admin/definitions/import", width=width)
    page.get_by_label("Dokumen (YAML)").fill("kind: workflow\ncolour: blue\n")
    page.get_by_role("button", name="Periksa saja").click()
    expect(page.get_by_role("alert")).to_contain_text("Baris 2, kolom 1")
    accessible(page)
    fits(page)
    page.goto(f"/admin/cases/{office[1].case('employee')}/extend")
    for days in ("", "5"):  # refused, then foreseen
        page.locator("[name=days]").fill(days)
        page.locator("[name=reason]").fill("Gangguan jaringan.")
        page.get_by_role("button", name="Lihat dahulu").click()
        expect(page.locator("#preview" if days else "[role=alert]")).to_be_visible()
        accessible(page)
        fits(page)
    page.goto("/admin/cycles/new")
    page.get_by_role("button", name="Lihat siapa yang dituju").click()
    expect(page.get_by_role("alert")).to_contain_text("Isian ini belum diisi.")
    accessible(page)
    described(page, "post == 'wali_kota'")
    expect(page.locator("#preview")).to_contain_text("belum ada pemegang peran")
    accessible(page)
    fits(page)


def described(page, population):
    """Fill in a cycle and look at its preview."""
    page.get_by_label("Nama siklus").fill("Evaluasi 2028")
    page.get_by_label("Definisi", exact=True).select_option(index=1)
    page.get_by_label("Awal masa").fill("2028-01-01")
    page.get_by_label("Akhir masa").fill("2028-12-31")
    rule = page.get_by_label(re.compile("Pegawai yang dituju"))
    if not rule.is_visible():
        page.get_by_text("Tulis aturannya sendiri").click()
    rule.fill(population)
    page.get_by_role("button", name=re.compile("Lihat")).click()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_cycle_is_previewed_and_opened_with_and_without_javascript(visit, javascript):
    page = visit("/admin/cycles/new", javascript=javascript)
    described(page, "'puskesmas' in units")
    expect(page.locator("#preview")).to_contain_text("14 pegawai dituju")
    page.get_by_label("Alasan membuka walau ada temuan").fill("Akun menyusul minggu ini.")
    page.get_by_role("button", name="Buka siklus dengan 14 evaluasi").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Evaluasi 2028")
    expect(page.locator("#notices")).to_contain_text("Siklus sudah dibuka dengan 14 evaluasi.")


def test_a_task_is_reassigned_by_keyboard_alone_without_javascript(office, visit):
    _, city = office
    case = city.case("bidan_mahir")
    page = visit(f"/admin/cases/{case}/reassign", javascript=False)
    follow(page, "Putuskan SKP")
    reach(page, "#q")
    page.keyboard.type("19830517")
    page.keyboard.press("Enter")
    follow(page, "Siti Rohmah Handayani, S.Tr.Keb., Bdn.")
    reach(page, "#reason")
    page.keyboard.type("Atasan sedang cuti besar.")
    reach(page, "main button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/cases/{case}")
    expect(page.locator("#notices")).to_contain_text("Tugas sudah dialihkan.")
    kinds = city.all(select(Event.kind).where(Event.stream == f"case:{case}").order_by(Event.seq))
    assert kinds[-1] == "case.reassigned"


def reach(page, selector):
    """Press Tab until the focus is on an element."""
    wanted = page.locator(selector).first
    for _ in range(60):
        if wanted.evaluate("it => it === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} cannot be reached by Tab on {page.url}")


def follow(page, words):
    """Reach a link by Tab and press Enter."""
    link = page.locator("main").get_by_role("link", name=words, exact=True)
    href = link.get_attribute("href")
    reach(page, f'main a[href="{href}"]')
    page.keyboard.press("Enter")
    page.wait_for_load_state()


def test_what_weighs_much_asks_on_a_page_and_nothing_happens_before(office, visit):
    _, city = office
    case = city.case("dokter")
    page = visit("/admin/cases/?q=" + case)
    dialogs = []
    page.on("dialog", lambda dialog: dialogs.append(dialog.message) or dialog.dismiss())
    page.get_by_role("link", name=re.compile("Batalkan evaluasi")).click()
    expect(page.get_by_text("Evaluasi berakhir tanpa hasil")).to_be_visible()
    assert city.all(select(Event.kind).where(Event.stream == f"case:{case}")) == ["case.started"]
    page.get_by_label("Alasan").fill("Pindah instansi.")
    page.get_by_role("button", name="Batalkan evaluasi ini").click()
    expect(page.locator("#notices")).to_contain_text("Evaluasi sudah dibatalkan.")
    assert dialogs == []


OWN = r"/answers\.xlsx$|^/admin/cases/saved|^/admin/reports/[^/]+/(file|saved|schedules)$"


def action_of(form):
    return form.get_attribute("action")


def test_an_auditor_sees_the_menu_and_no_button_that_changes_anything(office, visit):
    _, city = office
    page = visit("/admin/", who="auditor")
    menu = page.get_by_role("navigation", name="Administrasi")
    assert menu.get_by_role("link").all_inner_texts() == [
        *("Beranda", "Siklus", "Evaluasi", "Pemantauan", "Laporan", "Kasus terhenti", "Pegawai", "Unit kerja"),
        *("Plt dan Plh", "Kalender", "Akun", "Definisi", "Jejak", "Penolakan"),
    ]
    for route in PAGES:
        if MATRIX["GET", route]["auditor"] == 200:
            page.goto(address(city, route))
            forms = page.locator("main form[method=post]")
            # An export is a button, since the trail keeps it; a list is saved for oneself alone.
            assert [each for each in map(action_of, forms.all()) if not re.search(OWN, each)] == []
            assert page.locator("main .btn-danger, main .btn-outline-danger").count() == 0


@pytest.mark.parametrize(("width", "javascript"), [(360, True), (360, False), (960, True)])
def test_on_a_narrow_screen_the_menu_is_folded_into_one_line_that_a_keyboard_opens(visit, width, javascript):
    page = visit("/admin/people/", width=width, javascript=javascript)
    menu = page.get_by_role("navigation", name="Administrasi")
    line = menu.locator("summary")
    expect(line).to_have_text("Menu administrasi: Pegawai")
    assert line.bounding_box()["height"] >= 44
    assert page.get_by_role("heading", level=1).bounding_box()["y"] < 300
    assert menu.get_by_role("link").count() == 0
    reach(page, ".office-fold summary")
    page.keyboard.press("Enter")
    expect(menu.get_by_role("link", name="Pegawai", exact=True)).to_have_attribute("aria-current", "true")
    page.keyboard.press("Tab")
    expect(menu.get_by_role("link").first).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/admin/")
    expect(line).to_have_text("Menu administrasi: Beranda")
    assert menu.get_by_role("link").count() == 0


def test_on_a_wide_screen_the_menu_stands_open_without_a_line_to_fold_it(visit):
    menu = visit("/admin/people/", width=1280).get_by_role("navigation", name="Administrasi")
    expect(menu.get_by_role("link", name="Pegawai", exact=True)).to_be_visible()
    expect(menu.locator("summary")).to_be_hidden()


def test_staff_without_a_right_find_no_way_into_the_backoffice(visit):
    page = visit("/", who="employee")
    assert page.get_by_role("link", name="Administrasi").count() == 0
    page.goto("/admin/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Anda tidak berwenang")


@pytest.mark.parametrize("path", ["/admin/cases/", "/admin/events/"])
def test_a_printed_list_holds_the_list_alone(visit, path):
    page = visit(path)
    page.emulate_media(media="print")
    expect(page.locator("table").first).to_be_visible()
    for gone in (".office-menu", ".office-filter", ".top", "td.acts >> nth=0"):
        if page.locator(gone).count():
            expect(page.locator(gone).first).to_be_hidden()
