"""Every combination of answers to the interview of the designer: read without errors, and played until nothing is left.

Each draft is parsed, and every transition of it is taken by a walk of the simulation; prints counts and times.
"""

from __future__ import annotations

import time
from datetime import date
from itertools import product
from pathlib import Path

from engine.core.interview import interview_of
from engine.core.reading.compiled import bind
from engine.core.reading.parse import examine
from engine.core.reading.positions import NOWHERE
from engine.core.simulating.exploring import run_all_paths
from engine.documents import read_yaml
from tests.core.definitions import PRODUCT, shipped_codelists

FILE = Path(__file__).parents[1] / "workflows/interview/cycle.yaml"
BEGIN = date(2026, 1, 5)


def main() -> None:
    lists, found = shipped_codelists(), interview_of(read_yaml(FILE.read_bytes())[0])
    keys = [question.key for question in found.questions]
    drafts, plays, began = 0, 0, time.process_time()
    for answers in product(*([answer.key for answer in question.answers] for question in found.questions)):
        examined = examine(found.draft(dict(zip(keys, answers, strict=True))), NOWHERE, PRODUCT, lists)
        if examined.problems or examined.definition is None:
            raise RuntimeError(f"{answers}: {examined.problems}")
        workflow = bind(examined.definition, PRODUCT, lists).workflow
        paths = run_all_paths(workflow, BEGIN)
        if not paths.is_whole or not paths.ends:
            raise RuntimeError(f"{answers}: {paths.never} {paths.unreached}")
        drafts, plays = drafts + 1, plays + paths.plays
    took = time.process_time() - began
    print("| drafts | plays | processor time | a draft |\n|---|---|---|---|")
    print(f"| {drafts} | {plays} | {took:.0f} s | {took / drafts * 1000:.0f} ms |")
