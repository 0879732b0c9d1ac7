"""Raw SQL against what the database promises: each attack is refused, and passes once its guard is dropped."""

from dataclasses import dataclass

import pytest

from tests.store.house import erased
from tests.store.raw import REFUSALS, Raw

# Table of facts → (its key, a column to falsify).
FACTS = {
    "event": ("stream, seq", "leaf"),
    "definition": ("digest", "body"),
    "submission": ("id", "sent_at"),
    "case_role": ("id", "role"),
    "erasure": ("id", "ground"),
    "denial": ("id", "act"),
    "answers": ("submission_id", "body"),
    "note": ("event_ref", "body"),
    "outcome": ("case_id, key, event_ref", "value"),
    "change": ("event_ref", "body"),
    "design_edit": ("event_ref", "edits"),
    "case_link": ("child_id", "link"),
    "case_subject": ("case_id", "title"),
    "deadline_shift": ("id", "was"),
    "due_act": ("of_ref, due, act", "at"),
    "suspension": ("event_ref", "at"),
}
STILL = {**FACTS, "cas": ("id", "state"), "appointment": ("id", "kind"), "definition_version": ("id", "digest")}
CHAINED = {"event": ("event_chain",)}  # an event that is not the next of its stream is refused by that guard, too


@dataclass(frozen=True)
class Attack:
    """One statement, where it can be said, and the guards without which it would pass."""

    name: str
    sql: str
    table: str
    guards: tuple[str, ...]
    only: str | None = None


def same_row(table: str, act: str) -> str:
    return f"INSERT {act}INTO {table} SELECT * FROM {table} WHERE true"


ATTACKS = [
    *(Attack(f"edit {t}", f"UPDATE {t} SET {c} = {c}", t, (f"{t}_no_update",)) for t, (_, c) in FACTS.items()),
    *(Attack(f"delete {t}", f"DELETE FROM {t}", t, (f"{t}_no_delete",)) for t in STILL),
    *(
        Attack(f"replace {t}", same_row(t, "OR REPLACE "), t, (f"{t}_no_replace", *CHAINED.get(t, ())), "sqlite")
        for t in STILL
    ),
    *(
        Attack(
            f"upsert {t}",
            f"{same_row(t, '')} ON CONFLICT ({key}) DO UPDATE SET {column} = excluded.{column}",
            t,
            (f"{t}_no_update", f"{t}_no_replace", *CHAINED.get(t, ())),
        )
        for t, (key, column) in FACTS.items()
    ),
    *(Attack(f"truncate {t}", f"TRUNCATE {t}", t, (f"{t}_no_truncate",), "postgresql") for t in ("denial", "erasure")),
    *(
        Attack(f"truncate {t}", f"TRUNCATE {t} CASCADE", t, ("*",), "postgresql")
        for t in STILL
        if t not in ("denial", "erasure")
    ),
    Attack("roll a case back", "UPDATE cas SET version = 1, state = 'draft' WHERE version = 3", "cas", ("cas_step",)),
    Attack("skip a version", "UPDATE cas SET version = version + 2", "cas", ("cas_step",)),
    Attack("change the state alone", "UPDATE cas SET state = 'done' WHERE state = 'draft'", "cas", ("cas_step",)),
    Attack("swap the subject", "UPDATE cas SET subject_id = NULL", "cas", ("cas_identity",)),
    Attack("swap the definition", "UPDATE cas SET definition_digest = 'x'", "cas", ("cas_identity",)),
    Attack(
        "publish another text",
        "UPDATE definition_version SET digest = 'x'",
        "definition_version",
        ("definition_version_settled",),
    ),
    Attack(
        "renumber a version",
        "UPDATE definition_version SET number = 9",
        "definition_version",
        ("definition_version_identity",),
    ),
    Attack(
        "reopen a published version",
        "UPDATE definition_version SET status = 'draft'",
        "definition_version",
        ("definition_version_forward",),
    ),
    Attack(
        "a change that no event says",
        "INSERT INTO change (event_ref, person_id, starts_on, recorded_at, body) SELECT "
        "(SELECT ref FROM event WHERE kind = 'case.commented'), person_id, starts_on, recorded_at, body FROM change",
        "change",
        ("change_said",),
    ),
    Attack(
        "a step of a design that no event says",
        "INSERT INTO design_edit (design_id, number, step, event_ref, person_id, at, edits, inverse) "
        "SELECT design_id, 2, "
        "step, (SELECT ref FROM event WHERE kind = 'case.commented'), person_id, at, edits, inverse FROM design_edit "
        "WHERE number = 1",
        "design_edit",
        ("design_edit_said",),
    ),
    Attack(
        "a case beside another that its event does not name",
        "INSERT INTO case_link (child_id, parent_id, link, part, about, number, event_ref, started_ref) "
        "SELECT c.id, l.parent_id, l.link, '2026-04-01', l.about, 2, "
        "(SELECT ref FROM event WHERE case_id = l.parent_id AND kind = 'case.started'), e.ref FROM case_link l "
        "JOIN cas c ON c.id <> l.child_id AND c.id <> l.parent_id "
        "JOIN event e ON e.case_id = c.id AND e.kind = 'case.started'",
        "case_link",
        ("case_link_said",),
    ),
    Attack(
        "a title that no event commits to",
        "INSERT INTO case_subject SELECT l.parent_id, s.ref, 'Lain' FROM case_subject s "
        "JOIN case_link l ON l.child_id = s.case_id",
        "case_subject",
        ("case_subject_said",),
    ),
    Attack("edit an appointment", "UPDATE appointment SET kind = 'plt'", "appointment", ("appointment_once",)),
    Attack(
        "a second event for a version",
        "INSERT INTO event (stream, seq, ref, kind, at, case_id, n, to_state, actor_ref, leaf, leaf_hash, prev_hash) "
        "SELECT stream, seq + 1, 'forged', kind, at, case_id, n, 'elsewhere', actor_ref, leaf, leaf_hash, leaf_hash "
        "FROM event WHERE n = 3",
        "event",
        ("event_no_replace", "event_chain"),
    ),
    Attack(
        "another result from an event that set one",
        "INSERT INTO outcome SELECT case_id, 'bonus', event_ref, value, body FROM outcome",
        "outcome",
        ("outcome_said",),
    ),
    Attack(
        "a later result from an event that set none",
        "INSERT INTO outcome SELECT case_id, key, (SELECT ref FROM event WHERE kind = 'case.commented'), 'poor', body "
        "FROM outcome LIMIT 1",
        "outcome",
        ("outcome_said",),
    ),
    Attack(
        "the result of another case",
        "INSERT INTO outcome SELECT case_id + 1, key, event_ref, value, body FROM outcome",
        "outcome",
        ("outcome_said",),
    ),
    Attack(
        "an erasure by an event of another kind",
        "INSERT INTO erasure (record, ground, requested_by, approved_by, at, event_ref) "
        "SELECT 'answers:1', ground, requested_by, approved_by, at, "
        "(SELECT ref FROM event WHERE kind = 'case.commented') FROM erasure",
        "erasure",
        ("erasure_said",),
    ),
    Attack(
        "an erasure by the event of another erasure",
        "INSERT INTO erasure (record, ground, requested_by, approved_by, at, event_ref) "
        "SELECT 'answers:1', ground, requested_by, approved_by, at, event_ref FROM erasure",
        "erasure",
        ("erasure_said",),
    ),
    Attack(
        "an event that is not linked",
        "INSERT INTO event (stream, seq, ref, kind, at, actor_ref, leaf, leaf_hash, prev_hash) "
        "SELECT stream, seq + 1, 'forged', kind, at, actor_ref, leaf, leaf_hash, prev_hash "
        "FROM event WHERE kind = 'design.edited'",
        "event",
        ("event_chain",),
    ),
    Attack(
        "an event with a gap before it",
        "INSERT INTO event (stream, seq, ref, kind, at, actor_ref, leaf, leaf_hash, prev_hash) "
        "SELECT stream, seq + 2, 'forged', kind, at, actor_ref, leaf, leaf_hash, leaf_hash "
        "FROM event WHERE kind = 'design.edited'",
        "event",
        ("event_chain",),
    ),
]


ATTACKS += [
    Attack("edit a bound file", "UPDATE file SET name = 'x' WHERE status = 'bound'", "file",
           ("file_settled", "file_forward")),
    Attack(
        "swap a bound file",
        f"UPDATE file SET sha256 = '{'b' * 64}', stored = 'elsewhere' WHERE status = 'bound'",
        "file",
        ("file_settled", "file_given", "file_forward"),
    ),
    Attack("unbind a file", "UPDATE file SET status = 'clean', submission_ref = NULL WHERE status = 'bound'", "file",
           ("file_settled", "file_forward")),
    Attack("delete a bound file", "DELETE FROM file WHERE status = 'bound'", "file", ("file_no_delete",)),
    Attack("swap a clean file", "UPDATE file SET status = 'clean', sha256 = 'x' WHERE status = 'clean'", "file",
           ("file_settled", "file_forward")),
    Attack("give a file to another case", "UPDATE file SET case_id = case_id + 1 WHERE status = 'clean'", "file",
           ("file_given", "file_forward")),
    Attack("a file that was never judged", "INSERT INTO file (ref, case_id, task_id, form, field, name, size, status, "
           "uploaded_by, at, stored, sha256) SELECT 'forged', case_id, task_id, form, field, name, size, 'clean', "
           "uploaded_by, at, stored, sha256 FROM file WHERE status = 'clean'", "file", ("file_begins",)),
    Attack("bind a file to a submission of another case", "UPDATE file SET status = 'bound', submission_ref = "
           "(SELECT ref FROM submission WHERE case_id <> file.case_id LIMIT 1) WHERE status = 'clean'", "file",
           ("file_said",)),
    Attack("replace a file", "INSERT OR REPLACE INTO file SELECT * FROM file WHERE status = 'bound'", "file",
           ("file_no_replace", "file_begins"), "sqlite"),
    Attack("upsert a file", f"{same_row('file', '')} ON CONFLICT (id) DO UPDATE SET name = excluded.name", "file",
           ("file_no_replace", "file_begins", "file_settled", "file_forward")),
    Attack("truncate file", "TRUNCATE file", "file", ("file_no_truncate",), "postgresql"),
]  # fmt: skip


CASES = [
    pytest.param(
        attack,
        dialect,
        id=f"{dialect}-{attack.name.replace(' ', '_')}",
        marks=[pytest.mark.postgresql] if dialect == "postgresql" else [],
    )
    for dialect in ("sqlite", "postgresql")
    for attack in ATTACKS
    if attack.only in (None, dialect)
]


@pytest.fixture
def outlaw(request, dialect):
    """A connection to a filled database; nothing that is done there stays."""
    connection = Raw(request.getfixturevalue(f"filled_{dialect}"))
    connection.ignore_foreign_keys()
    with connection.tried():
        yield connection
    connection.close()


@pytest.mark.parametrize(("attack", "dialect"), CASES)
def test_the_database_refuses_the_attack_even_without_foreign_keys(outlaw, attack):
    assert outlaw.run(f"SELECT count(*) FROM {attack.table}") != [(0,)], "the attack needs a row to bite on"
    with pytest.raises(REFUSALS):
        outlaw.run(attack.sql)


@pytest.mark.parametrize(("attack", "dialect"), CASES)
def test_without_its_guard_the_same_attack_passes(outlaw, attack):
    if attack.guards == ("*",):
        outlaw.drop_triggers()
    else:
        for guard in attack.guards:
            outlaw.drop_trigger(attack.table, guard)
    outlaw.run(attack.sql)


def test_a_new_state_needs_an_event_that_says_so(house, raw):
    """The deferred foreign key alone: version and state move on, and no event is there."""
    with pytest.raises(REFUSALS):
        raw.run("UPDATE cas SET version = version + 1, state = 'elsewhere'")


def test_without_the_foreign_key_a_state_could_move_without_an_event(house, raw):
    if raw.dialect == "sqlite":
        raw.ignore_foreign_keys()
    else:
        raw.run("ALTER TABLE cas DROP CONSTRAINT fk_cas_event")
    raw.run("UPDATE cas SET version = version + 1, state = 'elsewhere'")


def test_a_bound_file_may_be_deleted_once_an_erasure_names_it(house, raw):
    (ref,) = raw.run("SELECT ref FROM file WHERE status = 'bound'")[0]
    with house.db.begin() as db:
        event = erased(db, house, f"file:{ref}").ref
    raw.run(
        "INSERT INTO erasure (record, ground, requested_by, approved_by, at, event_ref) VALUES (?, 'JRA', ?, ?, ?, ?)",
        f"file:{ref}", house.carol.person_id, house.bob.person_id, "2026-03-02T02:00:00.000Z", event,
    )  # fmt: skip
    raw.run("DELETE FROM file WHERE ref = ?", ref)


def test_a_file_that_nobody_sent_may_go(house, raw):
    raw.run("DELETE FROM file WHERE status = 'clean'")


def test_a_change_goes_only_with_the_note_that_says_it(house, raw):
    (ref,) = raw.run("SELECT event_ref FROM change")[0]
    with house.db.begin() as db:
        event = erased(db, house, f"note:{ref}").ref
    raw.run(
        "INSERT INTO erasure (record, ground, requested_by, approved_by, at, event_ref) VALUES (?, 'JRA', ?, ?, ?, ?)",
        f"note:{ref}", house.carol.person_id, house.bob.person_id, "2026-03-02T02:00:00.000Z", event,
    )  # fmt: skip
    raw.run("DELETE FROM change WHERE event_ref = ?", ref)


@pytest.mark.parametrize("table", ["answers", "note", "outcome"])
def test_a_record_may_be_deleted_once_an_erasure_names_it(house, raw, table):
    keys = {"answers": "submission_id", "note": "event_ref", "outcome": "case_id || ':' || key || ':' || event_ref"}
    name = keys[table]
    record = raw.run(f"SELECT '{table}:' || {name} FROM {table}")[0][0]
    with house.db.begin() as db:
        event = erased(db, house, record).ref
    with pytest.raises(REFUSALS):
        raw.run(f"DELETE FROM {table} WHERE '{table}:' || {name} = ?", record)
    raw.run(
        "INSERT INTO erasure (record, ground, requested_by, approved_by, at, event_ref) VALUES (?, 'JRA', ?, ?, ?, ?)",
        record, house.carol.person_id, house.bob.person_id, "2026-03-02T02:00:00.000Z", event,
    )  # fmt: skip
    raw.run(f"DELETE FROM {table} WHERE '{table}:' || {name} = ?", record)
    assert raw.run(f"SELECT count(*) FROM {table} WHERE '{table}:' || {name} = ?", record) == [(0,)]


def test_nobody_may_grant_himself_an_erasure(house, raw):
    with house.db.begin() as db:
        event = erased(db, house, "note:x").ref
    with pytest.raises(REFUSALS, match="four_eyes"):
        raw.run(
            "INSERT INTO erasure (record, ground, requested_by, approved_by, at, event_ref) "
            "VALUES ('note:x', 'JRA', ?, ?, ?, ?)",
            house.bob.person_id, house.bob.person_id, "2026-03-02T02:00:00.000Z", event,
        )  # fmt: skip


def test_an_appointment_is_superseded_once(house, raw):
    first = raw.run("SELECT id FROM appointment")[0][0]
    raw.run("UPDATE appointment SET superseded_by = ? WHERE id = ?", first, first)
    for again in (None, first):
        with pytest.raises(REFUSALS):
            raw.run("UPDATE appointment SET superseded_by = ? WHERE id = ?", again, first)


def test_a_unit_may_be_repointed_without_a_new_version(house, raw):
    raw.run("UPDATE cas SET unit_id = unit_id")


def test_a_version_walks_from_draft_to_retired(house, raw):
    digest, author = raw.run("SELECT digest, author_id FROM definition_version")[0]
    raw.run(
        "INSERT INTO definition_version (ref, kind, key, number, digest, status, author_id, created_at) "
        "VALUES ('v2', 'workflow', 'second', 1, ?, 'draft', ?, 'now')",
        digest, author,
    )  # fmt: skip
    for status in ("in_review", "draft", "in_review", "published", "retired"):
        raw.run("UPDATE definition_version SET status = ? WHERE ref = 'v2'", status)
    for status in ("published", "draft", "in_review"):
        with pytest.raises(REFUSALS):
            raw.run("UPDATE definition_version SET status = ? WHERE ref = 'v2'", status)


def test_the_author_cannot_review_his_own_version(house, raw):
    with pytest.raises(REFUSALS):
        raw.run(
            "INSERT INTO definition_version "
            "(ref, kind, key, number, digest, status, author_id, reviewer_id, created_at) "
            "SELECT 'v2', kind, key, 2, digest, 'in_review', author_id, author_id, created_at FROM definition_version"
        )
