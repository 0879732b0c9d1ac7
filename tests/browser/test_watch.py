"""The watch over pages sees what it must: without these tests a blind watch would pass everything."""

import pytest
from flask import Flask

from tests.browser.watch import Watch, barriers
from tests.serving import serve

POLICY = "default-src 'none'; script-src 'self'; style-src 'self'"
GOOD = "<!doctype html><html lang='id'><head><title>Baik</title></head><body><main><h1>Baik</h1></main></body></html>"


@pytest.fixture(scope="module")
def pages():
    app = Flask(__name__)

    @app.get("/<name>")
    def page(name: str):
        bodies = {
            "good": GOOD,
            "inline": GOOD.replace("<h1>", "<h1 style='color: red'>"),
            "raises": GOOD.replace("</main>", "</main><script src='/raises.js'></script>"),
            "raises.js": "throw new Error('broken on purpose')",
            "barriers": "<!doctype html><html><body><img src='/x.png'></body></html>",
        }
        kind = "text/javascript" if name.endswith(".js") else "text/html"
        return bodies[name], {"Content-Security-Policy": POLICY, "Content-Type": kind}

    with serve(app) as url:
        yield url


@pytest.fixture
def watched(chromium):
    watch, page = Watch(), chromium.new_page()
    yield watch, watch.over(page)
    page.close()


def test_a_clean_page_passes(pages, open_page, accessible):
    accessible(open_page(pages, "/good"))


def test_an_inline_style_is_seen_as_a_broken_policy(pages, watched):
    watch, page = watched
    page.goto(f"{pages}/inline")
    assert "security policy" in watch.complaints[0]


def test_a_script_that_raises_is_seen(pages, watched):
    watch, page = watched
    page.goto(f"{pages}/raises")
    assert watch.complaints == ["script: broken on purpose"]


def test_a_page_with_barriers_is_named_with_its_rules(pages, watched):
    _, page = watched
    page.goto(f"{pages}/barriers")
    found = "\n".join(barriers(page))
    assert "image-alt" in found and "html-has-lang" in found and "document-title" in found
