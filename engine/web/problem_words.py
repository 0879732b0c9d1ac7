"""What problems of a definition name by words of the file, in words of the designer: options, extensions, periods.

Elements of the draft have their labels already (core/designing/findings.py).
"""

from __future__ import annotations

from engine.core.messages import Message, Param
from engine.web.context import site
from engine.web.language import language

KINDS = ("guard", "action", "job", "method", "field")
# A parameter that says a word of the format → where that word is translated.
WORDS = {
    "subject": "design.word.workflow.subject",
    "wanted": "design.word.workflow.subject",
    "period": "design.word.workflow.period",
    "every": "design.word.workflow.period",
}


def plain(message: Message) -> Message:
    """The same message with words in place of what only files are written with, where there are some."""
    params: dict[str, Param] = dict(message.items)
    if "option" in params and "name" in params:
        kinds = [kind for kind in KINDS if _is_said(f"design.entry.{kind}.{params['name']}")]
        for kind in kinds[:1]:
            params["option"] = _worded(f"design.option.{kind}.{params['name']}.{params['option']}", params["option"])
            params["name"] = Message(f"design.entry.{kind}.{params['name']}")
    found = {name: _worded(f"{WORDS[name]}.{value}", value) for name, value in params.items() if name in WORDS}
    return Message(message.key, **{**params, **found})


def _worded(key: str, otherwise: Param) -> Param:
    return Message(key) if isinstance(otherwise, str) and _is_said(key) else otherwise


def _is_said(key: str) -> bool:
    return isinstance(site().words.texts[language()].get(key), str)
