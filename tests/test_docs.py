"""What the documents name exists, and nothing committed knows the machine it was written on."""

import re
import subprocess
from collections.abc import Iterable
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest

from engine.store.tables import metadata

ROOT = Path(__file__).parent.parent
FRONT = [*ROOT.glob("README.md"), ROOT / "CONTRIBUTING.md"]
DOCUMENTS = [*FRONT, *sorted(ROOT.glob("docs/**/*.md"))]
SETTINGS = (ROOT / ".env.example").read_text()
MACHINE = re.compile(
    r"(?<![\w.<])/(?:root|home/\w+|work|opt)/|https?://[^\s\"']*(?:/simple/|py"
    r"pi\.org|python"
    r"hosted)|"
    r"--(?:extra-)?index-url\s+\S|--find-links\s+\S"
)


def unknown_words(tables: Iterable[str], glossary: str) -> list[str]:
    """List the tables in whose name no word of the glossary stands; `cas` stands for case, an SQL keyword."""
    known = {word.replace(" ", "_") for word in re.findall(r"\*\*([a-z ]+)\*\*", glossary)} | {"cas"}
    return sorted(name for name in tables if not ({name, *name.split("_")} & known))


@cache
def listed(*which: str) -> list[str]:
    command = ["git", "ls-files", "-z", "--exclude-standard", *which]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [name for name in names.split("\0") if name]


def machine_traces(name: str, text: str) -> list[str]:
    return [f"{name}: {match.group().strip()}" for match in MACHINE.finditer(text)]


def missing_links(document: Path, text: str) -> list[str]:
    targets = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", text)
    return [f"{document.name}: {target}" for target in targets if not (document.parent / target).exists()]


def missing_targets(text: str, makefile: str) -> list[str]:
    """List the make targets that a text tells to run and the Makefile does not have."""
    known = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    named = re.findall(r"(?:^|`)(?:[A-Z_]+=\S+ )*make ([a-z]+)", text, re.MULTILINE)
    return sorted(set(named) - known)


def missing_paths(text: str) -> list[str]:
    """List the files and folders in backquotes that are not there; `<…>` and `…` stand for a name to choose."""
    named = re.findall(r"`((?:[\w.-]+/)+(?:[\w.<>*-]+(?:\.\w+)?)?)`", text)
    return sorted({path for path in named if not exists(path)})


def exists(path: str) -> bool:
    pattern = re.sub(r"<[^>]*>|NNNN[\w-]*", "*", path)
    return any(fnmatch(f"/{name}", f"*/{pattern}*") for name in listed("--cached", "--others"))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_what_a_document_links_to_exists(document):
    assert missing_links(document, document.read_text()) == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_what_a_document_tells_to_make_is_a_target(document):
    assert missing_targets(document.read_text(), (ROOT / "Makefile").read_text()) == []


@pytest.mark.parametrize("document", FRONT, ids=lambda path: path.name)
def test_the_files_and_folders_that_a_document_names_exist(document):
    named = [path for path in missing_paths(document.read_text()) if not path.startswith((".venv/", "var/"))]
    assert named == []


def test_every_table_is_named_with_a_word_of_the_glossary():
    assert len(metadata.tables) > 20
    assert unknown_words(metadata.tables, (ROOT / "docs/glossary.md").read_text()) == []


def test_every_make_target_says_what_it_does_in_one_line():
    makefile = (ROOT / "Makefile").read_text()
    targets = re.findall(r"^([a-z]+):(.*)$", makefile, re.MULTILINE)
    assert [name for name, rest in targets if "## " not in rest] == []


def test_every_setting_that_the_code_reads_is_explained():
    code = [
        *ROOT.glob("wsgi.py"),
        *ROOT.glob("engine/**/*.py"),
        *ROOT.glob("portal/**/*.py"),
        *ROOT.glob("admin/**/*.py"),
    ]
    read = {
        name
        for path in code
        for name in re.findall(r"[\"'](SIKLUS_[A-Z_]+|REDIS_URL|PORT|HOST)[\"']", path.read_text())
    }
    assert sorted(name for name in read if f"{name}=" not in SETTINGS) == []


def test_no_committed_file_knows_the_machine_it_was_written_on():
    found = []
    for path in (ROOT / name for name in listed("--cached")):
        if path.suffix in (".pdf", ".png", ".ico", ".woff2", ".webp") or not path.exists() or path == Path(__file__):
            continue
        found += machine_traces(str(path.relative_to(ROOT)), path.read_text())
    assert found == [], "\n" + "\n".join(found)


def test_no_lock_names_an_address_and_every_package_has_its_hash():
    for lock in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / lock).read_text()
        assert "://" not in text and "file:" not in text
        entries = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
        assert len(entries) > 30
        assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize(
    "text",
    ["see /" + "root/notes", "data in /home/me/x", "--extra-index-url file:x", "https://files.python" + "hosted.org/x"],
)
def test_a_trace_of_a_machine_is_found(text):
    assert machine_traces("x.md", text) != []


def test_a_table_with_a_word_of_its_own_is_found():
    assert unknown_words(["task_holder", "dossier"], "| **task** | … |") == ["dossier"]


def test_a_target_that_does_not_exist_is_found():
    assert missing_targets("run `make fly`\nmake walk", "walk: ## go\n") == ["fly"]


def test_a_path_that_does_not_exist_is_found():
    assert missing_paths("see `engine/nowhere.py` and `engine/core/` and `tests/<area>/`") == ["engine/nowhere.py"]
