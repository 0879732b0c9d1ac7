"""Messages become sentences: plurals, numbers, dates, zones; and a missing text is loud."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.core.messages import Message, Text
from engine.web.i18n import MissingText, Words, day, load_words, moment, number, percent

TEXTS = {
    "id": {
        "days": "{count} hari",
        "hello": "Halo, {name}!",
        "list": "Ada {items}.",
        "common.yes": "Ya",
        "when": "{at}",
    },
    "en": {
        "days": {"one": "{count} day", "other": "{count} days"},
        "hello": "Hello, {name}!",
        "list": "There are {items}.",
        "common.yes": "Yes",
    },
}
WORDS = Words(TEXTS, strict=True)
AT = datetime(2026, 1, 31, 16, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Siti, S.Kep.", "Dinilai oleh Siti, S.Kep. Terima kasih, Siti, S.Kep.!"),
        ("Budi", "Dinilai oleh Budi. Terima kasih, Budi!"),
    ],
)
def test_a_title_at_the_end_of_a_sentence_takes_no_second_full_stop(name, said):
    words = Words({"id": {"rated": "Dinilai oleh {name}. Terima kasih, {name}!"}}, strict=True)
    assert words.say(Message("rated", name=name), "id") == said


@pytest.mark.parametrize(
    ("count", "language", "said"),
    [
        (1, "en", "1 day"),
        (0, "en", "0 days"),
        (1200, "en", "1,200 days"),
        (1, "id", "1 hari"),
        (1200, "id", "1.200 hari"),
    ],
)
def test_the_number_chooses_the_form_of_a_text(count, language, said):
    assert WORDS.say(Message("days", count=count), language) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (Decimal("12.50"), "Halo, 12,5!"),
        (Decimal("1234567.000001"), "Halo, 1.234.567,000001!"),
        (-3, "Halo, -3!"),
        (True, "Halo, Ya!"),
        ("2026", "Halo, 2026!"),
        (date(2026, 8, 17), "Halo, 17 Agustus 2026!"),
        (Text("Bidan", "Midwife"), "Halo, Bidan!"),
        (Message("days", count=2), "Halo, 2 hari!"),
        (("a", "b", "c"), "Halo, a, b, dan c!"),
        ((), "Halo, !"),
    ],
)
def test_each_kind_of_parameter_is_worded(value, said):
    assert WORDS.say(Message("hello", name=value), "id") == said


def test_braces_in_a_value_are_not_looked_at_again():
    assert WORDS.say(Message("hello", name="{name} {count}"), "id") == "Halo, {name} {count}!"


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Asia/Jakarta", "31 Januari 2026 pukul 23.59 WIB"),
        ("Asia/Makassar", "1 Februari 2026 pukul 00.59 WITA"),
        ("Asia/Jayapura", "1 Februari 2026 pukul 01.59 WIT"),
    ],
)
def test_a_moment_is_told_in_its_zone_with_the_name_of_the_zone(zone, said):
    assert moment(AT, "id", zone) == said
    assert WORDS.say(Message("when", at=AT), "id", zone) == said


def test_english_writes_the_same_order_with_its_own_months():
    assert day(date(2026, 5, 4), "en") == "4 May 2026"
    assert moment(AT, "en") == "31 January 2026, 23:59 WIB"


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**12), max_value=10**12))
def test_no_digit_of_a_number_is_lost(value):
    plain = number(value, "id").replace(".", "").replace(",", ".")
    assert Decimal(plain) == value


def test_a_percentage_is_written_as_it_is_stored():
    assert percent(Decimal("12.5"), "id") == "12,5%" and percent(100, "en") == "100%"


@pytest.mark.parametrize("message", [Message("unknown"), Message("hello")])
def test_a_missing_text_or_parameter_raises_where_that_is_wanted(message):
    with pytest.raises(MissingText):
        WORDS.say(message, "id")


def test_a_missing_text_shows_its_key_in_production_and_is_logged(caplog):
    assert Words(TEXTS).say(Message("unknown"), "id") == "unknown"
    assert Words(TEXTS).say(Message("hello"), "id") == "Halo, {name}!"
    assert [record.levelname for record in caplog.records] == ["ERROR", "ERROR"]


def test_an_authored_text_is_said_in_the_language():
    assert [WORDS.say(Text("ya", "yes"), language) for language in ("id", "en")] == ["ya", "yes"]


def test_files_are_flattened_and_tables_of_one_and_other_are_plurals(tmp_path):
    (tmp_path / "id").mkdir()
    (tmp_path / "id/a.toml").write_text('[a.b]\nc = "x"\n[a.d]\none = "1"\nother = "n"\n')
    texts = load_words(tmp_path).texts
    assert texts["id"] == {"a.b.c": "x", "a.d": {"one": "1", "other": "n"}}
    assert texts["en"] == texts["../id"] == {}
