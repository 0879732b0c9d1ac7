"""The shipped cycle with its code lists, read once, and the words of the product: what sentences are tested on."""

from functools import cache
from pathlib import Path

from engine.core.definition import CodeList
from engine.core.messages import Message
from engine.core.reading.normal import normal_form
from engine.core.sentences.documents import vocabulary
from engine.core.sentences.vocabulary import Vocabulary
from engine.documents import read_yaml
from engine.web.i18n import shipped
from tests.core.tiny import CATALOG

WORKFLOWS = Path(__file__).parents[3] / "workflows"


@cache
def codelists() -> dict[str, CodeList]:
    documents = (read_yaml(path.read_bytes())[0] for path in sorted((WORKFLOWS / "codelists").glob("*.yaml")))
    return {found.key: found for each in documents if (found := CodeList.model_validate(normal_form(each)))}


@cache
def basic() -> dict:
    return normal_form(read_yaml((WORKFLOWS / "basic_cycle.yaml").read_bytes())[0])


@cache
def words() -> Vocabulary:
    return vocabulary(basic(), CATALOG, codelists())


def in_both(message: Message) -> tuple[str, str]:
    """The Indonesian and the English sentence; a text that lacks fails."""
    return shipped(True).say(message, "id"), shipped(True).say(message, "en")
