"""One Indonesian word for each thing, in every text of the product and in the workflows that come with it."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from engine.documents import read_yaml
from tests.wording import texts

ROOT = Path(__file__).parent.parent
INDONESIAN = texts(ROOT / "translations/id")
# The word that is not used → the one that is. In `status` only where a state of a case is meant.
INSTEAD = {
    r"transisi": "langkah",
    r"tenggat(nya)?": "batas waktu",
    r"(di|me|pe)?n?tinjau(an)?": "periksa, diperiksa, pemeriksaan",
    r"(me|pe)ninjau(an)?\w*": "memeriksa, pemeriksa, pemeriksaan",
    r"status": "tahap",
}
# A version, an account, an imported row, a request of the web has a status; a case has none.
STATUSES = ("admin.", "import", "ledger.", "design.column.status", "designs.nothing_new", "definition.wrong_status",
            "error.", "jobs.", "cycle.")  # fmt: skip


def foreign(key: str, text: str) -> Iterator[str]:
    for word, right in INSTEAD.items():
        if word == "status" and key.startswith(STATUSES):
            continue
        for found in re.findall(rf"\b({word})\b", text, re.IGNORECASE):
            yield f"{key}: '{found if isinstance(found, str) else found[0]}', here called {right}: {text}"


def authored(node: Any, path: str) -> Iterator[tuple[str, str]]:
    """The Indonesian texts of a document, each with its path."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            if key == "id" and isinstance(value, str):
                yield path, value
            else:
                yield from authored(value, f"{path}.{key}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from authored(value, f"{path}.{index}")


def test_every_text_calls_things_by_their_one_name():
    assert INDONESIAN, "no texts were found"
    found = [problem for key, text in INDONESIAN.items() for problem in foreign(key, text)]
    assert found == [], "\n" + "\n".join(found)


def test_the_workflows_that_come_with_the_product_do_too():
    found, seen = [], 0
    for path in sorted((ROOT / "workflows").glob("**/*.yaml")):
        document = read_yaml(path.read_text(encoding="utf-8"), path.name)[0]
        for place, text in authored(document, path.stem):
            seen += 1
            found += foreign(place, text)
    assert seen > 200, "texts were looked at"
    assert found == [], "\n" + "\n".join(found)


@pytest.mark.parametrize(
    "text", ["Transisi ini", "tenggatnya lewat", "sedang ditinjau", "Peninjauan versi", "status awal"]
)
def test_a_word_that_is_not_ours_is_found(text):
    assert len(list(foreign("some.key", text))) == 1


@pytest.mark.parametrize("text", ["Pratinjau halaman", "Langkah berikutnya", "batas waktu lewat", "sedang diperiksa"])
def test_what_only_looks_like_one_is_not(text):
    assert list(foreign("some.key", text)) == []
