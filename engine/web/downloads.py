"""Answers that a browser saves as a file. What is in the file is the caller's."""

from __future__ import annotations

from typing import TypeVar
from urllib.parse import quote

from flask import Response
from werkzeug.http import quote_header_value
from werkzeug.wrappers import Response as AnyResponse

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Answer = TypeVar("Answer", bound=AnyResponse)


def saved_as(answer: Answer, name: str) -> Answer:
    """The same answer, to be saved under a name: as it is, and in ASCII for readers that know no better (RFC 6266)."""
    plain = name.encode("ascii", "replace").decode().replace("?", "_")
    exact = "" if plain == name else f"; filename*=UTF-8''{quote(name, safe='')}"
    answer.headers["Content-Disposition"] = f"attachment; filename={quote_header_value(plain)}{exact}"
    return answer


def workbook(body: bytes, name: str) -> Response:
    """An XLSX file that no cache keeps: it holds answers of people."""
    return saved_as(Response(body, mimetype=XLSX, headers={"Cache-Control": "no-store"}), name)
