"""From a case that was read to the paper of it: what one reader may see, who is named, what was signed. Reads only.

Three papers: a form that was sent, a whole case, and each print that the definition declares (`prints:`). What somebody
may print is what he may read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Connection

from engine import paper_people, score_words
from engine.core.case import CANCELLED, Actor, Outcome
from engine.core.errors import NotFound
from engine.core.filling import forms
from engine.core.filling.formviews import FormView
from engine.core.messages import Message, Param, Text, readable
from engine.core.printing import casepaper, layout
from engine.core.printing.paper import Paper
from engine.core.printing.seal import Figure
from engine.core.printing.source import Known, Source
from engine.core.printing.spec import PrintSpec, paths
from engine.core.printing.wording import Voice
from engine.core.proof.canonical import digest
from engine.core.proof.evidence import plain
from engine.core.scoring.telling import Branch
from engine.core.times import to_datetime
from engine.core.workflow import BoundResult
from engine.snapshot import Snapshot
from engine.store.queries import history
from engine.store.queries import prints as queries

CASE = "case"
WORDS = ("page", "qr", "reference", "digest", "code", "check", "emblem")


@dataclass(frozen=True, slots=True)
class Draft:
    """A paper before it has a reference: what is on it, what counts, and which answers and results it shows.

    `forms`: form → ref of the submission; `results`: result → digest of value and derivation. Both say later whether
    the case has moved on.
    """

    paper: Paper
    figures: tuple[Figure, ...]
    forms: Mapping[str, str]
    results: Mapping[str, str]


class Sent(Protocol):
    """A submission as queries.history has it."""

    @property
    def ref(self) -> str: ...
    @property
    def form(self) -> str: ...
    @property
    def number(self) -> int: ...
    @property
    def sent_at(self) -> str: ...
    @property
    def by_name(self) -> str: ...
    @property
    def by_id(self) -> int: ...


def offered(found: Snapshot, actor: Actor) -> tuple[PrintSpec, ...]:
    """The declared prints that the actor may have of a case as it stands."""
    may = _readable(found, actor)
    return tuple(spec for spec in found.workflow.definition.prints if _is_offered(found, spec, actor, may))


def of_case(db: Connection, found: Snapshot, key: str, actor: Actor, voice: Voice) -> Draft:
    """A declared print, or the whole case; NotFound for what is not offered to the actor."""
    may = _readable(found, actor)
    rows = history.events(db, found.ref)
    if key == CASE:
        return _whole(db, found, may, actor, voice, rows)
    spec = next((each for each in found.workflow.definition.prints if each.key == key), None)
    if spec is None or not _is_offered(found, spec, actor, may):
        raise NotFound(Message("print.not_offered"))
    keys = _forms_of(found, spec)
    source = _source(db, found, {key: may[key] for key in may if key in keys}, actor, voice, rows, spec)
    name = voice.say(spec.label) if spec.label else spec.key
    running = " · ".join((name, found.subject_name, source.period))
    paper = layout.paper(spec, source, running=running, words=_words(voice))
    return Draft(
        paper,
        (*paper_people.subject(db, found, voice), *_figures(spec, source)),
        _sent(rows, keys),
        _digests(found, source.results),
    )


def of_submission(
    db: Connection, found: Snapshot, sent: Sent, view: FormView | None, title: Text, voice: Voice
) -> Draft:
    """A form that was sent, as it was sent."""
    views = {} if view is None else {sent.form: view}
    source = Source(voice, queries.institution(db, found.unit_id), _period(found, voice), views)
    facts: list[tuple[str, Param]] = [
        *_about(db, found),
        ("sent_by", sent.by_name),
        ("sent_at", to_datetime(sent.sent_at)),
        ("number", str(sent.number)),
    ]
    paper = casepaper.of_form(view, voice.say(title), facts, source, _words(voice))
    figures = (*paper_people.subject(db, found, voice), *casepaper.figures(views, source))
    return Draft(paper, figures, {sent.form: sent.ref}, {})


def now(found: Snapshot, rows: Iterable[Any]) -> tuple[dict[str, str], dict[str, str]]:
    """Form → its last submission, and result → its digest, as the case stands."""
    return _sent(rows, found.workflow.forms), _digests(found, found.view.results)


def label(found: Snapshot, key: str) -> Text | Message:
    """What a print is called, by its key: a declared one, the whole case, or `form:<key>`."""
    definition = found.workflow.definition
    if key.startswith("form:"):
        return _named(definition.forms, key.removeprefix("form:"))
    return Message("print.case") if key == CASE else _named(definition.prints, key)


def _whole(db: Connection, found: Snapshot, may: Mapping[str, FormView], actor: Actor, voice: Voice,
           rows: Sequence[Any]) -> Draft:  # fmt: skip
    definition = found.workflow.definition
    source = _source(db, found, may, actor, voice, rows, None)
    state = found.view.state
    stands = Message("status.cancelled") if state == CANCELLED else _named(definition.states, state)
    facts: list[tuple[str, Param]] = [*_about(db, found), ("state", stands)]
    names = {form.key: form.label or readable(form.key) for form in definition.forms}
    told = [casepaper.Happened(to_datetime(row.at), row.actor_name or voice.key("print.system"), _told(found, row))
            for row in rows if row.kind != queries.MADE]  # fmt: skip
    paper = casepaper.of_case(voice.say(definition.name), facts, names, told, source, _words(voice))
    figures = (*paper_people.subject(db, found, voice), *casepaper.figures(may, source))
    return Draft(paper, figures, _sent(rows, may), _digests(found, source.results))


def _about(db: Connection, found: Snapshot) -> Iterator[tuple[str, Param]]:
    """Whose case it is and of which cycle; the number too, for whoever checks the paper is asked for it."""
    yield "subject", found.subject_name
    if number := paper_people.number(db, found):
        yield "number_of_subject", number
    yield "cycle", found.cycle_name


def _told(found: Snapshot, row: Any) -> Message:
    definition = found.workflow.definition
    if row.kind == "form.submitted":
        return Message("print.event.sent", form=_named(definition.forms, row.form or ""))
    if row.kind == "case.moved":
        return Message("print.event.moved", move=_named(definition.transitions, row.transition or ""))
    known = (
        *("case.started", "case.cancelled", "case.rewound", "case.commented"),
        *("case.reassigned", "case.reheld", "case.redue", "case.reminded", "case.put_back"),
        *("case.extended", "case.suspended", "case.resumed", "case.final", "case.fire_refused"),
    )
    return Message(f"print.event.{row.kind.partition('.')[2] if row.kind in known else 'other'}")


def _readable(found: Snapshot, actor: Actor) -> dict[str, FormView]:
    """The forms that somebody may read and does not fill now, as he sees them."""
    may = forms.access(found.workflow, found.view, actor, see_all=found.oversees)
    return {
        key: forms.view(found.workflow, found.view, actor, key, see_all=found.oversees)
        for key, right in may.items()
        if right == "read"
    }


def _is_offered(found: Snapshot, spec: PrintSpec, actor: Actor, may: Mapping[str, FormView]) -> bool:
    if spec.states and found.view.state not in spec.states:
        return False
    named = {path for path in paths(spec) if "." not in path}
    results = {each.spec.key for each in found.workflow.results if _sees(found, each, actor, may)}
    return _forms_of(found, spec) <= may.keys() and named <= results


def _forms_of(found: Snapshot, spec: PrintSpec) -> set[str]:
    return {form for path in paths(spec) if (form := path.partition(".")[0]) in found.workflow.forms}


def _sees(found: Snapshot, result: BoundResult, actor: Actor, may: Mapping[str, FormView]) -> bool:
    """Whether a result is there, and the actor sees everything that it comes from."""
    if not isinstance(found.view.results.get(result.spec.key), Outcome):
        return False
    return forms.knows(found.workflow, found.view, actor, result, may)


def _source(db: Connection, found: Snapshot, views: Mapping[str, FormView], actor: Actor, voice: Voice,
            rows: Sequence[Any], spec: PrintSpec | None) -> Source:  # fmt: skip
    everything = _readable(found, actor) if spec is None else views
    known = {each.spec.key: _known(found, each) for each in found.workflow.results
             if _sees(found, each, actor, everything) and (spec is None or each.spec.key in paths(spec))}  # fmt: skip
    return Source(
        voice=voice,
        institution=queries.institution(db, found.unit_id),
        period=_period(found, voice),
        views=views,
        results=known,
        parties={} if spec is None else dict(paper_people.parties(db, found, spec, rows)),
        signed={} if spec is None else dict(paper_people.signed(db, found, spec, rows, views)),
        scores=dict(_scores(db, found, known)) if spec is None else {},
    )


def _scores(db: Connection, found: Snapshot, known: Iterable[str]) -> Iterator[tuple[str, Branch]]:
    """How those of the results that are scores were made."""
    for key in known:
        outcome = found.view.results.get(key)
        if isinstance(outcome, Outcome) and score_words.is_score(outcome):
            yield key, score_words.told(db, found, outcome.derivation)


def _period(found: Snapshot, voice: Voice) -> str:
    return voice.say(Message("print.period", start=found.view.period_start, end=found.view.period_end))


def _known(found: Snapshot, result: BoundResult) -> Known:
    outcome = found.view.results[result.spec.key]
    value = outcome.value if isinstance(outcome, Outcome) else outcome
    how = outcome.derivation if isinstance(outcome, Outcome) else {}
    table = found.workflow.codelists.get(str(how.get("table", "")))
    items = () if table is None else table.items
    words = next((item.label for item in items if item.key == value), _worded(how) or Text(value, value))
    named = result.spec.label or readable(result.spec.key)
    return Known(named, value, words, tuple((item.key, item.label) for item in items))


def _worded(how: Mapping[str, Any]) -> Text | None:
    """What a method called what it found, where it kept that."""
    said = how.get("result")
    label = said.get("label") if isinstance(said, Mapping) else None
    return Text(str(label["id"]), str(label["en"])) if isinstance(label, Mapping) else None


def _figures(spec: PrintSpec, source: Source) -> Iterator[Figure]:
    """The figures that a print declares."""
    for path in spec.figures:
        field = source.field_at(path)
        if (result := source.results.get(path)) is not None:
            yield Figure(source.voice.say(result.label), source.voice.say(result.words))
        elif field is not None:
            yield from casepaper.of_field(field, source.voice)


def _sent(rows: Iterable[Any], keys: Iterable[str]) -> dict[str, str]:
    wanted = set(keys)
    return {row.form: row.submission_ref for row in rows if row.kind == "form.submitted" and row.form in wanted}


def _digests(found: Snapshot, keys: Iterable[str]) -> dict[str, str]:
    outcomes = ((key, found.view.results.get(key)) for key in keys)
    return {key: digest([each.value, plain(each.derivation)]) for key, each in outcomes if isinstance(each, Outcome)}


def _words(voice: Voice) -> dict[str, str]:
    """The words around a paper; {page} and {pages} are the typesetter's to fill in."""
    words = {name: voice.key(f"print.words.{name}") for name in WORDS if name != "page"}
    return {**words, "page": voice.say(Message("print.words.page", page="{page}", pages="{pages}"))}


def _named(elements: Iterable[Any], key: str) -> Text:
    return next((each.label for each in elements if each.key == key and each.label), readable(key))
