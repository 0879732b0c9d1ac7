"""Giving people of a town an account, as an administrator and they themselves do it: a code, and their password."""

from engine import activation, codes
from engine.letters import Letters

ADDRESS = "https://siklus.test/activate"
LETTERS = Letters(lambda message, language: f"{language} {message.key} {message.params}", ADDRESS, "id")
HERE = {"address": "10.0.0.7", "agent": "Firefox"}


def give_code(rt, actor, person_ref, by="slip", once=None):
    """A code of somebody."""
    return codes.issue(rt, actor=actor, person_ref=person_ref, by=by, letters=LETTERS, once=once)


def give_account(rt, actor, person_ref, password):
    """Somebody's account with a password that he chose; answers his session."""
    found = give_code(rt, actor, person_ref)
    name = found.person.nip or found.person.email
    return activation.activate(rt, name=name, code=found.code, new=password, **HERE)
