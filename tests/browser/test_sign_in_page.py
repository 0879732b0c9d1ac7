"""The first page that anybody meets."""

import pytest


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("language", ["id", "en"])
def test_the_sign_in_page_has_no_barriers(live_server, open_page, accessible, language, width):
    page = open_page(live_server, "/", language=language, width=width)
    assert page.url.startswith(f"{live_server}/sign-in")
    accessible(page)


def test_a_stranger_meets_the_sign_in_page_without_javascript_too(live_server, open_page):
    page = open_page(live_server, "/", javascript=False)
    assert page.get_by_role("heading", level=1).is_visible()
