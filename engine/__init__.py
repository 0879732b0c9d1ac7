"""The map of the engine.

core      decides: pure functions over definitions and snapshots; no clock, no storage, no web
fields    built-in field types, one file each
store     remembers: tables, migrations, queries, and `apply`, the only writer of states and events
web       what portal, admin and api share at the edge of HTTP
*.py      the verbs: one verb = one transaction; the only door for writes
"""
