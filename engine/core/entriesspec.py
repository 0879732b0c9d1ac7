"""Which entries of registers the forms of a workflow may begin with, each by a name of its own. Shapes only."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from engine.core.elements import AuthoredText, Element, Key
from engine.core.indicatorspec import Foreign


class EntriesSpec(Element):
    """The entries of the case's period about whom it is about, as the table `entries.<key>`, earliest first.

    verified: those alone that somebody with that right has verified. together: a field of the register; entries that
    say the same there are one row, in which numbers are added up.
    """

    key: Key
    label: AuthoredText | None = None
    book: Annotated[Foreign, Field(alias="register")]
    verified: bool = False
    together: Foreign | None = None
