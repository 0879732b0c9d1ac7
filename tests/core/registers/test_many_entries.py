"""Many entries judged with what is remembered are judged as each alone: the same outcome, numbers and words."""

from datetime import date, timedelta
from random import Random

import pytest

from engine.core.filling.fieldtype import FormFacts
from engine.core.many_entries import ManyEntries
from engine.core.proof.canonical import canonical
from engine.core.reading.registering import bind_register
from engine.core.register import judge
from tests.core.definitions import CATALOG, CODELISTS, CORPUS, ROOT, read

TODAY = date(2026, 3, 10)
SHIPPED = sorted((ROOT / "workflows/registers").glob("*.yaml"))
ALONE = [path for path in SHIPPED if b"\nstarts:" not in path.read_bytes()]  # the others need a workflow beside them
PATHS = [CORPUS / "valid/daily_activity.yaml", *ALONE]
CHANCE = 20260310
ODD = [
    "",
    "  ",
    "x",
    "12",
    "12,5",
    "-3",
    "1.250",
    "\u200b",
    "07:30",
    "7.30",
    "2026-03-09",
    "2030-01-01",
    "ya",
    "é" * 600,
]

USUAL = {
    "time": ["08:00", "09:30", "16:00"], "text": ["Rapat", "Melayani loket"], "longtext": ["Rapat koordinasi bulanan."],
    "date": ["2026-03-09", "2026-03-11"], "link": ["https://kota.example/bukti"], "yesno": ["ya", "no"],
}  # fmt: skip


def bound(path):
    return bind_register(read(path.read_bytes()), CATALOG, CODELISTS).register


def answers(register, chance):
    """Answers as cells bring them: most of them right, some odd, some of another kind or to no question."""
    found = {}
    for each in register.form.questions:
        usual = [item.key for item in each.type.items] or USUAL.get(each.type.name, ["2", "5", "3"])
        if chance.random() < 0.95:
            found[each.key] = chance.choice(usual if chance.random() < 0.97 else ODD)
    if chance.random() < 0.04:
        found[chance.choice([*found, "nobody_asks"])] = chance.choice([True, 1, ["x"], "x"])
    return found


def alone(register, raw, day):
    judged = judge(register, raw, day, FormFacts(TODAY, day, day))
    if judged.errors:
        return dict(judged.errors), (), None, ""
    kept = canonical(register.form.questions.dump(judged.values)).decode()
    return {}, judged.measures, judged.span, kept


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_what_is_remembered_changes_nothing(path):
    register, chance = bound(path), Random(CHANCE)
    many, right = ManyEntries(register), 0
    for _ in range(400):
        raw, day = answers(register, chance), TODAY - timedelta(days=chance.choice([-1, 0, 0, 1, 2, 400]))
        found, kept = many.judge(raw, day, TODAY)
        told = (dict(found.errors), () if found.errors else found.measures, found.span, kept)
        assert told == alone(register, raw, day), raw
        right += not found.errors
    assert right > 20


def test_texts_that_never_come_twice_are_not_kept_for_ever(monkeypatch):
    monkeypatch.setattr("engine.core.filling.many.MOST", 50)
    register = bound(PATHS[0])
    many = ManyEntries(register)
    for number in range(200):
        raw = {"name": f"Rapat {number}", "begun": "08:00", "ended": "09:00"}
        assert not many.judge(raw, TODAY, TODAY)[0].errors
    assert len(many._form._read["name"]) <= 50
