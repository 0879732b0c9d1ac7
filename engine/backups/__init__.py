"""Backups: taking one while the product serves, judging one, laying one into an empty place. docs/operations.md.

`taking`, `judging`, `restoring` hold the verbs; `manifest` says what a backup is. Copies of databases are made in
engine/store/copies.py.
"""
