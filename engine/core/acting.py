"""Who acts for another under an order, applied to the holders of a case's roles. Pure.

An order reaches what its principal would hold himself. It never lets somebody judge himself, nor hold a role that one
of his own keeps him from: there the principal keeps his.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.core.case import ACTING, ActingOrder, Holder

if TYPE_CHECKING:
    from engine.core.definition import RoleSpec


def followed(
    order: Sequence[RoleSpec], found: Mapping[str, tuple[Holder, ...]], subjects: Sequence[Holder], workflow: str
) -> dict[str, tuple[Holder, ...]]:
    """The holders after the orders by which others act for them; `order`: each role after those it depends on."""
    if not any(held.orders for holders in found.values() for held in holders):
        return dict(found)
    final: dict[str, tuple[Holder, ...]] = {}
    for spec in order:
        barred = {held.person_id for key in spec.except_ for held in final.get(key, ())}
        shut_out = barred | {each.person_id for each in subjects}
        held = [_held(spec, holder, workflow, shut_out) for holder in found.get(spec.key, ())]
        final[spec.key] = _own_first(each for each in held if each.person_id not in barred)
    return final


def _held(spec: RoleSpec, holder: Holder, workflow: str, shut_out: set[int]) -> Holder:
    himself = replace(holder, orders=())
    if holder.rule == "subject":
        return himself
    order = next((each for each in holder.orders if _is_fit(each, workflow, spec, shut_out)), None)
    return himself if order is None else acts(order, himself)


def _is_fit(order: ActingOrder, workflow: str, spec: RoleSpec, shut_out: set[int]) -> bool:
    return order.covers(workflow, spec.key) and order.person_id not in shut_out


def acts(order: ActingOrder, principal: Holder) -> Holder:
    """The deputy as a holder."""
    return Holder(
        order.person_id, order.ref_of_person, order.name, ACTING, order.ref, order=order, instead_of=principal
    )


def _own_first(holders: Iterable[Holder]) -> tuple[Holder, ...]:
    """Each person once; where he holds a role himself, he does not hold it for another."""
    each = list(holders)
    once: dict[int, Holder] = {}
    for held in sorted(each, key=lambda held: held.order is not None):
        once.setdefault(held.person_id, held)
    return tuple(held for held in each if once[held.person_id] is held)
