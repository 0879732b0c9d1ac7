"""Advice on the wording of results: an achievement, not an activity or a category; no absolute words. Refuses nothing.

PermenPANRB 6/2022, p.51, 68 and Anak Lampiran 1 (p.120-122). The words are data: a code list with the items of LISTS,
each with its words in both languages. Here is only how they are looked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.core.definition import CodeList, Item
from engine.core.messages import LANGUAGES, Message, Text

# activity: verbs that open one; work: nouns that do; category: nouns that open one; achievement: what marks a result,
# anywhere; absolute: words to avoid; serious: where they are right; common: by which a language is known.
LISTS = ("activity", "work", "category", "achievement", "absolute", "serious", "common")
ADVISING = ("activity", "category", "absolute")
BARE = 3  # words; so few without any mark of a result only name a subject
LONGEST = 2000  # characters that are looked at
NUMBERING = re.compile(r"^[\s\d.)\-–•*\"'“”]+")
NOTHING = re.compile(r"(?!)")


@dataclass(frozen=True, slots=True)
class Advice:
    """What was noticed: which list it is of, the words that gave rise to it, and what the list says about them."""

    kind: str
    words: str
    says: Text

    def message(self) -> Message:
        return Message("field.advice", words=self.words, advice=self.says)


@dataclass(frozen=True, slots=True)
class Wording:
    """The lists of one code list, ready to look for: language → list → pattern."""

    patterns: Mapping[str, Mapping[str, re.Pattern[str]]]
    says: Mapping[str, Text]

    @classmethod
    def of(cls, codelist: CodeList) -> Wording:
        """Read the words of a code list; what it lacks is never found."""
        items = {item.key: item for item in codelist.items}
        return cls(
            {language: {key: _pattern(items.get(key), language) for key in LISTS} for language in LANGUAGES},
            {key: items[key].help or items[key].label for key in ADVISING if key in items},
        )

    def advise(self, text: str) -> tuple[Advice, ...]:
        """What a statement, or each line of a longer text, may be advised; nothing twice."""
        found: dict[tuple[str, str], Advice] = {}
        for line in text[:LONGEST].splitlines():
            statement = NUMBERING.sub("", line.casefold())
            if statement:
                found.update(((each.kind, each.words), each) for each in self._found(statement))
        return tuple(found.values())

    def _found(self, statement: str) -> Iterator[Advice]:
        lists = self.patterns[self._language(statement)]
        opening = _opening(statement, lists)
        if opening is not None and opening[0] in self.says:
            yield Advice(*opening, self.says[opening[0]])
        if "absolute" in self.says and not lists["serious"].search(statement):
            for word in lists["absolute"].finditer(statement):
                yield Advice("absolute", word[0], self.says["absolute"])

    def _language(self, statement: str) -> str:
        """The language whose small words stand in it most often, or else that knows how it begins; else the first."""

        def signs(language: str) -> tuple[int, bool]:
            lists = self.patterns[language]
            known = any(lists[key].match(statement) for key in ("activity", "work", "category", "achievement"))
            return len(lists["common"].findall(statement)), known

        return max(LANGUAGES, key=signs)


def lacking(codelist: CodeList) -> tuple[str, ...]:
    """The lists that a code list must have to advise, and has not."""
    return tuple(key for key in LISTS if key not in {item.key for item in codelist.items})


def _opening(statement: str, lists: Mapping[str, re.Pattern[str]]) -> tuple[str, str] | None:
    """What a statement is by how it begins, with the words that say so; None for an achievement."""
    if lists["achievement"].match(statement):
        return None
    if verb := lists["activity"].match(statement):
        return "activity", verb[0]
    if lists["achievement"].search(statement):
        return None
    if work := lists["work"].match(statement):
        return "activity", work[0]
    if name := lists["category"].match(statement):
        return "category", name[0]
    return ("category", statement.strip(" .")) if len(statement.split()) <= BARE else None


def _pattern(item: Item | None, language: str) -> re.Pattern[str]:
    """The words of an item, separated by commas: `*` stands for any letters, `!` before one that is not meant."""
    written = [
        word.strip() for line in (item.text if item else ()) for word in line.say(language).casefold().split(",")
    ]
    meant = [_word(word) for word in written if word and not word.startswith("!")]
    if not meant:
        return NOTHING
    but = [_word(word[1:]) for word in written if word.startswith("!")]
    unless = rf"(?!(?:{'|'.join(but)})(?!\w))" if but else ""
    return re.compile(rf"(?<!\w){unless}(?:{'|'.join(meant)})(?!\w)")


def _word(word: str) -> str:
    return r"\s+".join(re.escape(part).replace(r"\*", r"\w*") for part in word.split())
