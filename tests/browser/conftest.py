"""A real Chromium over real HTTP.

chromium      the browser, one per process
open_page     open_page(url, path="/", language="id", width=1280, height=900, javascript=True) -> Page;
              the test fails when a page breaks the content security policy or a script of it raises
accessible    accessible(page): fails with a readable list unless axe finds nothing (WCAG 2.2 AA, best practice)
house         the small town with its portal (tests/portal/house.py), on a database of this test alone
live_server   the address of the product over `demo_city`, on a database of this test alone
"""

from pathlib import Path

import pytest
from playwright.sync_api import Error, Page, sync_playwright

from tests import chromium as program
from tests import summary
from tests.admin.city import City, copy_of
from tests.admin.conftest import loaded_city  # noqa: F401
from tests.browser.watch import Watch, barriers
from tests.portal.house import house, loaded_house  # noqa: F401
from tests.product import demo_city, demo_template, product  # noqa: F401  (pytest finds fixtures by name)
from tests.serving import serve

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
LOCALES = {"id": "id-ID", "en": "en-GB"}


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.is_relative_to(__file__.rpartition("/")[0]):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium():
    path = program.find()
    if path is None:
        summary.not_run(program.REMEDY)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        summary.used(f"Chromium {browser.version} ({Path(path).name})")
        yield browser
        browser.close()


def bring_to_rest(page: Page) -> None:
    """Leave the page behind: Chromium can hang for ever when it closes one in the middle of a navigation."""
    for _ in range(3):
        try:
            page.goto("about:blank")
            return
        except Error:  # the navigation under way came first; the next try finds the page at rest
            continue


@pytest.fixture
def open_page(chromium):
    watch, contexts = Watch(), []

    def open_page(url: str, path="/", language="id", width=1280, height=900, javascript=True) -> Page:
        context = chromium.new_context(
            base_url=url,
            locale=LOCALES[language],
            viewport={"width": width, "height": height},
            java_script_enabled=javascript,
            reduced_motion="reduce",
        )
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = watch.over(context.new_page())
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        for page in context.pages:
            bring_to_rest(page)
        context.close()
    assert watch.complaints == [], "\n".join(watch.complaints)


@pytest.fixture(scope="session")
def accessible():
    def accessible(page: Page) -> None:
        found = barriers(page)
        assert found == [], f"{page.url}\n" + "\n".join(found)

    return accessible


@pytest.fixture
def live_server(product, demo_city):  # noqa: F811
    with serve(product(demo_city).app) as url:
        yield url


@pytest.fixture(scope="module")
def office(loaded_city, tmp_path_factory):  # noqa: F811
    """The city of the backoffice's tests, served over HTTP: its address and itself."""
    database = copy_of(loaded_city, f"sqlite:///{tmp_path_factory.mktemp('office') / 'city.sqlite3'}")
    city = City(database)
    with serve(city.app) as url:
        yield url, city
    database.close()


@pytest.fixture
def visit(office, open_page):
    """visit(path, who="admin", …) → a page of the office, signed in; other options are those of `open_page`."""
    url, city = office

    def visit(path, who="admin", language="id", **how) -> Page:
        page = open_page(url, "/healthz", language=language, **how)
        cookies = {"siklus": city.token(who), "siklus_language": language}
        page.context.add_cookies([{"name": name, "value": value, "url": url} for name, value in cookies.items()])
        page.goto(path)
        return page

    return visit
