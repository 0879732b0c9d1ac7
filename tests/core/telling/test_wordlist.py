"""Words of closed lists: each is in both languages."""

from engine.core.reading.shapes import MODELS
from engine.core.telling.wordlist import EXTENSIONS, PROPERTIES, TYPES, VALUES
from tests.core.definitions import PRODUCT, ROOT
from tests.wording import texts


def test_every_field_type_has_words():
    assert set(PRODUCT.names("field")) <= TYPES


def test_every_word_of_the_lists_is_in_both_languages():
    for language in ("id", "en"):
        known = texts(ROOT / "translations" / language)
        wanted = [f"telling.property.{name}" for name in PROPERTIES]
        wanted += [f"telling.value.{name}" for name in VALUES] + [f"telling.type.{name}" for name in TYPES]
        wanted += [f"telling.{name}" for name in EXTENSIONS]
        assert [name for name in wanted if name not in known] == []


def test_what_the_models_and_the_catalog_can_say_has_words():
    keys = {info.alias or name for model in MODELS for name, info in model.model_fields.items()}
    kinds = ("field", "guard", "action", "job", "method")
    options = {name for kind in kinds for entry in PRODUCT.entries(kind) for name in entry.options.model_fields}
    assert (keys | options) - PROPERTIES == set(), "words for these: translations telling.property.…, and wordlist.py"
    acts = {f"{kind}.{name}" for kind in ("action", "method") for name in PRODUCT.names(kind)}
    assert acts - EXTENSIONS == set(), "what an action or method does, in words: translations telling.action.…"
