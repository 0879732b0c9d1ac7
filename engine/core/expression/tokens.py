"""Source text to tokens. Knows spelling only: what a number, a text, a name and an operator look like.

Outside text literals only ASCII is read, so no look-alike letter or invisible mark can change a meaning.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

from engine.core.expression.errors import InvalidExpression, invalid_at, write_instead
from engine.core.expression.limits import MAX_BYTES, PRECISION, WHOLE_DIGITS
from engine.core.messages import Message

RESERVED_WORDS = frozenset({"and", "or", "not", "in", "is", "missing", "true", "false", "if"})
"""Words that cannot be the first part of a name; keys of fields and forms must avoid them."""

NAME = re.compile(r"[a-z_][a-z0-9_]*")
PATH = re.compile(r"[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)*")
NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+)
      | (?P<number>[0-9][0-9A-Za-z_.]*)
      | (?P<word>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z0-9_]+)*)
      | (?P<text>'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")
      | (?P<foreign>&&|\|\||<>|=<|=>|!(?!=)|=(?!=))
      | (?P<symbol>==|!=|<=|>=|[<>+\-*/()\[\],])""",
    re.VERBOSE,
)
_OURS = {"&&": "and", "||": "or", "<>": "!=", "=<": "<=", "=>": ">=", "!": "not", "=": "=="}
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


class Token(NamedTuple):
    """One word of the language; `value` is the unquoted text of a text, the spelling of all others."""

    kind: Literal["number", "text", "name", "symbol", "end"]
    value: str
    at: int


def tokenize(source: str) -> Iterator[Token]:
    """Split a source into tokens while they are asked for, the last one of kind `end`.

    Raises InvalidExpression at the first character that is not part of the language.
    """
    # The first test costs nothing: a source of 100 MB is not encoded only to be measured.
    if len(source) > MAX_BYTES or len(source.encode("utf-8", "replace")) > MAX_BYTES:
        raise invalid_at(source, 0, Message("expression.too_long", limit=MAX_BYTES))
    return _scan(source)


def _scan(source: str) -> Iterator[Token]:
    position = 0
    while position < len(source):
        found = _TOKEN.match(source, position)
        if found is None:
            raise _unreadable(source, position)
        if found.lastgroup != "space":
            yield _token(source, found)
        position = found.end()
    yield Token("end", "", len(source))


def _unreadable(source: str, at: int) -> InvalidExpression:
    character = source[at]
    if character in "'\"":
        return invalid_at(source, at, Message("expression.unterminated_text"))
    return invalid_at(source, at, _strange(character))


def _strange(character: str) -> Message:
    code = f"U+{ord(character):04X}"
    if character.isprintable() and not character.isspace():
        return Message("expression.strange_character", character=character, code=code)
    return Message("expression.invisible_character", code=code)


def _token(source: str, found: re.Match[str]) -> Token:
    value, at = found.group(), found.start()
    match found.lastgroup:
        case "number":
            return _number(source, value, at)
        case "word":
            return _word(source, value, at)
        case "text":
            return Token("text", _unquoted(source, value, at), at)
        case "foreign":
            hint = write_instead(_OURS[value])
            raise invalid_at(source, at, Message("expression.foreign_operator", found=value), hint)
        case _:
            return Token("symbol", value, at)


def _number(source: str, value: str, at: int) -> Token:
    if not NUMBER.fullmatch(value):
        raise invalid_at(source, at, Message("expression.bad_number", found=value))
    whole, _, fraction = value.partition(".")
    if len(whole.lstrip("0")) > WHOLE_DIGITS or len(whole) + len(fraction) > PRECISION:
        message = Message("expression.number_too_long", digits=WHOLE_DIGITS, total=PRECISION)
        raise invalid_at(source, at, message)
    return Token("number", value, at)


def _word(source: str, value: str, at: int) -> Token:
    if not PATH.fullmatch(value):
        lower = value.lower()
        hint = write_instead(lower) if PATH.fullmatch(lower) else None
        raise invalid_at(source, at, Message("expression.bad_name", found=value), hint)
    return Token("symbol" if value in RESERVED_WORDS else "name", value, at)


def _unquoted(source: str, quoted: str, at: int) -> str:
    for index, character in enumerate(quoted):
        if not character.isprintable():
            raise invalid_at(source, at + index, _strange(character))
    for escape in _ESCAPE.finditer(quoted):
        if escape.group(1) not in "\\'\"":
            raise invalid_at(source, at + escape.start(), Message("expression.bad_escape", found=escape.group()))
    return _ESCAPE.sub(r"\1", quoted[1:-1])
