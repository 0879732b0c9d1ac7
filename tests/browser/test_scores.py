"""How a number was made, in a real Chromium: from the case to the tree, small and large, in both languages."""

from playwright.sync_api import expect

from tests.portal.test_scores import settled  # noqa: F401
from tests.serving import serve


def test_from_the_case_one_reads_how_its_score_was_made(settled, open_page, accessible):  # noqa: F811
    town, case = settled
    client = town.browser("carol").client
    token = client.get_cookie("siklus").value
    with serve(town.app) as url:

        def visit(path, language, width):
            page = open_page(url, "/healthz", language=language, width=width)
            cookies = {"siklus": token, "siklus_language": language}
            page.context.add_cookies([{"name": name, "value": value, "url": url} for name, value in cookies.items()])
            page.goto(path)
            return page

        page = visit(f"/cases/{case}", "id", 1280)
        page.get_by_role("link", name="Bagaimana angka ini terjadi?").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Bagaimana angka ini terjadi?")
        expect(page.get_by_text("Bobot 40%, menyumbang 36.")).to_be_visible()
        expect(page.get_by_text("Dari “Mutu” pada Penilaian, dikirim oleh")).to_be_visible()
        accessible(page)
        small = visit(f"/cases/{case}/scores/final_score", "en", 360)
        expect(small.get_by_role("heading", name="What would change the result?")).to_be_visible()
        assert small.evaluate("document.documentElement.scrollWidth") <= 360
        accessible(small)
