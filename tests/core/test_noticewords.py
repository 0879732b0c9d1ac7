"""What a definition tells people: when, in whose words, and never an answer that its reader may not see."""

import pytest

from engine.core import noticewords
from engine.core.case import Actor
from engine.core.designing.renaming import renamed
from engine.core.messages import Text
from engine.core.noticespec import broken, places
from engine.core.reading.lint import lint
from engine.core.reading.normal import normal_form
from tests.core.tiny import CATALOG, case, definition, person, workflow

DOCUMENT = {
    "kind": "workflow", "format": 1, "key": "leave", "name": {"id": "Cuti", "en": "Leave"},
    "roles": {
        "employee": "subject", "boss": {"rule": "superior_of", "role": "employee"},
        "clerk": {"rule": "holders_of_grant", "grant": "calibration_panel"},
    },
    "states": {
        "asked": {"initial": True, "tasks": {"write": {"role": "employee", "fill": "request"}}},
        "judged": {"tasks": {"judge": {"role": "boss", "decide": ["grant"]}}},
        "done": {"final": True},
    },
    "transitions": {
        "send": {"from": "asked", "to": "judged", "automatic": True, "guards": ["tasks_done"]},
        "grant": {"from": "judged", "to": "done"},
    },
    "forms": {"request": {"sections": {"s": {"fields": {"why": {"type": "text"}}}}}},
    "visible": {"request": {"boss": ["judged", "done"]}},
    "notices": {
        "sent": {
            "enters": "judged", "to": ["boss", "clerk"],
            "subject": {"id": "Permohonan {{case.subject}}", "en": "Request of {{case.subject}}"},
            "body": {"id": "Alasan: {{request.why}}.", "en": "Reason: {{ request.why }}."},
        },
        "granted": {"transition": "grant", "to": ["employee"], "subject": {"id": "Disetujui", "en": "Granted"}},
        "begun": {"task": "write", "to": ["employee"], "subject": {"id": "Mulai", "en": "Begin"}},
        "late": {"remind": "write", "to": ["boss"], "subject": {"id": "Lambat", "en": "Late"}},
    },
}  # fmt: skip
FLOW = workflow(DOCUMENT)
ABOUT = {name: Text(name, name) for name in ("case.subject", "case.cycle", "case.state")}
SENT = next(spec for spec in FLOW.definition.notices if spec.key == "sent")


def keys(found):
    return [spec.key for spec in found]


def test_each_occasion_gives_rise_to_its_notices_and_no_others():
    assert keys(noticewords.on_move(FLOW, "asked", "start", ["write"])) == ["begun"]
    assert keys(noticewords.on_move(FLOW, "judged", "send", ["judge"])) == ["sent"]
    assert keys(noticewords.on_move(FLOW, "done", "grant", [])) == ["granted"]
    assert keys(noticewords.on_reminder(FLOW, "write")) == ["late"]


def test_an_answer_stands_there_for_whoever_may_read_it_and_dots_for_others():
    found = case(
        state="judged", roles={"boss": (person(2),), "clerk": (person(9),)}, tasks=(),
        answers={"request": {"why": "Anak sakit {{case.subject}}"}},
    )  # fmt: skip
    boss = noticewords.word(SENT, FLOW, found, Actor(2, "p2", "Bob"), ABOUT)
    assert boss.body == Text("Alasan: Anak sakit {{case.subject}}.", "Reason: Anak sakit {{case.subject}}.")
    clerk = noticewords.word(SENT, FLOW, found, Actor(9, "p9", "Clerk"), ABOUT)
    assert clerk.body == Text("Alasan: ….", "Reason: ….")
    assert clerk.subject == Text("Permohonan case.subject", "Request of case.subject") and not clerk.plain


def test_only_words_without_places_may_leave_the_house():
    spec = next(spec for spec in FLOW.definition.notices if spec.key == "granted")
    assert noticewords.word(spec, FLOW, case(state="done", tasks=()), Actor(1, "p1", "Carol"), ABOUT).plain


def test_places_are_read_and_what_only_looks_like_one_is_told():
    assert places("{{a.b}} {{ case.state }} {x}") == ("a.b", "case.state")
    assert broken("{{a.b}} {{A}} {{ }} }} {{x[0]}}") == ("{{A}}", "{{ }}", "}}", "{{x[0]}}")


@pytest.mark.parametrize(
    ("change", "path", "message"),
    [
        ({"to": ["chief"]}, "notices.sent.to.0", "lint.unknown_role"),
        ({"enters": "gone"}, "notices.sent.enters", "lint.unknown_state"),
        ({"transition": "grant"}, "notices.sent", "lint.notice_occasion"),
        ({"enters": None}, "notices.sent", "lint.notice_occasion"),
        ({"subject": {"id": "{{request.who}}", "en": "{{request.who}}"}}, "notices.sent.subject", "lint.unknown_path"),
        ({"subject": {"id": "{{request.why}}", "en": "Why"}}, "notices.sent.subject", "lint.notice_differs"),
        ({"subject": {"id": "Sama", "en": "Sama"}}, "notices.sent.subject", "lint.notice_translation"),
        ({"subject": {"id": "{{X}}", "en": "{{Y}}"}}, "notices.sent.subject", "lint.notice_place"),
    ],
)
def test_what_does_not_fit_is_told_with_its_path(change, path, message):
    sent = {key: value for key, value in {**DOCUMENT["notices"]["sent"], **change}.items() if value is not None}
    problems = lint(definition({**DOCUMENT, "notices": {**DOCUMENT["notices"], "sent": sent}}))
    assert (path, message) in [(each.path, each.message.key) for each in problems]


def test_a_definition_that_fits_has_nothing_to_correct_in_its_notices():
    assert [each for each in lint(FLOW.definition) if each.path.startswith("notices")] == []


def test_an_answer_that_gets_another_key_is_followed_into_the_words():
    document = normal_form({**DOCUMENT, "roles": DOCUMENT["roles"]})
    steps = ("forms", 0, "sections", 0, "fields", 0)
    sent = renamed(document, steps, "reason", CATALOG, frozenset())["notices"][0]
    assert sent["body"] == {"id": "Alasan: {{request.reason}}.", "en": "Reason: {{ request.reason }}."}
    state = renamed(document, ("states", 1), "judging", CATALOG, frozenset())["notices"][0]
    assert state["enters"] == "judging"
