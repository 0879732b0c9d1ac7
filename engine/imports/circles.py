"""Circles in "is below": a unit below itself, a superior who is his own superior. Pure."""

from __future__ import annotations

from collections.abc import Mapping


def on_circles(above: Mapping[str, str | None]) -> frozenset[str]:
    """The keys that come back to themselves when one goes up. Those below a circle are not on it."""
    found: set[str] = set()
    settled: set[str] = set()
    for start in above:
        path: dict[str, int] = {}
        key: str | None = start
        while key is not None and key not in settled and key not in path:
            path[key] = len(path)
            key = above.get(key)
        if key is not None and key in path:
            found.update(each for each, place in path.items() if place >= path[key])
        settled.update(path)
    return frozenset(found)


def depths(above: Mapping[str, str | None]) -> dict[str, int]:
    """How many steps each key is below the top, where there are no circles; keys on one count as 0."""
    circles = on_circles(above)
    found: dict[str, int] = dict.fromkeys(circles, 0)
    for start in above:
        path: list[str] = []
        key: str | None = start
        while key is not None and key in above and key not in found:
            path.append(key)
            key = above[key]
        depth = found.get(key, -1) if key is not None else -1
        for each in reversed(path):
            depth += 1
            found[each] = depth
    return found
