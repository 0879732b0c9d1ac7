"""The model of a problem, as engine/web/problems.py writes it. For the document of the API; a test compares both."""

from __future__ import annotations

from api.shapes import Shape


class Mistake(Shape):
    """One thing wrong: where in the body (`pointer`, RFC 6901) or in which parameter, and what."""

    pointer: str | None = None
    parameter: str | None = None
    detail: str


class Problem(Shape):
    """Why a request was not done (RFC 9457), in the language of Accept-Language: Indonesian or English."""

    type: str
    title: str
    status: int
    detail: str
    instance: str
    """The number of the request, by which an operator finds it in the log."""
    errors: tuple[Mistake, ...] = ()
    """What is wrong where, for a body or parameters that were refused."""
    reasons: tuple[str, ...] = ()
    """Every reason why a transition is not possible now."""
