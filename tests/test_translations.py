"""Every text exists in both languages with the same placeholders, and every message that is named has its text."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from tests.wording import Use, placeholders, texts, uses_in_python, uses_in_template

ROOT = Path(__file__).parent.parent
INDONESIAN, ENGLISH = texts(ROOT / "translations/id"), texts(ROOT / "translations/en")


def differences(one: Mapping[str, str], other: Mapping[str, str]) -> list[str]:
    lonely = [f"{key}: only in one language" for key in sorted(one.keys() ^ other.keys())]
    return lonely + [
        f"{key}: {sorted(placeholders(one[key]))} in one language, {sorted(placeholders(other[key]))} in the other"
        for key in sorted(one.keys() & other.keys())
        if placeholders(one[key]) != placeholders(other[key])
    ]


def missing(uses: Iterable[Use], known: Mapping[str, str]) -> list[str]:
    found = []
    for use in uses:
        keys = use.among(known)
        if not keys:
            found.append(f"{use.where}: no text for the message {use.pattern}")
        elif use.params is not None and keys == [use.pattern]:
            lost = sorted(placeholders(known[use.pattern]) - use.params)
            found += [f"{use.where}: {use.pattern} needs {', '.join(lost)}"] if lost else []
    return found


def all_uses() -> list[Use]:
    code = [p for name in ("engine", "workflows", "portal", "admin", "api") for p in ROOT.glob(f"{name}/**/*.py")]
    pages = [p for ending in ("html", "txt", "svg", "xml") for p in ROOT.glob(f"templates/**/*.{ending}")]
    return [
        *(use for p in [*ROOT.glob("wsgi.py"), *code] for use in uses_in_python(relative(p), p.read_text())),
        *(use for p in pages for use in uses_in_template(relative(p), p.read_text())),
    ]


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_both_languages_say_the_same_things_with_the_same_placeholders():
    assert INDONESIAN, "no texts were found"
    found = differences(INDONESIAN, ENGLISH)
    assert found == [], "\n" + "\n".join(found)


def test_no_text_is_empty():
    assert [key for table in (INDONESIAN, ENGLISH) for key, text in table.items() if not text.strip()] == []


def test_every_message_that_code_or_a_page_names_has_its_text_and_its_parameters():
    uses = all_uses()
    assert uses, "no messages were found"
    found = missing(uses, INDONESIAN)
    assert found == [], "\n" + "\n".join(found)


def test_a_text_that_stands_in_one_language_only_is_found():
    assert differences({"a": "x", "b": "y"}, {"a": "x"}) == ["b: only in one language"]


def test_a_placeholder_that_one_language_forgot_is_found():
    assert differences({"a": "{days} hari"}, {"a": "days"}) != []


PYTHON = [
    ('Message("lost.key")', "no text for the message lost.key"),
    ('messages.Message("lost.key", a=1)', "no text for the message lost.key"),
    ('t("lost.key")', "no text for the message lost.key"),
    ('Message(f"lost.{kind}")', "no text for the message lost.*"),
    ('Message("known.days")', "known.days needs days"),
]


@pytest.mark.parametrize(("source", "complaint"), PYTHON)
def test_a_message_without_its_text_is_found_in_code(source, complaint):
    (found,) = missing(uses_in_python("x.py", source), {"known.days": "{days} hari"})
    assert found == f"x.py:1: {complaint}"


@pytest.mark.parametrize(
    "source", ["{{ t('lost.key') }}", '{{ t("lost." ~ kind) }}', "{% set x = t( 'lost.key', a=1) %}"]
)
def test_a_message_without_its_text_is_found_in_a_template(source):
    assert len(missing(uses_in_template("x.html", source), {"known": "x"})) == 1


def test_what_is_known_is_not_complained_about():
    source = 'Message("known.days", days=1); Message("known.days", **facts); Message(f"known.{kind}"); print(t)'
    assert missing(uses_in_python("x.py", source), {"known.days": "{days} hari"}) == []
