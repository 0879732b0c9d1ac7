"""From posted HTML to raw answers: a WTForms class made of the widgets of some questions. Judges nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from wtforms.form import BaseForm

if TYPE_CHECKING:
    from engine.core.filling.questions import Question, Questions


def decoder(questions: Questions) -> type[BaseForm]:
    """A class that decodes the answers of these questions: `decoder(…)(formdata).data` is what the core judges.

    Fields are given as a map, never as attributes: a field called `data` or `errors` must not replace WTForms' own.
    """
    fields = [(each.key, _named(each)) for each in questions if each.type.answered == "by_person"]

    class Decoder(BaseForm):
        def __init__(self, formdata: Any = None, obj: Any = None, prefix: str = "", **kwargs: Any) -> None:
            super().__init__(dict(fields), prefix=prefix)
            self.process(formdata, obj, **kwargs)

    return Decoder


def _named(question: Question) -> Any:
    widget = question.type.widget()
    label = question.spec.label
    widget.kwargs.setdefault("label", label.id if label else question.key)
    return widget
