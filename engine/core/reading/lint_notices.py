"""What a definition tells people: one occasion each, roles and answers that there are, words in both languages."""

from __future__ import annotations

from collections.abc import Iterator

from engine.core.definition import WorkflowDefinition
from engine.core.errors import Problem
from engine.core.messages import LANGUAGES, Message
from engine.core.noticespec import CASE, OCCASIONS, NoticeSpec, broken, places
from engine.core.reading.declared import keys, twice, unknown


def notice_problems(definition: WorkflowDefinition) -> Iterator[Problem]:
    """Yield each thing that does not fit in the notices of a definition."""
    yield from twice("notices", definition.notices)
    tasks = tuple(dict.fromkeys(task.key for state in definition.states for task in state.tasks))
    known = {
        "enters": keys(definition.states), "transition": keys(definition.transitions),
        "task": tasks, "remind": tasks,
    }  # fmt: skip
    answers = (*CASE, *(f"{form.key}.{field.key}" for form in definition.forms for field in form.fields()))
    for spec in definition.notices:
        path = f"notices.{spec.key}"
        said = [name for name in OCCASIONS if getattr(spec, name) is not None]
        if len(said) != 1:
            yield Problem(path, Message("lint.notice_occasion", key=spec.key, found=len(said)))
        for name in said:
            what = "task" if name == "remind" else "state" if name == "enters" else name
            yield from unknown(f"{path}.{name}", what, getattr(spec, name), known[name])
        for index, role in enumerate(spec.to):
            yield from unknown(f"{path}.to.{index}", "role", role, keys(definition.roles))
        yield from _words(path, spec, answers)


def _words(path: str, spec: NoticeSpec, answers: tuple[str, ...]) -> Iterator[Problem]:
    for name, text in spec.texts():
        for language in LANGUAGES:
            words = text.say(language)
            for place in dict.fromkeys(places(words)):
                yield from unknown(f"{path}.{name}", "path", place, answers)
            for found in dict.fromkeys(broken(words)):
                yield Problem(f"{path}.{name}", Message("lint.notice_place", found=found))
        first, *others = (set(places(text.say(language))) for language in LANGUAGES)
        if any(other != first for other in others):
            yield Problem(f"{path}.{name}", Message("lint.notice_differs", key=spec.key), warning=True)
        if text.id == text.en:
            yield Problem(f"{path}.{name}", Message("lint.notice_translation", key=spec.key), warning=True)
