"""What the models of the API share: how strictly they read, pages of lists, texts in both languages, refs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Annotated, Any, Generic, TypeVar

import pydantic
from pydantic import ConfigDict, Field

from engine.core.messages import Message, Text
from engine.web.language import language, translate
from engine.web.pager import PARAM, read_cursor
from engine.web.pager import Page as Found
from engine.web.reading import FIRST, LAST

SIZE, MOST = 50, 200
Ref = Annotated[str, Field(pattern=r"^[a-z2-7]{26}$", examples=["abcdefghijklmnopqrstuvwxyz"])]
Day = Annotated[date, Field(ge=FIRST, le=LAST)]
Item = TypeVar("Item", bound=pydantic.BaseModel)


class Shape(pydantic.BaseModel):
    """What goes out: frozen, every name known."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class Asked(pydantic.BaseModel):
    """What comes in: a name that nobody knows is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Paged(Asked):
    """Parameters of every list."""

    after: Annotated[str, Field(max_length=500)] = ""
    """Where the page begins: `next` of the page before."""
    limit: Annotated[int, Field(ge=1, le=MOST)] = SIZE
    """How many items a page has at most."""

    @property
    def place(self) -> int | None:
        """The key after which the page begins."""
        found = read_cursor({PARAM: self.after}, (int,))
        return None if found is None else int(found.values[0])


class Page(Shape, Generic[Item]):
    """One page of a list."""

    items: tuple[Item, ...]
    next: str | None
    """What to send as `after` for the next page; null on the last one."""


class Name(Shape):
    """Something by its name outside and what it is called."""

    ref: str
    name: str


class Words(Shape):
    """Something by its key in the definition and its label in the language of the request."""

    key: str
    label: str


def cut(rows: Sequence[Any], asked: Paged, key: Callable[[Any], int] = lambda row: int(row.id)) -> Any:
    """The rows of a page out of one more than it holds, and the cursor of the next: (rows, next)."""
    found = Found.of(rows, asked.limit, None, lambda row: (key(row),))
    return found.rows, found.next


def said(text: Text | Message) -> str:
    """Words in the language of the request."""
    return text.say(language()) if isinstance(text, Text) else translate(text)
