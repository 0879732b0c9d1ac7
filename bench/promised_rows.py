"""The statements of bench/promises.py: what our promises ask of whoever sends a form or moves a case. Nothing else."""

from __future__ import annotations

READ = (
    "SELECT c.id, c.ref, c.version, c.state, c.definition_digest, h.seq, h.leaf_hash, t.id, t.state, t.version, w.rule,"
    " w.basis, r.response FROM task t JOIN cas c ON c.id = t.case_id JOIN stream_head h ON h.stream = 'case:' || c.ref"
    " JOIN task_holder w ON w.task_id = t.id AND w.person_id = ?"
    " LEFT JOIN request r ON r.actor_id = ? AND r.key = ? WHERE t.id = ?"
)
TASK = "SELECT id FROM task WHERE ref = ?"
DECIDE = (
    "SELECT t.id FROM task t JOIN cas c ON c.id = t.case_id WHERE c.ref = ? AND t.opened_n = c.version AND t.key = ?"
)
NUMBER = "SELECT coalesce(max(number), 0) + 1 FROM submission WHERE case_id = ? AND form = 'sheet'"
LAST = (
    "SELECT a.body FROM submission s JOIN answers a ON a.submission_id = s.id WHERE s.case_id = ? AND s.form = 'sheet'"
    " ORDER BY s.number DESC LIMIT 1"
)
LOCK = "SELECT id FROM cas WHERE id = (SELECT case_id FROM task WHERE id = ?) FOR NO KEY UPDATE"
EVENT = (
    "INSERT INTO event (stream, seq, ref, kind, at, case_id, n, to_state, from_state, transition, actor_ref, actor_id,"
    " role, leaf, leaf_hash, prev_hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
NOTE = "INSERT INTO note (event_ref, seed, body) VALUES (?, ?, ?)"
SUBMISSION = (
    "INSERT INTO submission (ref, case_id, task_id, form, number, definition_digest, commitment_root, by_id, sent_at)"
    " VALUES (?, ?, ?, 'sheet', ?, ?, ?, ?, ?)"
)
ANSWERS = "INSERT INTO answers (submission_id, seed, body) SELECT id, ?, ? FROM submission WHERE ref = ?"
DONE = "UPDATE task SET state = 'done', ended_at = ? WHERE id = ? AND state = 'open' AND version = ?"
MOVE = "UPDATE cas SET version = ?, state = ? WHERE id = ? AND version = ?"
OPEN = (
    "INSERT INTO task (ref, case_id, key, state, role, form, opened_at, version, opened_n)"
    " VALUES (?, ?, ?, 'open', ?, ?, ?, 0, ?)"
)
HOLD = "INSERT INTO task_holder (task_id, person_id, rule, basis) SELECT id, ?, ?, ? FROM task WHERE ref = ?"
WAITS = (
    "SELECT t.ref, w.person_id FROM task t JOIN task_holder w ON w.task_id = t.id"
    " WHERE t.case_id = ? AND t.opened_n = ? AND t.key = ?"
)
TELL = (
    "INSERT INTO notice (ref, person_id, case_id, task_ref, event_ref, kind, body, at, effect_key, posted)"
    " VALUES (?, ?, ?, ?, ?, ?, '{}', ?, ?, 0)"
)
REQUEST = "INSERT INTO request (actor_id, key, route, body_hash, response, at) VALUES (?, ?, ?, ?, ?, ?)"
