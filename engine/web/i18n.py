"""Turns messages and values into words of a language. Knows no request and no cookie: those are in language.py.

A text is found by its flattened, dotted key in translations/<language>/*.toml. `{name}` stands for a parameter. A text
that differs by number is a table `{one = "…", other = "…"}`; the parameter `count` chooses, by the language's rule.

Numbers that are names (a year, a NIP, a version) are passed as text: an int is grouped (2.026).
"""

import logging
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, localcontext
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.lists import format_list
from babel.numbers import format_decimal

from engine.core.messages import LANGUAGES, Message, Param, Text

DEFAULT = "id"
DEFAULT_ZONE = "Asia/Jakarta"
PLACEHOLDER = re.compile(r"\{(\w+)\}")
EXACT = "#,##0." + "#" * 20  # Babel's own pattern rounds to three places
DIGITS = 60
TIME = {"id": "HH.mm", "en": "HH:mm"}
log = logging.getLogger("siklus.words")


class MissingText(LookupError):
    """A key or a parameter that the translation files and the caller do not agree on."""


@dataclass(frozen=True, slots=True)
class Words:
    """All texts by language and key. `strict` raises for what is missing; otherwise the key stands in its place."""

    texts: Mapping[str, Mapping[str, str | Mapping[str, str]]]
    strict: bool = False

    def say(self, message: Message | Text, language: str, zone: str = DEFAULT_ZONE) -> str:
        """Word a message or an authored text; moments are told in the IANA time zone `zone`."""
        if isinstance(message, Text):
            return message.say(language)
        params = message.params
        pattern = self._pattern(message.key, language, params.get("count"))

        def fill(found: re.Match[str]) -> str:
            if found[1] in params:
                shown = self.show(params[found[1]], language, zone)
                # A name may end with a title: `Siti, S.Kep.` at the end of a sentence takes no second full stop.
                return shown.removesuffix(".") if pattern.startswith(".", found.end()) else shown
            return self._missing(f"{message.key}: parameter {found[1]}", found[0])

        # One pass: braces inside a value are never looked at again.
        return PLACEHOLDER.sub(fill, pattern)

    def show(self, value: Param | None, language: str, zone: str = DEFAULT_ZONE) -> str:
        """Format one value: numbers grouped, dates in words, moments with the name of their zone, lists joined."""
        match value:
            case None:
                return ""
            case bool():
                return self.say(Message("common.yes" if value else "common.no"), language)
            case int() | Decimal():
                return number(value, language)
            case datetime():
                return moment(value, language, zone)
            case date():
                return day(value, language)
            case tuple():
                return format_list([self.show(item, language, zone) for item in value], locale=language)
            case Message() | Text():
                return self.say(value, language, zone)
            case _:
                return str(value)

    def _pattern(self, key: str, language: str, count: Param | None) -> str:
        found = self.texts[language].get(key)
        if found is None:
            return self._missing(f"{key} in {language}", key)
        if isinstance(found, str):
            return found
        form = Locale(language).plural_form(count) if isinstance(count, (int, Decimal)) else "other"
        return found.get(form, found["other"])

    def _missing(self, what: str, instead: str) -> str:
        if self.strict:
            raise MissingText(what)
        log.error("missing text: %s", what)
        return instead


class Shelf(dict[str, Mapping[str, str | Mapping[str, str]]]):
    """The texts of a folder. A language is read when somebody first speaks it, and stays."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __missing__(self, language: str) -> Mapping[str, str | Mapping[str, str]]:
        found = self[language] = dict(_texts(self._folder / language)) if language in LANGUAGES else {}
        return found


def load_words(folder: Path, strict: bool = False) -> Words:
    """The texts of translations/<language>/*.toml below `folder`."""
    return Words(Shelf(folder), strict)


@cache
def shipped(strict: bool = False) -> Words:
    """The product's own texts, read once a process."""
    return load_words(Path(__file__).parent.parent.parent / "translations", strict)


def translate(message: Message | Text, language: str) -> str:
    """Word a message outside a request (command line, mail); inside one use language.translate."""
    return shipped().say(message, language)


def number(value: int | Decimal, language: str) -> str:
    """1234.5 → `1.234,5` (id), `1,234.5` (en); no digit is lost."""
    with localcontext(prec=DIGITS):  # Babel rounds to the context's 28 digits on its way
        return format_decimal(value, format=EXACT, locale=language, decimal_quantization=False)


def percent(value: int | Decimal, language: str) -> str:
    """A percentage as it is stored, 0 to 100: 12.5 → `12,5%`."""
    return f"{number(value, language)}%"


def month(value: date, language: str) -> str:
    """The month of a day: `Maret 2026`."""
    return format_date(value, "LLLL y", locale=language)


def weekday(value: date, language: str) -> str:
    """`Senin`, `Monday`."""
    return format_date(value, "EEEE", locale=language)


def day(value: date, language: str) -> str:
    """`31 Januari 2026`, in both languages in this order."""
    return format_date(value, "d MMMM y", locale=language)


def moment(value: datetime, language: str, zone: str = DEFAULT_ZONE) -> str:
    """`31 Januari 2026 pukul 09.14 WIB`; `value` is aware."""
    local = value.astimezone(ZoneInfo(zone))
    at = {"id": " 'pukul' ", "en": ", "}[language]
    return f"{format_datetime(local, f'd MMMM y{at}{TIME[language]}', locale=language)} {local.tzname()}"


def _texts(folder: Path) -> Iterator[tuple[str, str | Mapping[str, str]]]:
    for path in sorted(folder.glob("*.toml")):
        yield from _flat(tomllib.loads(path.read_text(encoding="utf-8")), "")


def _flat(table: Mapping[str, object], prefix: str) -> Iterator[tuple[str, str | Mapping[str, str]]]:
    for name, value in table.items():
        if isinstance(value, Mapping) and set(value) != {"one", "other"}:
            yield from _flat(value, f"{prefix}{name}.")
        elif isinstance(value, Mapping):
            yield prefix + name, {form: str(text) for form, text in value.items()}
        else:
            yield prefix + name, str(value)
