"""What stays where somebody may not edit, and what a form begins with."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from engine.core.filling import forms, standing
from engine.core.filling.lineage import projected
from engine.core.filling.standing import Standing
from tests.core.tiny import FACTS, form_of, workflow

LOCKED = form_of(
    {
        "status": {"type": "choice", "choices": {"open": "Terbuka", "shut": "Tertutup"}},
        "goal": {"type": "text", "editable_when": "status == 'open'", "required": True},
        "late": {"type": "text", "shown_when": "status == 'open'", "editable_when": "goal == 'x'"},
    }
)
PAIR = {
    "roles": {"owner": "subject"},
    "states": {
        "open": {"initial": True, "tasks": {
            "tell": {"role": "owner", "fill": "story"}, "ask": {"role": "owner", "fill": "more"},
            "end": {"role": "owner", "decide": "close"}}},
        "closed": {"final": True},
    },
    "transitions": {"close": {"from": "open", "to": "closed"}},
    "forms": {
        "story": {
            "prefill": {"steps": "previous.story.steps", "goal": "previous.story.goal"},
            "sections": {"s": {"fields": {
                "goal": {"type": "text", "default": "Sehat", "was": ["story.aim"]},
                "told": {"type": "date", "default": "= today"},
                "steps": {"type": "table", "columns": {"step": {"type": "text", "was": ["story.steps.act"]},
                                                       "share": {"type": "percent"}}},
            }}},
        },
        "more": {
            "prefill": {"steps": "story.steps"},
            "sections": {"s": {"fields": {
                "about": {"type": "text", "default": "= story.goal"},
                "steps": {"type": "table", "columns": {"step": {"type": "text"}, "share": {"type": "text"}}},
            }}},
        },
    },
}  # fmt: skip
FLOW = workflow(PAIR)
STORY, MORE = FLOW.forms["story"], FLOW.forms["more"]


def test_what_may_not_be_edited_stays_whatever_is_sent():
    stands = Standing({"goal": "berdiri"})
    judged = LOCKED.judge({"status": "shut", "goal": "diselundupkan"}, FACTS, stands)
    assert judged.values["goal"] == "berdiri" and judged.fixed == {"goal"} and judged.errors == {}
    assert LOCKED.judge({"status": "open", "goal": "baru"}, FACTS, stands).values["goal"] == "baru"


def test_nobody_is_blamed_for_what_he_may_not_edit():
    assert LOCKED.judge({"status": "shut"}, FACTS, Standing()).errors == {}
    assert set(LOCKED.judge({"status": "open"}, FACTS, Standing()).errors) == {"goal"}


def test_answers_that_were_taken_are_read_as_they_stand():
    values = forms.clean(LOCKED, {"status": "shut", "goal": "berdiri"}, FACTS)
    assert forms.clean(LOCKED, forms.dump(LOCKED, values), FACTS) == values


def test_a_draft_takes_nothing_for_a_locked_field_not_even_while_it_is_hidden():
    stands = Standing({"goal": "berdiri", "late": "lama"})
    kept = LOCKED.settled({"status": "shut", "goal": "y", "late": "x"}, FACTS, stands)
    assert kept == {"status": "shut", "goal": "berdiri", "late": "lama"}
    assert LOCKED.settled({"status": "shut", "goal": "y"}, FACTS, Standing()) == {"status": "shut"}


def test_a_draft_holds_nothing_of_what_its_writer_may_never_fill():
    kept = LOCKED.settled({"status": "open", "goal": "y"}, FACTS, Standing({"goal": "z"}, frozenset({"goal"})))
    assert kept == {"status": "open"}


@given(st.dictionaries(st.sampled_from(["status", "goal", "late"]), st.sampled_from(["open", "shut", "x", "", None])))
def test_by_no_way_of_drafts_does_a_locked_field_change(sent):
    stands = Standing({"status": "shut", "goal": "berdiri", "late": "lama"})
    locked = {**sent, "status": "shut"}
    draft = LOCKED.settled(locked, FACTS, stands)
    again = Standing({**stands.raw, **draft})
    assert LOCKED.judge({**locked, "goal": "baru"}, FACTS, again).values["goal"] == "berdiri"


def test_a_form_begins_with_its_defaults_and_with_what_was_sent_before_over_them():
    begun = standing.opening(STORY.beginnings, {**FACTS.names(), "previous": {"story": {}}}, FACTS)
    assert begun.raw == {"goal": "Sehat", "told": FACTS.today.isoformat()}
    rows = [{"step": "A", "share": None}, {"step": "B"}]
    names = {**FACTS.names(), "previous": {"story": {"goal": "Lama", "steps": rows}}}
    begun = standing.opening(STORY.beginnings, names, FACTS)
    assert begun.raw["goal"] == "Lama" and [row["step"] for row in begun.raw["steps"]] == ["A", "B"]
    assert begun.origins == {"goal": "previous", "steps": "previous", "told": "default"}


def test_rows_keep_the_columns_that_both_tables_have_by_name_and_type():
    names = {**FACTS.names(), "story": {"goal": "Sehat", "steps": [{"step": "A", "share": 40}]}}
    begun = standing.opening(MORE.beginnings, names, FACTS)
    assert begun.raw == {"about": "Sehat", "steps": [{"step": "A", "share": None}]}
    assert MORE.asks == ("story.goal", "story.steps")


def test_what_is_no_answer_any_more_is_left_out():
    names = {**FACTS.names(), "previous": {"story": {"goal": "x" * 100_000, "steps": "keliru"}}}
    assert (
        standing.opening(STORY.beginnings, {**names, "previous": {"story": {"goal": None}}}, FACTS).raw["goal"]
        == "Sehat"
    )
    assert set(standing.opening(STORY.beginnings, {**names, "previous": None}, FACTS).raw) == {"goal", "told"}


def test_what_somebody_typed_or_emptied_is_never_filled_again():
    begun = standing.Opening({"goal": "Sehat", "told": "2026-03-02"}, {})
    assert begun.under({"goal": "", "told": None}) == {"goal": "", "told": "2026-03-02"}


def test_old_answers_are_read_through_the_lineage_of_their_fields():
    before = {"story": {"aim": "Lama", "told": "kemarin", "steps": [{"act": "A", "share": "12.5"}, "rusak"]}}
    found = projected(STORY, before, FACTS)
    assert found["goal"] == "Lama" and found["told"] is None
    assert [(row["step"], str(row["share"])) for row in found["steps"]] == [("A", "12.5")]


def test_a_default_is_worked_out_for_the_day_on_which_the_form_is_opened():
    (told,) = [each for each in STORY.beginnings if each.key == "told"]
    assert told.value({**FACTS.names(), "today": date(2026, 5, 1)}, FACTS) == date(2026, 5, 1)
