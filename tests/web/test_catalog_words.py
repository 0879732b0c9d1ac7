"""Everything in the catalog has a name, a sentence and words for its options, in both languages."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.core.catalog import Entry
from engine.core.definition import ChildSpec, Due, FollowUpSpec, NoticeSpec, State, TaskSpec, Transition
from engine.core.designing.panels import HIDDEN, slug
from engine.core.designing.readings import readings
from tests.wording import texts
from wsgi import build_catalog

ROOT = Path(__file__).parent.parent.parent
CATALOG = build_catalog()
OFFERED = ("field", "guard", "action", "job", "method")
WORDS = {language: texts(ROOT / f"translations/{language}") for language in ("id", "en")}


def needed(kind: str, entry: Entry) -> Iterator[str]:
    yield f"design.entry.{kind}.{entry.name}"
    yield f"design.about.{kind}.{entry.name}"
    for option in readings(entry.options) if entry.options is not None else ():
        base = f"design.option.{kind}.{entry.name}.{option.name}"
        yield base
        yield from (f"{base}.word.{word}" for word in option.words)


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_extension_and_each_of_its_options_has_words(language):
    keys = [key for kind in OFFERED for entry in CATALOG.entries(kind) for key in needed(kind, entry)]
    assert len(keys) > 100, "extensions were looked at"
    assert [key for key in keys if key not in WORDS[language]] == []


@pytest.mark.parametrize("model", [State, TaskSpec, Transition, Due, ChildSpec, FollowUpSpec, NoticeSpec])
def test_what_a_panel_of_the_flow_asks_for_has_words(model):
    keys = [f"design.{slug(model)}.{each.name}" for each in readings(model) if each.name not in HIDDEN]
    assert [key for key in keys for language in WORDS if key not in WORDS[language]] == []
