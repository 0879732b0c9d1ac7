"""Every character shows: as itself where a font has it, by its number where none has."""

from unicodedata import is_normalized, normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.printing.glyphs import RANGES, is_printable
from engine.core.printing.paper import Prose
from engine.core.printing.wording import breakable, lines, marked, printable
from tests.pdf import of_text, paper, says, set_paper, squeezed, text_of

HOSTILE = {
    "markup of typst": '#import "@preview/x:1.0.0": * $ x^2 $ *tebal* _miring_ <a> @b `c` /* e */ \\ [f] {g} ~ ---',
    "a template's function": '#read("/etc/passwd") #sys.inputs #panic("!") #eval("1+1")',
    "placeholders": "{page} {pages} {{ x }} %s ${y}",
    "emoji": "bagus 👍🏽 👩‍⚕️ 😀",
    "right to left": "\u202egpj.exe\u202c بسم الله עברית",
    "controls": "a\x00b\x07c\x1bd\x7fe\x85f",
    "invisible": "a\u200bb\u2060c\ufeffd\u00ade\U000e0041f",
    "scripts": "漢字 ꦗꦮ ᬩᬮᬶ ไทย देवनागरी",
    "private use": "\ue000\uf8ff\U000f0000",
    "names": "Ŝtefan Đặng Nguyễn O’Neil Müller-Łukasz Çağrı Žižek Ælfred",
    "combining": "e\u0301 a\u030a n\u0303 x\u0336 q\u0301\u0302\u0303",
    "symbols": "≥ 95% · ½ × 2 → ✓ ★ € ₿ Rp1.250,00 – “kutip” ‘satu’ … №",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_text_stands_on_paper_as_itself_or_by_its_numbers(text):
    found = text_of(set_paper(of_text(text)))
    assert found.count(squeezed(printable(text))) == 2


def test_ordinary_words_stay_as_they_are():
    for text in ("Ibu hamil terlayani, 95% (K6)", "Žižek, S.Tr.Keb., Bdn.", "12,5 – 13 °C", "Rp51.727.239.612"):
        assert printable(text) == text


def test_what_no_font_holds_is_shown_by_its_number():
    assert printable("a😀b\u202ec") == "a[U+1F600]b[U+202E]c"


def test_a_word_of_ten_thousand_letters_breaks_and_nothing_is_lost():
    word = "kata" * 2500
    pages = set_paper(of_text(word))
    assert text_of(pages).count(word[:200]) >= 2
    assert squeezed(breakable(word)) == word


@given(st.text(max_size=200))
def test_printable_is_printable_and_says_it_once(text):
    once = printable(text)
    assert all(letter == "\n" or is_printable(letter) for letter in once)
    assert printable(once) == once


@given(st.lists(st.text(st.characters(max_codepoint=0x2FF, exclude_categories=("Cc", "Cf")), max_size=30), max_size=5))
def test_a_list_has_a_mark_for_each_of_its_items(texts):
    kept = [text for text in texts if printable(text).strip()]
    counted = marked(texts, "1.")
    assert [line.mark for line in counted if line.mark] == [f"{at}." for at in range(1, len(kept) + 1)]


def test_the_fonts_hold_every_character_that_is_said_to_be_printable():
    """In one document: a character that a font lacks would be shown by its number, and PDF/A refuses it before."""
    letters = [chr(number) for first, last in RANGES for number in range(first, last + 1)]
    shown = [each for each in letters if each.isprintable() and not each.isspace() and is_normalized("NFC", each)]
    rows = [" ".join(shown[at : at + 40]) for at in range(0, len(shown), 40)]
    found = text_of(set_paper(paper([Prose(tuple(line for row in rows for line in lines(row)))])))
    assert "[U+" not in found
    missing = [letter for letter in shown if normalize("NFKC", letter).replace(" ", "") not in found]
    assert len(missing) < 20, missing  # ligatures that a reader takes apart


def test_two_languages_and_both_layouts_say_their_page_numbers():
    for layout in ("plain", "official"):
        found = text_of(set_paper(paper([Prose(lines("isi"))], "en", layout)))
        assert says(found, "halaman 1 dari 1") and says(found, "7QF2-9MXT-D4BK")
