"""Words of closed lists: each is in both languages."""

from engine.core.telling.wordlist import PROPERTIES, TYPES, VALUES
from tests.core.definitions import PRODUCT, ROOT
from tests.wording import texts


def test_every_field_type_has_words():
    assert set(PRODUCT.names("field")) <= TYPES


def test_every_word_of_the_lists_is_in_both_languages():
    for language in ("id", "en"):
        known = texts(ROOT / "translations" / language)
        wanted = [f"telling.property.{name}" for name in PROPERTIES]
        wanted += [f"telling.value.{name}" for name in VALUES] + [f"telling.type.{name}" for name in TYPES]
        assert [name for name in wanted if name not in known] == []
