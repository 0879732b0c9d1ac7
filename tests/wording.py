"""Finds the message keys that code and templates use, and reads the translation files. Judges nothing."""

import ast
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter

IN_TEMPLATE = re.compile(r"""\bt\(\s*(?P<quote>['"])(?P<key>[^'"]+)(?P=quote)\s*(?P<more>~)?""")


@dataclass(frozen=True)
class Use:
    """One place that names a message. `params` is None where they cannot be read off the source."""

    where: str
    pattern: str  # the key; a part that is computed at run time stands as *
    params: frozenset[str] | None = None

    def matches(self, key: str) -> bool:
        return key == self.pattern if "*" not in self.pattern else _shape(self.pattern).fullmatch(key) is not None

    def among(self, known: Mapping[str, str]) -> list[str]:
        """The keys that are meant; thousands of places name one, so one is looked up."""
        if "*" not in self.pattern:
            return [self.pattern] if self.pattern in known else []
        return [key for key in known if self.matches(key)]


@cache
def _shape(pattern: str) -> re.Pattern[str]:
    return re.compile(re.escape(pattern).replace(r"\*", ".+"))


def texts(folder: Path) -> dict[str, str]:
    """All texts of one language's folder by their flattened, dotted key; refuses a key that two files give."""
    found: dict[str, str] = {}
    for path in sorted(folder.glob("*.toml")):
        for key, text in _flat(tomllib.loads(path.read_text())):
            if key in found:
                raise ValueError(f"{path.name}: {key} is given twice in this language")
            found[key] = text
    return found


def placeholders(text: str) -> set[str]:
    """The names in braces of a text."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def uses_in_python(where: str, source: str) -> Iterator[Use]:
    """Each `Message("key", …)` and `t("key", …)` of a module."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and _called(node) in ("Message", "t") and node.args:
            pattern = _pattern(node.args[0])
            if pattern is not None:
                open_ended = any(keyword.arg is None for keyword in node.keywords)
                params = None if open_ended else frozenset(str(k.arg) for k in node.keywords)
                yield Use(f"{where}:{node.lineno}", pattern, params)


def uses_in_template(where: str, source: str) -> Iterator[Use]:
    """Each `t('key' …)` of a template; `t('begin.' ~ name)` counts as begin.*"""
    for found in IN_TEMPLATE.finditer(source):
        line = source.count("\n", 0, found.start()) + 1
        yield Use(f"{where}:{line}", found["key"] + ("*" if found["more"] else ""))


def _flat(table: dict, prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, dict) and set(value) == {"one", "other"}:
            yield prefix + name, value["other"]  # a plural: one text in two forms
        elif isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, str(value)


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def _pattern(node: ast.expr) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values)
    return None
