"""Decides. Pure functions over definitions and snapshots; never reads a clock, a file or a random source."""
