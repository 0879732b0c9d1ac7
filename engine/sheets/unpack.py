"""The program that opens one workbook, in a process of its own: a cell that claims to stand in the last row of the last
column makes the library ask for more memory than there is, and ends the process in which it asks.

    python -m engine.sheets.unpack < WORKBOOK

It limits itself, then writes its sheets as JSON: rows of cells, a day as `{"day": …}`, a moment as `{"moment": …}`.
"""

from __future__ import annotations

import io
import json
import resource
import sys
from datetime import date, datetime
from typing import Any

import python_calamine

MEMORY = 800_000_000  # bytes of addresses
SECONDS = 20


def main() -> int:
    """Open the workbook of the input; 1 for what is none."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
        sheets = [book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names]
    except (python_calamine.CalamineError, ValueError, OSError):
        return 1
    json.dump(sheets, sys.stdout, default=_written)
    return 0


def _written(cell: Any) -> Any:
    if isinstance(cell, datetime):
        return {"moment": cell.isoformat()}
    return {"day": cell.isoformat()} if isinstance(cell, date) else str(cell)


if __name__ == "__main__":
    sys.exit(main())
