"""Scores: compiled (score.py), worked out (working.py), told as a tree (nodes.py), used by cases (using.py)."""
