"""Rich text: a small markup that everything has a meaning in, and HTML of it that nothing can break out of."""

import time
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from engine.fields.richtext import TAGS, rendered, sanitised
from tests.fields.judging import kind, refusal, value
from tests.fields.xss import PAYLOADS


class Reader(HTMLParser):
    """What a browser would take for tags."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes = [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += [(tag, *each) for each in attrs]

    def handle_decl(self, decl):
        self.tags.append("!")

    def handle_pi(self, data):
        self.tags.append("?")

    def handle_comment(self, data):
        self.tags.append("--")


def assert_harmless(html):
    """Only the few tags, only links, only to where links may lead."""
    assert isinstance(html, Markup)
    reader = Reader()
    reader.feed(str(html))
    reader.close()
    assert set(reader.tags) <= TAGS
    for tag, name, said in reader.attributes:
        assert tag == "a" and name in ("href", "rel"), (tag, name)
        if name == "href":
            assert urlsplit(said).scheme in ("http", "https", "mailto"), said
        else:
            assert said == "noopener nofollow"


MEANT = {
    "satu\ndua\n\ntiga": "<p>satu<br>dua</p><p>tiga</p>",
    "**tebal** *miring* ***dua***": "<p><strong>tebal</strong> <em>miring</em> <strong><em>dua</em></strong></p>",
    "- satu\n- **dua**": "<ul><li>satu</li><li><strong>dua</strong></li></ul>",
    "1. satu\n2) dua": "<ol><li>satu</li><li>dua</li></ol>",
    "Hasil:\n- satu\nselesai": "<p>Hasil:</p><ul><li>satu</li></ul><p>selesai</p>",
    "2 * 3 * 4": "<p>2 * 3 * 4</p>",
    "a ** b": "<p>a ** b</p>",
    "**tidak ditutup": "<p>**tidak ditutup</p>",
    "\\*bukan miring\\*": "<p>*bukan miring*</p>",
    "\\- bukan daftar": "<p>- bukan daftar</p>",
    "a < b & c": "<p>a &lt; b &amp; c</p>",
    "[laporan](https://bkn.go.id/a?b=1&c=2)": '<p><a href="https://bkn.go.id/a?b=1&amp;c=2" rel="noopener nofollow">'
    "laporan</a> (bkn.go.id)</p>",
    "Lihat https://bkn.go.id/a.": '<p>Lihat <a href="https://bkn.go.id/a" rel="noopener nofollow">'
    "https://bkn.go.id/a</a>.</p>",
    "[surat](mailto:a@bkn.go.id)": '<p><a href="mailto:a@bkn.go.id" rel="noopener nofollow">surat</a></p>',
    "[x](javascript:alert(1))": "<p>[x](javascript:alert(1))</p>",
    "[x](https://a@b.example)": "<p>[x](https://a@b.example)</p>",
}


@pytest.mark.parametrize(("text", "html"), MEANT.items())
def test_each_mark_means_one_thing_and_what_is_no_mark_stays_text(text, html):
    assert rendered(text) == html


def test_there_are_enough_attacks():
    assert len(set(PAYLOADS)) >= 60


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_an_attack_stays_text(payload):
    for text in (payload, f"**{payload}**", f"[{payload}](https://a.go.id)", f"[x]({payload})", f"- {payload}"):
        assert_harmless(rendered(text))
    assert "<script" not in rendered(payload) and "<img" not in rendered(payload)


@pytest.mark.parametrize("payload", PAYLOADS, ids=range(len(PAYLOADS)))
def test_the_second_wall_holds_alone(payload):
    assert_harmless(sanitised(payload))


BITS = st.sampled_from([*"*[]()-\\ \n<>\"'&:/.ah1", "https://a.id", "javascript:", "**"])


@given(st.lists(BITS, max_size=80).map("".join))
def test_whatever_is_typed_is_harmless_and_keeps_its_letters(text):
    html = rendered(text)
    assert_harmless(html)
    assert html.striptags().count("h") >= text.count("h")


def test_what_is_shown_is_what_was_typed_when_there_are_no_marks():
    text = "Ibu hamil terlayani <sesuai> standar & tepat waktu"
    assert rendered(text).striptags() == text


@pytest.mark.parametrize(
    "text",
    ["*" * 5000, "[" * 5000, "**a" * 1600, "[a](" * 1200, "https://" * 600, "\\" * 5000, "- " * 2500, "*a " * 1600],
)
def test_a_text_made_to_take_long_does_not(text):
    started = time.process_time()
    rendered(text)
    assert time.process_time() - started < 1


def test_what_is_kept_is_the_text_as_it_was_typed():
    assert value("richtext", " **A**\r\n\r\n- b ") == "**A**\n\n- b"
    assert refusal("richtext", "x" * 11, max_length=10) == "field.too_long"
    assert refusal("richtext", "nul\x00") == "field.forbidden_character"


def test_exports_hold_the_words_and_where_links_lead():
    text = "**Hasil**\n- satu\n- [laporan](https://bkn.go.id/a)\n\n1. *pertama*"
    words = "Hasil\n\n• satu\n• laporan (https://bkn.go.id/a)\n\n1. pertama"
    assert kind("richtext").format(text, "id") == words


def test_what_is_no_text_shows_nothing():
    assert kind("richtext").html(["<b>"]) == Markup("")


def test_paper_gets_each_line_with_the_mark_before_it():
    text = "**Hasil**\n- satu\n1. [laporan](https://bkn.go.id/a)\n2. dua"
    lines = [("", "Hasil"), ("-", "satu"), ("1.", "laporan (https://bkn.go.id/a)"), ("2.", "dua")]
    assert list(kind("richtext").print(text, "id")) == lines
