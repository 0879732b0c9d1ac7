"""Samples of every field type, for the gallery of the backoffice: read from one YAML, bound to the catalog. Reads only.

A sample is a field as a definition says it, an answer that is taken and one that is refused. All samples make up two
forms of a small definition, which is bound by the same code as any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from engine.core.case import Named
from engine.core.catalog import Catalog, Entry
from engine.core.definition import WorkflowDefinition
from engine.core.errors import InvalidDefinition
from engine.core.filling.fieldtype import FormFacts
from engine.core.filling.form import Form
from engine.core.messages import Message, Text
from engine.core.reading.compiled import bind
from engine.core.reading.normal import normal_form
from engine.documents import read_yaml

GOOD, WRONG = "good", "wrong"
PARTS: Mapping[str, Any] = {
    "kind": "workflow",
    "format": 1,
    "key": "gallery",
    "name": "Gallery",
    "roles": {"employee": "subject", "supervisor": {"rule": "superior_of", "role": "employee"}},
    "states": {"open": {"initial": True}, "closed": {"final": True}},
    "transitions": {},
}


@dataclass(frozen=True, slots=True)
class Sample:
    """One field type: its entry of the catalog, what it is for, and whether something can be typed that it refuses."""

    entry: Entry
    about: Text
    has_wrong: bool


@dataclass(frozen=True, slots=True)
class Samples:
    """All samples: a form of good answers, whose keys are the names of the types, and one of wrong (`<type>_wrong`).

    `raw` and `raw_wrong` are as a page posts them; `values` is what was taken of the good ones.
    """

    each: tuple[Sample, ...]
    good: Form
    wrong: Form
    raw: Mapping[str, Any]
    values: Mapping[str, Any]
    raw_wrong: Mapping[str, Any]
    errors: Mapping[str, Message]
    facts: FormFacts


def read_samples(text: str | bytes, catalog: Catalog, today: date) -> Samples:
    """Read the document of samples; those of types that this catalog lacks are left out.

    Raises InvalidDefinition where a field of it cannot be bound.
    """
    document, _ = read_yaml(text, "fields.yaml")
    known = {kind: it for kind, it in document["samples"].items() if catalog.get("field", kind) is not None}
    forms = _forms(known, catalog)
    facts = FormFacts(today, date(today.year, 1, 1), date(today.year, 12, 31), _named(document.get("named", ())))
    raw = {kind: it["answer"] for kind, it in known.items() if "answer" in it}
    stored = {kind: it["stored"] for kind, it in known.items() if "stored" in it}
    refused = {f"{kind}_wrong": it["wrong"] for kind, it in known.items() if "wrong" in it}
    good, wrong = forms[GOOD], forms[WRONG]
    return Samples(
        each=tuple(_sample(catalog, kind, it) for kind, it in known.items()),
        good=good,
        wrong=wrong,
        raw=raw,
        values={**good.judge(raw, facts).values, **good.questions.load(stored)},
        raw_wrong=refused,
        errors=wrong.judge(refused, facts).errors,
        facts=facts,
    )


def _forms(samples: Mapping[str, Any], catalog: Catalog) -> Mapping[str, Form]:
    good = {kind: {"type": kind, **it["field"]} for kind, it in samples.items()}
    wrong = {f"{kind}_wrong": good[kind] for kind, it in samples.items() if "wrong" in it}
    forms = {name: {"sections": {"all": {"fields": fields}}} for name, fields in ((GOOD, good), (WRONG, wrong))}
    whole = normal_form({**PARTS, "forms": forms})
    bound = bind(WorkflowDefinition.model_validate(whole), catalog, {})
    if bound.workflow is None:
        raise InvalidDefinition(list(bound.problems))
    return bound.workflow.forms


def _named(found: Any) -> Mapping[tuple[str, str], Named]:
    """The people, units and files that the samples name."""
    return {
        (each["kind"], each["ref"]): Named(each["ref"], each["label"], each.get("detail", ""), each.get("facts", {}))
        for each in found
    }


def _sample(catalog: Catalog, kind: str, written: Mapping[str, Any]) -> Sample:
    entry = catalog.get("field", kind)
    if entry is None:
        raise KeyError(kind)
    about = written["about"]
    return Sample(entry, Text(about["id"], about["en"]), "wrong" in written)
