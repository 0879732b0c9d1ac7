"""Drafts under the hand of a designer: edits as values, what they change, who names what."""
