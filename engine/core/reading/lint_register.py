"""Does a register make sense: one form, rights of roles that exist, somebody who may add, times that its span names."""

from __future__ import annotations

from collections.abc import Iterator

from engine.core.definition import Circle, FormSchema, Measure, RegisterDefinition
from engine.core.errors import Problem
from engine.core.hints import instead
from engine.core.messages import Message
from engine.core.reading.declared import POSTED_WITH_ENTRIES, RESERVED, keys, twice, unknown
from engine.core.reading.lint_forms import Around, form_problems
from engine.core.reading.lint_public import public_problems
from engine.core.reading.lint_roles import role_problems
from engine.core.reading.lint_starts import start_problems
from engine.core.rules import chain

RIGHTS = ("add", "read", "verify", "correct", "totals")
NEED_A_CASE = ("nominated",)


def register_problems(register: RegisterDefinition) -> Iterator[Problem]:
    """Yield what is wrong with a register; the paths are by names."""
    yield from twice("roles", register.roles)
    yield from role_problems(register.roles, register.about)
    yield from _rules(register)
    yield from _rights(register)
    yield from _form(register)
    yield from _measures(register)
    yield from _day(register)
    yield from public_problems(register)
    yield from start_problems(register)


def _rules(register: RegisterDefinition) -> Iterator[Problem]:
    """An entry is no case: nobody is nominated for it, and no period of it settles who holds a role."""
    for role in register.roles:
        path = f"roles.{role.key}"
        if role.key in RESERVED:
            yield Problem(path, Message("lint.reserved_name", key=role.key))
        for place, rule in enumerate(chain(role)):
            here = path + ".else" * place
            if rule.rule in NEED_A_CASE:
                yield Problem(f"{here}.rule", Message("lint.register_rule", role=role.key, rule=rule.rule))
            if rule.settled is not None:
                yield Problem(f"{here}.settled", Message("lint.register_settled", role=role.key))


def _rights(register: RegisterDefinition) -> Iterator[Problem]:
    roles = keys(register.roles)
    used: set[str] = {name for role in register.roles for rule in chain(role) if (name := rule.role) is not None}
    used.update(name for role in register.roles for name in role.except_)
    used.update(register.tells)
    for right in RIGHTS:
        named: tuple[str, ...] = getattr(register.rights, right)
        used.update(named)
        for index, role in enumerate(named):
            yield from unknown(f"rights.{right}.{index}", "role", role, roles)
            if role in named[:index]:
                yield Problem(f"rights.{right}.{index}", Message("lint.twice", key=role))
    if not register.rights.add:
        yield Problem("rights.add", Message("lint.nobody_adds"), warning=True)
    for role in roles:
        if role not in used:
            yield Problem(f"roles.{role}", Message("lint.role_unused", role=role), warning=True)


def _form(register: RegisterDefinition) -> Iterator[Problem]:
    if len(register.forms) != 1:
        yield Problem("forms", Message("lint.register_forms", found=len(register.forms)))
    around = Around(keys(register.roles), (), lambda form, one: _adds(register, form, one))
    for form in register.forms:
        yield from form_problems(form, around)
        for section in form.sections:
            for field in section.fields:
                if field.key in POSTED_WITH_ENTRIES:
                    here = f"forms.{form.key}.sections.{section.key}.fields.{field.key}"
                    yield Problem(here, Message("lint.posted_name", key=field.key))
        for prefill in form.prefill:
            yield Problem(f"forms.{form.key}.prefill.{prefill.key}", Message("lint.register_prefill"))


def _adds(register: RegisterDefinition, form: FormSchema, one: Circle) -> bool:
    return one.role in (*register.rights.add, *register.rights.correct)


def _measures(register: RegisterDefinition) -> Iterator[Problem]:
    yield from twice("measures", register.measures)
    fields = {field.key for form in register.forms for field in form.fields()}
    for measure in register.measures:
        if measure.key in RESERVED:
            yield Problem(f"measures.{measure.key}", Message("lint.reserved_name", key=measure.key))
        if measure.key in fields:
            message = Message("lint.same_name", key=measure.key, other=f"{register.forms[0].key}.{measure.key}")
            yield Problem(f"measures.{measure.key}", message)
        yield from _counting(register, measure)
        if measure.label is None:
            yield Problem(f"measures.{measure.key}", Message("lint.no_label", key=measure.key), warning=True)


def _counting(register: RegisterDefinition, measure: Measure) -> Iterator[Problem]:
    """A measure has a formula or counts working days between dates of the form."""
    here, days = f"measures.{measure.key}", measure.working_days
    if (measure.value is None) == (days is None):
        yield Problem(f"{here}.value", Message("lint.measure_one_way", key=measure.key))
    if days is None:
        return
    dates = tuple(field.key for form in register.forms for field in form.fields() if field.type == "date")
    for name in ("since", "until"):
        key = getattr(days, name)
        if key is not None and key not in dates:
            yield Problem(
                f"{here}.working_days.{name}", Message("lint.no_date_field", name=key), hint=instead(key, dates)
            )
    if days.since == days.until:
        yield Problem(f"{here}.working_days.since", Message("lint.days_of_one", name=days.until))


def _day(register: RegisterDefinition) -> Iterator[Problem]:
    fields = [field for form in register.forms for field in form.fields()]
    if (span := register.span) is not None:
        times = tuple(field.key for field in fields if field.type == "time")
        for name in ("start", "end"):
            key = getattr(span, name)
            if key not in times:
                yield Problem(f"span.{name}", Message("lint.no_time_field", name=key), hint=instead(key, times))
        if span.start == span.end:
            yield Problem("span.end", Message("lint.span_of_one", name=span.end))
        if register.about in ("unit", "none"):
            yield Problem("span", Message("lint.span_of_nobody"))
    if register.a_day == "one" and register.about == "none":
        yield Problem("a_day", Message("lint.one_about_nobody"))
    lock, back = register.days.lock, register.days.back
    if lock is not None and back is not None and lock < back:
        yield Problem("days.lock", Message("lint.locked_before", lock=lock, back=back))
