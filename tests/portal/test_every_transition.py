"""Every transition of the shipped cycle, taken over HTTP; and at each stop, what each role sees and may edit.

The table is written by hand from the regulation and the definition's `visible`: closed unless it stands here.
"""

import re

import pytest

from tests.portal.house import plain
from tests.verbs.stage import EVIDENCE, PLAN, RATING

WHO = {"employee": "carol", "supervisor": "erin", "panel": "bob", "admin": "alice", "auditor": "frank"}
TARGETS = ("leader_result", "result", "indicator", "target", "aspect", "kind", "weight")
SHOWN = {
    "P": {"plan.targets", "plan.total", "plan.behaviour", "plan.resources", "plan.accountability", "plan.consequences"},
    "E": {"evidence.achievements"},
    "R": {
        *("rating.unit_achievement", "rating.result", "rating.result_reason"),
        *("rating.behaviour", "rating.behaviour_reason", "rating.behaviour_feedback", "rating.feedback"),
    },
}
EDITED = {
    "P": {
        *(f"targets.{column}" for column in TARGETS),
        *("behaviour.value", "behaviour.expectation", "resources", "accountability", "consequences"),
    },
    "E": {f"achievements.{column}" for column in ("result", "indicator", "achieved", "evidence", "feedback_note")},
    "R": {
        *("unit_achievement", "result", "result_reason", "behaviour", "behaviour_reason", "feedback"),
        *("behaviour_feedback.value", "behaviour_feedback.feedback"),
    },
}
FORMS = {"write_plan": ("carol", PLAN), "collect": ("carol", EVIDENCE), "rate": ("erin", RATING)}

# What was done to come here | employee sees, edits | supervisor sees, edits | panel sees | admin and auditor see.
ROAD = [
    ("start",                      "",   "P", "",    "",  "",    ""),
    ("send write_plan",            "P",  "",  "P",   "",  "",    "P"),
    ("erin return_plan",           "",   "P", "P",   "",  "",    "P"),
    ("send write_plan",            "P",  "",  "P",   "",  "",    "P"),
    ("erin approve",               "P",  "",  "P",   "",  "",    "P"),
    ("erin reopen_plan",           "",   "P", "P",   "",  "",    "P"),
    ("send write_plan",            "P",  "",  "P",   "",  "",    "P"),
    ("erin approve",               "P",  "",  "P",   "",  "",    "P"),
    ("carol begin_evidence",       "P",  "E", "P",   "",  "",    "P"),
    ("send collect",               "PE", "",  "PE",  "",  "",    "PE"),
    ("carol submit_evidence",      "PE", "",  "PE",  "R", "",    "PE"),
    ("erin return_evidence",       "P",  "E", "PE",  "",  "",    "PE"),
    ("send collect",               "PE", "",  "PE",  "",  "",    "PE"),
    ("carol submit_evidence",      "PE", "",  "PE",  "R", "",    "PE"),
    ("send rate",                  "PE", "",  "PER", "",  "",    "PER"),
    ("erin send_to_calibration",   "PE", "",  "PER", "",  "PER", "PER"),
    ("bob return_rating",          "PE", "",  "PE",  "R", "",    "PER"),
    ("send rate",                  "PE", "",  "PER", "",  "",    "PER"),
    ("erin send_to_calibration",   "PE", "",  "PER", "",  "PER", "PER"),
    ("bob finalize",               "PER", "", "PER", "",  "PER", "PER"),
]  # fmt: skip


def test_every_transition_is_taken_and_each_role_sees_and_edits_what_the_table_says(both_houses):
    house, case = both_houses, both_houses.case()
    browsers = {name: house.browser(name) for name in WHO.values()}
    taken, wrong = set(), []
    for place, (act, *expected) in enumerate(ROAD):
        taken.add(do(house, browsers, case, act))
        found = (
            *(sees(browsers["carol"], case), edits(house, browsers["carol"], case)),
            *(sees(browsers["erin"], case), edits(house, browsers["erin"], case)),
            sees(browsers["bob"], case),
        )
        wanted = [table[letters] for table, letters in zip((SEES, EDITS, SEES, EDITS, SEES), expected, strict=False)]
        if list(found) != wanted or edits(house, browsers["bob"], case):
            wrong.append((place, act, found))
        for name in ("alice", "frank"):
            if sees(browsers[name], case) != SEES[expected[5]] or edits(house, browsers[name], case):
                wrong.append((place, act, name))
    assert wrong == []
    assert taken - {None} == {move.key for move in house.see(case).workflow.definition.transitions}
    assert house.see(case).view.state == "finalized"


class Letters(dict):
    """Letters of the table → all fields of their forms."""

    def __missing__(self, letters):
        return set().union(*(self[letter] for letter in letters)) if letters else set()


SEES, EDITS = Letters(SHOWN), Letters(EDITED)


def do(house, browsers, case, act):
    """One act over HTTP; the transition that it took."""
    who, _, what = act.partition(" ")
    if act == "start":
        return None
    if who == "send":
        name, answers = FORMS[what]
        task = house.task(case, what)
        browsers[name].fill(task.ref, answers, task.version)
        return None
    spec = house.see(case).workflow.definition.transition(what)
    reason = "" if spec.reason == "none" else "Alasan uji."
    browsers[who].fire(case, what, house.see(case).view.version, reason)
    return what


def sees(browser, case):
    """The fields whose answers stand on the page of the case."""
    return set(re.findall(r'data-field="([\w.]+)"', browser.get(f"/cases/{case}")))


def edits(house, browser, case):
    """The fields that the forms of this state let somebody fill in."""
    found = house.see(case)
    fields = set()
    for task in found.view.tasks:
        answer = browser.client.get(f"/tasks/{task.ref}")
        if answer.status_code == 200:
            page = answer.get_data(as_text=True).partition(' method="post" action="/tasks/')[2]
            names = re.findall(r'<(?:input|select|textarea)\b[^>]* name="([\w-]+)"', page)
            fields |= {re.sub(r"-(?:\d+|__n__)-", ".", name) for name in names}
        else:
            assert answer.status_code in (303, 403), plain(answer.get_data(as_text=True))
    return {name for name in fields if not name.startswith("_")} - {"csrf_token", "seen", "shown", "do"}


@pytest.mark.parametrize("name", ["carol", "bob"])
def test_a_rating_is_never_shown_before_its_time(house, name):
    case = house.case()
    secret = {**RATING, "result_reason": "Catatan yang belum boleh dibaca"}
    house.walk(case, until="submit_evidence")
    house.send(case, "erin", "rate", secret)
    assert "belum boleh dibaca" in house.browser("erin").get(f"/cases/{case}")
    assert "belum boleh dibaca" not in house.browser(name).get(f"/cases/{case}")
