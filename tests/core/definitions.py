"""What tests about definitions share: the corpus, the product's catalog, and one of our own beside it."""

from pathlib import Path
from typing import Any

from engine import fields
from engine.core.case import Verdict, allow
from engine.core.catalog import Catalog, EvaluatedOption, MatrixOption, RoleOption, guard, method
from engine.core.definition import CodeList, Definition
from engine.core.reading.known import Known, Published
from engine.core.reading.normal import load
from engine.core.reading.parse import Examined, examine, parse
from engine.documents import read_yaml
from workflows import actions, guards, methods

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "tests/corpus/definitions"
FOLDERS = ("workflows", "workflows/codelists", "workflows/registers")
SHIPPED = [path for folder in FOLDERS for path in sorted((ROOT / folder).glob("*.yaml"))]
VALID = sorted((CORPUS / "valid").glob("*.yaml"))
INVALID = sorted((CORPUS / "invalid").glob("*.yaml"))


@guard
def tasks_done(case: Any) -> Verdict:
    """Every task is done."""
    return allow()


@guard
def not_same_person(case: Any, *, roles: tuple[RoleOption, ...]) -> Verdict:
    """The roles are held by different people."""
    return allow()


@method
def matrix(case: Any, *, rows: EvaluatedOption, columns: EvaluatedOption, table: MatrixOption) -> str:
    """The cell of a table."""
    return table.items[0].key


BESIDE = (guards.children_done, actions.open_case)
CATALOG = Catalog.collect(*fields.BUILT_IN, tasks_done, not_same_person, matrix, *BESIDE)
PRODUCT = Catalog.collect(*fields.BUILT_IN, actions, guards, methods)


def codelist(key: str, with_matrix: bool = False) -> CodeList:
    """A code list of two items, and a matrix of one cell where it is asked for."""
    document: dict[str, Any] = {"kind": "codelist", "format": 1, "key": key, "name": {"id": key, "en": key}}
    document["items"] = [{"key": name, "label": {"id": name, "en": name}} for name in ("yes", "no")]
    if with_matrix:
        axis = document["items"][:1]
        document["matrix"] = {"rows": axis, "columns": axis, "cells": {"yes": {"yes": "no"}}}
    return load(document)


LISTS = {"plain_list": codelist("plain_list"), "grid": codelist("grid", with_matrix=True)}
LINKED = ("quarterly_review", "objection")


def published(key: str) -> Published:
    """A workflow of the corpus, as one that others may open cases of."""
    return Published(parse(*read_yaml((CORPUS / f"valid/{key}.yaml").read_bytes()), CATALOG, LISTS), LISTS)


REGISTERS = {"daily_activity": parse(*read_yaml((CORPUS / "valid/daily_activity.yaml").read_bytes()), CATALOG, LISTS)}
CODELISTS = Known(LISTS, {key: published(key) for key in LINKED}).beside(REGISTERS, {})


def shipped_codelists() -> dict[str, CodeList]:
    """The code lists that come with the product, by key."""
    paths = (ROOT / "workflows/codelists").glob("*.yaml")
    return {path.stem: parse(*read_yaml(path.read_bytes()), CATALOG, {}) for path in paths}


def look_at(text: str | bytes) -> Examined:
    """Everything that is said about a text."""
    return examine(*read_yaml(text), CATALOG, CODELISTS)


def read(text: str | bytes) -> Definition:
    """The definition that a text is; raises InvalidDefinition."""
    return parse(*read_yaml(text), CATALOG, CODELISTS)
