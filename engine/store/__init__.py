"""Remembers: tables, migrations, queries, and `apply`, the only writer of a case's state and of events.

No rule of an evaluation lives here; the core decides, this room keeps what was decided.
"""
