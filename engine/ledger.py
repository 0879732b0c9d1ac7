"""VERB verify: recompute everything that was ever recorded, and name the first thing that is not as it was.

Signing, checkpoints and export come to this module; what one event must fulfil is in audit.py, what a stream adds up to
in audit_facts.py. Which columns are compared, and which are not, stands in docs/audit.md.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection

from engine import (
    audit,
    audit_api,
    audit_bulk,
    audit_calendars,
    audit_cycles,
    audit_designs,
    audit_dues,
    audit_entries,
    audit_facts,
    audit_figures,
    audit_organisation,
    audit_passing,
    audit_public,
    audit_rewinds,
    audit_roles,
    audit_scores,
)
from engine.core.errors import TamperedLedger
from engine.core.messages import Message
from engine.core.proof import leaf
from engine.store.database import Database
from engine.store.queries import (
    api_keys,
    ledger_bulk,
    ledger_designs,
    ledger_dues,
    ledger_entries,
    ledger_organisation,
    ledger_public,
    ledger_rewinds,
    ledger_roles,
    ledger_scores,
)
from engine.store.queries import cycles as cycle_queries
from engine.store.queries import definitions as definition_queries
from engine.store.queries import figures_kept as figure_queries
from engine.store.queries import ledger as queries


@dataclass(slots=True)
class Verified:
    """What was looked at and found as recorded; `erased` counts private parts that are gone with leave.

    unsaid: deadlines of which no event says where they were put, since they were set by a version that did not say so.
    """

    streams: int = 0
    events: int = 0
    cases: int = 0
    erased: int = 0
    definitions: int = 0
    unsaid: int = 0


def verify(database: Database) -> Verified:
    """Recompute every stream and definition, all as of one moment.

    Raises TamperedLedger naming the first thing that does not fit: `stream`, `seq` and `what`, or `record` and `what`.
    """
    seen = Verified()
    with database.read(snapshot=True) as db, queries.lenient(db):
        found = _problems(db, seen)
        first = next(found, None)
        found.close()  # the database's cursor too, before its transaction ends
    if first is not None:
        raise TamperedLedger(first)
    return seen


def problems(database: Database) -> Iterator[Message]:
    """Everything that does not fit; after the first of a stream, the rest of that stream is not judged."""
    with database.read(snapshot=True) as db, queries.lenient(db):
        yield from _problems(db, Verified())


def _problems(db: Connection, seen: Verified) -> Generator[Message, None, None]:
    versions: dict[str, audit_facts.Fact] = {}
    organisation, orders = audit_organisation.Organisation(), audit_roles.Orders()
    designs, cycles, sets = audit_designs.Designs(), audit_cycles.Cycles(), audit_bulk.Sets()
    rewinds, dues = audit_rewinds.Rewinds(), audit_dues.Dues(partial(ledger_dues.body, db))
    for stream, rows in groupby(queries.events(db), key=attrgetter("stream")):
        seen.streams += 1
        seen.cases += stream.startswith("case:")
        problem = _wrong_in_stream(
            db, stream, rows, seen, versions, organisation, orders, designs, cycles, sets, rewinds, dues
        )
        if problem is not None:
            yield problem
            organisation.broken = organisation.broken or stream == "system"
    seen.unsaid = dues.unsaid
    yield from _wrong_definitions(db, seen, versions)
    wrong_designs = audit_designs.wrong_rows(designs, ledger_designs.designs(db))
    yield from (_record(f"design:{ref}", "design") for ref in wrong_designs)
    wrong_cycles = audit_cycles.wrong_rows(cycles, cycle_queries.openings(db))
    yield from (_record(f"cycle:{ref}", "cycle") for ref in wrong_cycles)
    yield from (_record(f"bulk_set:{ref}", "bulk_set") for ref in audit_bulk.wrong_rows(sets, ledger_bulk.items(db)))
    yield from _wrong_rewinds(db, rewinds)
    yield from _wrong_entries(db)
    yield from (_record(f"event:{ref}", "figure") for ref in audit_figures.wrong(figure_queries.frozen(db)))
    yield from (_record(f"event:{ref}", "figure") for ref in figure_queries.unwritten(db))
    scores = audit_scores.Scores(partial(definition_queries.body, db))
    looked_up = partial(ledger_scores.sent, db), partial(ledger_scores.answered, db)
    wrong_scores = audit_scores.wrong(ledger_scores.scores(db), scores, *looked_up)
    yield from (_record(f"outcome:{name}", "score") for name in wrong_scores)
    wrong_keys = audit_api.wrong_keys(api_keys.told(db), api_keys.all_keys(db))
    yield from (_record(f"api_key:{ref}", "api_key") for ref in wrong_keys)
    yield from _wrong_organisation(db, organisation)
    yield from (_record(f"acting_order:{ref}", "acting_order") for ref in _wrong_orders(db, orders))
    yield from (_record(f"nomination:{ref}", "nomination") for ref in _wrong_nominations(db, orders))
    yield from (_event(act.stream, act.seq, "right") for act in audit_roles.wrong_acts(orders, ledger_roles.zones(db)))
    for row in queries.erasures(db):
        if (what := audit.wrong_with_erasure(row)) is not None:
            yield _record(f"erasure:{row.record}", what)
    for unexplained in (queries.unexplained(db), ledger_dues.unexplained(db)):
        yield from (_record(f"{kind}:{name}", "unexplained") for kind, name in unexplained)


def _wrong_entries(db: Connection) -> Iterator[Message]:
    batches = audit_entries.Batches()
    for row in ledger_entries.entries(db):
        if (what := audit_entries.wrong_with_entry(row)) is not None:
            yield _record(f"entry:{row.ref}", what)
        batches.tell(row)
    for event in ledger_entries.imports(db):
        if not batches.is_as_said(event):
            yield _record(f"event:{event.ref}", "entry_batch")
    yield from (_record(f"event:{ref}", "entry_missing") for ref in ledger_entries.unwritten(db))
    for row in ledger_entries.verdicts(db):
        if audit_entries.wrong_with_verdict(row):
            yield _record(f"event:{row.said_ref}", "entry_verdict")
    yield from (_record(f"event:{ref}", "entry_case") for ref in ledger_entries.wrong_cases(db))
    yield from (_record(f"entry_sum:{register}", "entry_sum") for register in ledger_entries.wrong_sums(db))
    said = ledger_public.links(db), ledger_public.batches(db), ledger_public.sources(db), ledger_public.comments(db)
    public = audit_public.wrong_rows(*said, ledger_public.unsaid(db))
    yield from (_record(name, what) for name, what in public)


def _wrong_definitions(db: Connection, seen: Verified, versions: dict[str, audit_facts.Fact]) -> Iterator[Message]:
    """Bodies against their digests, versions against what the events say of each."""
    for row in queries.bodies(db):
        seen.definitions += 1
        if (what := audit.wrong_with_body(row)) is not None:
            yield _record(f"definition:{row.digest}", what)
    for row in queries.versions(db):
        if (what := audit.wrong_with_version(row, versions)) is not None:
            yield _record(f"definition_version:{row.ref}", what)
        versions.pop(row.ref, None)
    yield from (_record(f"definition_version:{ref}", "missing") for ref in versions)


def _wrong_rewinds(db: Connection, rewinds: audit_rewinds.Rewinds) -> Iterator[Message]:
    proposals = audit_rewinds.wrong_rows(rewinds, ledger_rewinds.proposals(db))
    yield from (_record(f"case_rewind:{ref}", "rewind") for ref in proposals)
    withdrawals = audit_rewinds.wrong_withdrawals(rewinds, ledger_rewinds.withdrawals(db))
    yield from (_record(f"withdrawn:{ref}", "withdrawn") for ref in withdrawals)


def _wrong_orders(db: Connection, orders: audit_roles.Orders) -> Iterator[str]:
    return audit_roles.wrong_rows(orders.said, ledger_roles.orders(db))


def _wrong_nominations(db: Connection, orders: audit_roles.Orders) -> Iterator[str]:
    return audit_roles.wrong_rows(orders.nominations, ledger_roles.nominations(db))


def _wrong_organisation(db: Connection, organisation: audit_organisation.Organisation) -> Iterator[Message]:
    """Units and posts against what their events add up to, every change against its event, and the closure."""
    for kind, row in ledger_organisation.places(db) if not organisation.broken else ():
        if (what := audit_organisation.wrong_with_place(kind, row, organisation)) is not None:
            yield _record(f"{kind}:{row.ref}", what)
    if not organisation.broken:
        yield from (_record(f"{kind}:{ref}", "missing") for kind, ref in organisation.places)
    for row in ledger_organisation.changes(db):
        if (what := audit_organisation.wrong_with_change(row)) is not None:
            yield _record(f"change:{row.event_ref}", what)
    yield from (_record(f"change:{ref}", "missing") for ref in ledger_organisation.unwritten(db))
    if audit_organisation.wrong_with_closure(*ledger_organisation.tree(db)):
        yield _record("unit_closure", "closure")


def _wrong_in_stream(
    db: Connection,
    stream: str,
    rows: Iterator[Any],
    seen: Verified,
    versions: dict[str, audit_facts.Fact],
    organisation: audit_organisation.Organisation,
    orders: audit_roles.Orders,
    designs: audit_designs.Designs,
    cycles: audit_cycles.Cycles,
    sets: audit_bulk.Sets,
    rewinds: audit_rewinds.Rewinds,
    dues: audit_dues.Dues,
) -> Message | None:
    before, about = audit.Before(), audit_facts.About()
    results: Mapping[str, Mapping[str, Any]] = {}
    dues.begin()
    for row in rows:
        seen.events += 1
        if row.seq == 1:
            results = queries.outcomes(db, row.case_id)
        try:
            what = audit.wrong_with_event(row, before) or _wrong_result(db, row, results.get(row.ref, {}))
            what = what or _wrong_calendar(db, row) or _wrong_step(db, row) or _wrong_due(db, dues, row)
            what = what or audit_rewinds.tell(rewinds, row, bool(audit.results_of(row)))
            if what is not None:
                return _event(stream, row.seq, what)
            _tell(about, versions, row)
            audit_organisation.tell(organisation, row)
            audit_roles.tell(orders, row)
            audit_designs.tell(designs, row)
            audit_cycles.tell(cycles, row)
            audit_bulk.tell(sets, row)
        except leaf.UNREADABLE:  # whoever makes the chain anew may leave out of a leaf what every leaf has
            return _event(stream, row.seq, "leaf")
        seen.erased += row.note_erasure is not None or row.answers_erasure is not None
        before, last = audit.after(before, row), row
    what = audit.wrong_with_stream(last, before) or _wrong_person(db, stream, about) or _wrong_put(db, dues, stream)
    return None if what is None else _event(stream, before.seq, what)


def _wrong_result(db: Connection, row: Any, stored: Mapping[str, Any]) -> str | None:
    """Each result that the note speaks of is there as it was set, or erased with leave; and no other is."""
    said = audit.results_of(row)
    for key, committed in said.items():
        if key not in stored:
            if not queries.is_erased(db, f"outcome:{row.case_id}:{key}:{row.ref}"):
                return "result_missing"
        elif not audit.is_same_result(stored[key], committed):
            return "result"
    return "result" if stored.keys() - said.keys() else None


def _wrong_calendar(db: Connection, row: Any) -> str | None:
    if not row.stream.startswith("calendar:"):
        return None
    return audit_calendars.wrong_with_calendar(row, queries.about_calendars(db, row.ref))


def _wrong_due(db: Connection, dues: audit_dues.Dues, row: Any) -> str | None:
    wrong = None
    if audit_dues.concerns(row):
        wrong = audit_dues.wrong_with_due(dues, row, ledger_dues.named_by(db, row.ref))
    if wrong is None and audit_passing.wrong_role(dues, row):
        wrong = "deadline"
    audit_dues.tell(dues, row)
    return wrong


def _wrong_put(db: Connection, dues: audit_dues.Dues, stream: str) -> str | None:
    if not stream.startswith("case:"):
        return None
    stand = ledger_dues.stand(db, stream.removeprefix("case:"))
    return "deadline" if audit_dues.wrong_at_the_end(dues, stand) else None


def _wrong_step(db: Connection, row: Any) -> str | None:
    if not row.stream.startswith("definition:"):
        return None
    return audit_designs.wrong_with_step(row, ledger_designs.steps(db, row.ref))


def _tell(about: audit_facts.About, versions: dict[str, audit_facts.Fact], row: Any) -> None:
    if row.stream.startswith("person:"):
        audit_facts.tell_of_person(about, row)
    elif row.stream.startswith("definition:"):
        audit_facts.tell_of_version(versions, row)


def _wrong_person(db: Connection, stream: str, about: audit_facts.About) -> str | None:
    family, _, ref = stream.partition(":")
    return audit_facts.wrong_with_person(about, *queries.about_person(db, ref)) if family == "person" else None


def _event(stream: str, seq: int, what: str) -> Message:
    return Message("ledger.tampered", stream=stream, seq=seq, what=Message(f"ledger.what.{what}"))


def _record(record: str, what: str) -> Message:
    return Message("ledger.tampered_record", record=record, what=Message(f"ledger.what.{what}"))
