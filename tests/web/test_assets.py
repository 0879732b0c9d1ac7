"""Static files: named by content, compressed, remembered for a year; pages compressed too."""

import gzip
import re
from pathlib import Path

import pytest

from engine.web.assets import BOOTSTRAP, Shelf, digest, read_assets
from engine.web.icons import icon
from engine.web.scripts import joined

GZIP = {"Accept-Encoding": "gzip, deflate, br"}


def addresses(page):
    return re.findall(r'(?:href|src)="(/static/[^"]+)"', page)


def test_every_file_of_a_page_is_kept_for_a_year_and_compressed(client):
    found = addresses(client.get("/look").text)
    assert len(found) == 4
    for address in found:
        answer = client.get(address, headers=GZIP)
        assert answer.status_code == 200 and "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff" and "Accept-Encoding" in answer.headers["Vary"]


def test_compressed_and_plain_are_the_same_file(client):
    address = next(a for a in addresses(client.get("/look").text) if "app.css" in a)
    packed, plain = client.get(address, headers=GZIP), client.get(address)
    assert packed.headers["Content-Encoding"] == "gzip" and "Content-Encoding" not in plain.headers
    assert gzip.decompress(packed.data) == plain.data and plain.mimetype == "text/css"


def test_a_script_holds_what_it_imports_once_and_asks_for_nothing(client):
    address = next(a for a in addresses(client.get("/look").text) if "form.js" in a)
    source = client.get(address).text
    assert client.get(address).mimetype == "text/javascript" and "import " not in source and "export " not in source
    for module in ("fragments", "rows", "kit", "keep", "live", "paste"):
        assert source.count(f"const ${module} = (() => {{") == 1
    assert source.index("$fragments =") < source.index("$kit =") < source.index("$live =")


def test_a_script_without_one_of_its_modules_is_not_sent():
    assert joined("a", {"a": "// why\n  run();\n"}) == "run();\n"
    with pytest.raises(KeyError):
        joined("a", {"a": "import { b } from './b.js';"})


def test_an_old_name_is_answered_but_not_kept(client):
    assert client.get("/static/0000/css/app.css").headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("name", ["../wsgi.py", "css/none.css", "%2e%2e/wsgi.py", "css/../../wsgi.py"])
def test_nothing_but_the_static_files_is_served(client, name):
    assert client.get(f"/static/x/{name}").status_code == 404


def test_a_changed_byte_changes_the_name(tmp_path):
    (tmp_path / "a.css").write_text("a {}")
    before = digest(read_assets(tmp_path))
    (tmp_path / "a.css").write_text("a {}b {}")
    assert digest(read_assets(tmp_path)) != before and BOOTSTRAP in read_assets(tmp_path)


def test_the_files_are_read_when_a_page_first_names_one_and_stay(tmp_path):
    shelf = Shelf(tmp_path)
    (tmp_path / "a.css").write_text("a {}")
    version = shelf.version
    (tmp_path / "a.css").write_text("b {}")
    assert shelf.assets["a.css"].body == b"a {}" and shelf.version == version


def test_pages_are_compressed_where_it_is_worth_it(client):
    packed = client.get("/look", headers=GZIP)
    assert packed.headers["Content-Encoding"] == "gzip" and b"<h1>" in gzip.decompress(packed.data)
    assert "Content-Encoding" not in client.get("/healthz", headers=GZIP).headers


def test_a_page_and_its_files_stay_inside_the_budget_of_bytes(client):
    """Compressed: JavaScript 8 kB, style sheets 40 kB, page 60 kB; at most 8 requests (docs of the front end)."""
    page = client.get("/look", headers=GZIP)
    files = {a: len(client.get(a, headers=GZIP).data) for a in addresses(gzip.decompress(page.data).decode())}
    for ending, most in ((".js", 8_000), (".css", 40_000)):
        assert 0 < sum(size for a, size in files.items() if a.endswith(ending)) <= most
    assert len(page.data) <= 60_000 and 1 + len(files) <= 8


def test_an_icon_is_drawn_into_the_page_and_its_label_is_escaped():
    assert icon("search").startswith('<svg class="icon"') and 'aria-hidden="true"' in icon("search")
    assert 'aria-label="&lt;b&gt;"' in icon("search", "<b>")


@pytest.mark.parametrize("name", ["no-such-icon", ".*", "search|key"])
def test_an_unknown_icon_is_an_error(name):
    with pytest.raises(LookupError):
        icon(name)


SCRIPTS = sorted((Path(__file__).parent.parent.parent / "static/js").glob("*.js"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_a_script_travels_without_comments_and_no_text_of_it_spans_lines(client, script):
    address = next(a for a in addresses(client.get("/look").text) if "form.js" in a)
    served = client.get(address.replace("form.js", script.name)).text
    assert "\n//" not in served and not served.startswith("//")
    # A text over several lines would lose its indents.
    assert all(line.count("`") % 2 == 0 for line in script.read_text().splitlines())
