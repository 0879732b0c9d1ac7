"""The workbook and the PDF of a report: its words in the language of who asked, its table, and its picture on paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from typing import Any

from engine import report_files
from engine.core import charting
from engine.core.case import Actor
from engine.core.drawing import marks
from engine.core.jobs import Job
from engine.core.messages import Message
from engine.core.printing.wording import NOTHING, breakable, printable
from engine.core.reporting import Column, Report, Row, Value
from engine.reports import Answer
from engine.runtime import Runtime
from engine.sheets import writing
from engine.store.queries import units
from engine.web.i18n import shipped
from engine.web.report_words import Teller

TEMPLATE = "report"
WIDE = 6  # columns that stand on an upright page
WORDS, NUMBERS = 36, 16  # how wide columns are


def make(rt: Runtime, job: Job) -> tuple[bytes, int]:
    """The file of a job and how many lines its table has; raises what report_files.answer raises."""
    found, actor = report_files.answer(rt, job)
    teller = Teller(shipped(), job.body["language"], job.body["zone"])
    report = found.report or Report((), ())
    head = _head(rt, found, teller, actor)
    body = _workbook(report, head, teller) if job.body["format"] == "xlsx" else _pdf(rt, report, head, teller)
    return body, len(report.rows)


def _head(rt: Runtime, found: Answer, teller: Teller, actor: Actor) -> Mapping[str, Any]:
    """What stands above the table: which report, what it was asked, by whom and when."""
    unit = next((each.value for each in found.filters if each.kind == "unit"), "")
    with rt.db.read() as db:
        row = units.by_ref(db, unit) if unit else None
    asked = teller.asked(found, row.name if row is not None else teller.say(Message("reports.all_mine")))
    return {
        "title": teller.say(Message(f"reports.{found.key}.title")),
        "answers": teller.say(Message(f"reports.{found.key}.answers")),
        "asked": asked,
        "made": teller.say(Message("print.made", by=actor.name, at=rt.clock())),
        "at": rt.clock(),
    }


def _workbook(report: Report, head: Mapping[str, Any], teller: Teller) -> bytes:
    above = [(head["title"],), (head["answers"],), *head["asked"], (head["made"],)]
    heads = [teller.say(column.label) for column in report.columns]
    rows = [[_cell(cell.value, teller) for cell in row.cells] for row in report.rows]
    below = [teller.say(note) for note in report.notes]
    widths = [WORDS if column.kind == "words" else NUMBERS for column in report.columns]
    return writing.write_report(writing.Reported(head["title"], above, heads, rows, below, widths))


def _cell(value: Value, teller: Teller) -> str | Decimal | date | None:
    """A number and a day as such, everything else as text."""
    if isinstance(value, int):
        return Decimal(value)
    return value if value is None or isinstance(value, (Decimal, date)) else teller.told(value)


def _pdf(rt: Runtime, report: Report, head: Mapping[str, Any], teller: Teller) -> bytes:
    at, chart = head["at"], teller.chart(report)
    paper = {
        "language": teller.language,
        "flipped": len(report.columns) > WIDE,
        "title": _paper(head["title"]),
        "answers": _paper(head["answers"]),
        "asked": [{"name": _paper(name), "value": _paper(value)} for name, value in head["asked"]],
        "made": _paper(head["made"]),
        "heads": [
            {"words": _paper(teller.say(column.label)), "number": column.kind not in ("words", "day")}
            for column in report.columns
        ],
        "rows": [_line(row, report.columns, teller) for row in report.rows],
        "notes": [_paper(teller.say(note)) for note in report.notes],
        "chart": None if chart is None else _drawn(chart, teller),
    }
    stamp = {"link": "/admin/reports/", "epoch": int(at.timestamp()), "day": [at.year, at.month, at.day]}
    return rt.press.pull(TEMPLATE, paper, stamp)


def _line(row: Row, columns: Sequence[Column], teller: Teller) -> Mapping[str, Any]:
    cells = zip(row.cells, columns, strict=True)
    return {"total": row.total, "cells": [_paper(teller.told(cell.value, column.kind)) for cell, column in cells]}


def _paper(text: str) -> str:
    return breakable(printable(text)) or NOTHING


def _drawn(chart: charting.Chart, teller: Teller) -> Mapping[str, Any]:
    """The marks of a picture as plain numbers and words, as the page draws them."""
    drawing = chart.drawing or marks.Drawing(0)
    return {
        "height": drawing.height,
        "bars": [asdict(each) for each in drawing.bars],
        "lines": [{"series": each.series, "parts": _parts(each.path), "dots": each.dots} for each in drawing.traces],
        "grid": [asdict(each) for each in drawing.grid],
        "zeros": [asdict(each) for each in drawing.zeros],
        "words": [{**asdict(each), "lines": [printable(line) for line in each.lines]} for each in drawing.words],
        "numbers": [
            {"x": each.x, "y": each.y, "anchor": each.anchor, "words": teller.told(each.value) or NOTHING}
            for each in drawing.numbers
        ],
        "names": [printable(each.name) for each in chart.series] if len(chart.series) > 1 else [],
    }


def _parts(path: str) -> list[list[list[int]]]:
    """The stretches of a line between its gaps, each as its points."""
    return [[[int(number) for number in point.split()] for point in part.split("L")] for part in path.split("M")[1:]]
