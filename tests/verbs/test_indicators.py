"""Figures of indicators: worked out exactly as by hand, kept, frozen for good, and told apart from what is so now."""

import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from engine import (
    appointments,
    case_figures,
    figure_lists,
    figure_rights,
    indicators,
    ledger,
    measuring,
    own_people,
    registers,
)
from engine.core.case import SYSTEM
from engine.core.definition import Quantity
from engine.core.errors import NotAllowed, NotFound, Refused, TamperedLedger
from engine.core.indicator import BoundQuantity, Days
from engine.core.jobs import Finished, Job
from engine.store.queries import figures_kept
from engine.store.refs import new_ref
from engine.store.tables.registers import EntrySum
from tests.verbs.test_registers import DAILY
from tests.verbs.test_registers import Office as Registers

MANUAL = "manual: {definition: x, formula: x, source: x, period: x}"
HEAD = "kind: indicator\nformat: 1\nname: {id: Angka, en: Figure}\n" + MANUAL + "\n"
MINUTES = HEAD + "key: minutes_a_quarter\nregister: daily_activity\nmethod: sum\nof: minutes\nwindow: quarter\n"
MINUTES += "freeze_after: 5\npeople: 2\n"
SHARE = HEAD + "key: served_share\nregister: daily_activity\nmethod: share\npart: quantity >= 10\nwindow: quarter\n"
MEDIAN = HEAD + "key: median_minutes\nregister: daily_activity\nmethod: median\nof: minutes\nwindow: year\n"
MEDIAN += "none: refuse\n"
LATE = HEAD + "key: late_mean\nregister: presence\nmethod: mean\nof: late_minutes\nwindow: month\nfloor: 2\n"
PER_ITEM = HEAD + "key: minutes_an_item\nregister: daily_activity\nmethod: ratio\nof: minutes\nwindow: quarter\n"
PER_ITEM += "over: {register: daily_activity, of: items}\n"
GOOD = HEAD + "key: verified_longest\nabout: person\nregister: daily_activity\nverified: true\nmethod: max\n"
GOOD += "of: minutes\nwindow: {length: as_of}\n"
TWICE = HEAD + "key: twice_the_minutes\nregister: daily_activity\nmethod: sum\nof: minutes * 2\nwindow: quarter\n"
OF_CASES = BoundQuantity(Quantity(workflow="performance_evaluation", form="rating"))
ALL = (TWICE, MINUTES, SHARE, MEDIAN, LATE, PER_ITEM, GOOD)


def all_figures(rt, day):
    """Run the job of a day to its end, as the outbox does; answers with what it says then."""
    cursor, done = None, 0
    for _ in range(100):
        job = Job(1, "j", indicators.KIND, {"day": day.isoformat()}, cursor, done, None, None, None)
        looked = indicators.look(rt, job)
        with rt.db.begin() as db:
            answer = indicators.chunk(rt, db, job, looked)
        if isinstance(answer, Finished):
            return answer.words
        cursor, done = answer.cursor, answer.done
    raise AssertionError("the job does not end")


class Office(Registers):
    """The registers' office with seven indicators in force."""

    def __init__(self, db, accounts=()):
        super().__init__(db, accounts)
        for each in ALL:
            self.publish(each)

    def computed(self, key, about="carol", first=None, last=None):
        days = Days(first or date(2026, 1, 1), last or date(2026, 12, 31))
        with self.rt.db.read() as db:
            one = measuring.named(self.rt, db, key).indicator
            if about in self.units():
                return measuring.of_unit(self.rt, db, one, self.unit(about).id, days)
            alone = measuring.of_person(self.rt, db, one, self.person(about).id, days)
            assert measuring.of_people(self.rt, db, one, [self.person(about).id], days) == {
                self.person(about).id: alone
            }
            return alone

    def units(self):
        return ("city", "north", "health", "south")

    def value(self, key, about="carol", **days):
        return self.computed(key, about, **days).found.value

    def all_figures(self, day):
        self.said = all_figures(self.rt, day)
        return self.said.params["count"]

    def kept(self, key, name="carol", who="person_id"):
        about = self.person(name).id if who == "person_id" else self.unit(name).id
        with self.rt.db.read() as db:
            return figures_kept.upto(db, key, "9999-12-31", **{who: about})


@pytest.fixture
def office(filled_db):
    return Office.over(filled_db("indicator_office", Office))


def test_every_method_by_its_own_road_gives_what_a_pen_gives(office):
    office.add(begun="08:00", ended="10:30", quantity="12")  # 150 minutes
    office.add(begun="11:00", ended="12:00", quantity="4")  # 60
    office.add(begun="13:00", ended="13:45", quantity="")  # 45
    assert str(office.value("minutes_a_quarter")) == "255.00"
    assert str(office.value("served_share")) == "33.33"  # one of three
    assert str(office.value("twice_the_minutes")) == "510.00"
    assert str(office.value("median_minutes")) == "60.00"
    assert str(office.value("minutes_an_item")) == "15.94"  # 255 ÷ 16 = 15.9375
    assert office.computed("verified_longest").found.outcome == "empty"
    assert office.computed("late_mean").found.outcome == "empty"


def test_only_what_was_verified_counts_where_it_says_so_and_an_entry_that_was_withdrawn_never(office):
    short, long = office.add(begun="08:00", ended="09:00"), office.add(begun="10:00", ended="14:00")
    registers.judge_entries(office.rt, [short], "verified", actor=office.actor("erin"))
    registers.judge_entries(office.rt, [long], "returned", actor=office.actor("erin"), note="Bukti?")
    assert office.value("verified_longest") == 60
    before = office.computed("minutes_a_quarter")
    registers.withdraw_entry(office.rt, long, actor=office.actor("carol"), reason="Salah.")
    after = office.computed("minutes_a_quarter")
    assert (before.found.value, after.found.value) == (300, 60)
    assert before.inputs != after.inputs


def test_random_entries_come_to_what_brute_force_comes_to(office):
    chance, entries = random.Random(8), []
    for number in range(40):
        day = office.today - timedelta(days=chance.randrange(8))
        begin, length, items = number * 17, chance.randrange(5, 16), chance.choice(["", "0", "3", "10.5", "27"])
        clock = [f"{minute // 60:02}:{minute % 60:02}" for minute in (begin, begin + length)]
        office.add(day=day, begun=clock[0], ended=clock[1], quantity=items)
        entries.append((Decimal(length), None if items == "" else Decimal(items)))
    minutes, items = [each for each, _ in entries], [each for _, each in entries if each is not None]
    cents = Decimal("0.01")
    assert office.value("minutes_a_quarter") == sum(minutes)
    assert office.value("minutes_an_item") == (sum(minutes) / sum(items)).quantize(cents)
    middle = sorted(minutes)[19:21]
    assert office.value("median_minutes") == (sum(middle) / 2).quantize(cents)
    served = Decimal(sum(each >= 10 for each in items)) / len(entries) * 100
    assert office.value("served_share") == served.quantize(cents)


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("method: sum\nof: talks\n", ("value", 0, 2)),
        ("method: mean\nof: talks\n", ("empty", None, 0)),
        ("method: mean\nof: talks\nblank: zero\n", ("value", 0, 2)),
        ("method: max\nof: talks\nblank: zero\n", ("value", 0, 2)),
        ("method: ratio\nof: talks\nover: {register: daily_activity}\n", ("value", 0, 2)),
        ("method: ratio\nof: minutes\nover: {register: daily_activity, of: talks}\n", ("divided", None, 2)),
    ],
)
def test_a_measure_that_no_entry_was_kept_by_yet_gives_one_figure_by_every_road(office, written, found):
    """A new version of the register counts by one more; `computed` compares the job's road with a case's."""
    office.add(begun="08:00", ended="09:00")
    office.add(begun="10:00", ended="11:00")
    talks = "  talks: {label: {id: Bicara, en: Talks}, value: quantity}\n"
    office.publish(DAILY.replace("measures:\n", f"measures:\n{talks}"))
    office.publish(f"{HEAD}key: talking\nregister: daily_activity\nwindow: quarter\n{written}")
    for about in ("carol", "health"):
        computed = office.computed("talking", about).found
        assert (computed.outcome, computed.value, computed.n) == found
    days = Days(date(2026, 1, 1), date(2026, 12, 31))
    with office.rt.db.read() as db:
        one, carol = measuring.named(office.rt, db, "talking").indicator, office.person("carol").id
        shown, _ = measuring.with_entries(office.rt, db, one, carol, days)
        assert shown == measuring.of_person(office.rt, db, one, carol, days)


def move(office, name, post, day):
    """Let somebody sit on another chair from a day on."""
    with office.rt.db.read() as db:
        asked = "SELECT appointment.ref FROM appointment JOIN person ON person.id = person_id WHERE person.name = :name"
        ref = db.execute(text(asked), {"name": name.title()}).scalar_one()
        chair = db.execute(text("SELECT ref FROM post WHERE key = :key"), {"key": post}).scalar_one()
    appointments.end_appointment(office.rt, actor=SYSTEM, appointment_ref=ref, ends_on=day)
    if name == "carol":
        whom = {"person_ref": office.ref(name), "post_ref": chair, "kind": "definitive", "starts_on": day}
        appointments.appoint(office.rt, actor=SYSTEM, **whom)


def test_whoever_moves_in_mid_quarter_leaves_his_entries_to_the_unit_of_their_day(office):
    """A figure of the person goes on; that of each unit holds the days on which he was there."""
    office.add(begun="08:00", ended="09:00", day=office.today - timedelta(days=3))
    for name in ("mallory", "carol"):
        move(office, name, "clerk_south", office.today - timedelta(days=1))
    registers.add_entry(
        office.rt, "daily_activity", office.ref("carol"), office.today,
        {"name": "Loket", "begun": "08:00", "ended": "08:30"}, actor=office.actor("carol"), key=new_ref(),
    )  # fmt: skip
    assert office.value("minutes_a_quarter") == 90
    told = {name: office.computed("minutes_an_item", name).found.above for name in office.units()}
    assert told == {"city": 90, "north": 60, "health": 60, "south": 30}
    few = office.computed("minutes_a_quarter", "north").found
    assert (few.outcome, few.value, few.people) == ("few_people", None, 1)


def test_figures_are_kept_with_their_freshness_and_follow_their_entries_until_frozen(office):
    office.add(begun="08:00", ended="09:00")
    assert indicators.refresh(office.rt, office.ref("carol"), who="person", actor=office.actor("carol")).done > 0
    (kept,) = office.kept("minutes_a_quarter")
    assert (kept.value, kept.n, kept.frozen_ref) == ("60.00", 1, None)
    office.now += timedelta(hours=1)
    office.add(begun="10:00", ended="10:30")
    indicators.refresh(office.rt, office.ref("carol"), who="person", actor=office.actor("carol"))
    (later,) = office.kept("minutes_a_quarter")
    assert (later.ref, later.value, later.n) == (kept.ref, "90.00", 2) and later.as_of > kept.as_of
    ledger.verify(office.rt.db)


def test_a_frozen_figure_stays_and_says_that_its_entries_are_others_now(office):
    """A corrected entry after the freeze: shown as differing, never changed silently."""
    ref = office.add(begun="08:00", ended="09:00")
    quarter = office.today.replace(month=(office.today.month - 1) // 3 * 3 + 1, day=1)
    end = (quarter + timedelta(days=100)).replace(day=1) - timedelta(days=1)
    office.all_figures(end + timedelta(days=4))
    assert all(row.frozen_ref is None for row in office.kept("minutes_a_quarter"))
    office.all_figures(end + timedelta(days=5))
    (frozen,) = [row for row in office.kept("minutes_a_quarter") if row.frozen_ref]
    assert (frozen.value, frozen.last) == ("60.00", end.isoformat())
    changed = {"name": "Loket", "begun": "08:00", "ended": "09:30"}
    registers.correct_entry(office.rt, ref, changed, actor=office.actor("carol"), reason="Keliru.", key=new_ref())
    office.all_figures(end + timedelta(days=6))
    (same,) = [row for row in office.kept("minutes_a_quarter") if row.frozen_ref]
    assert tuple(same) == tuple(frozen)
    now = office.computed("minutes_a_quarter", first=quarter, last=end)
    assert (now.found.value, now.inputs != bytes(frozen.inputs)) == (90, True)
    ledger.verify(office.rt.db)


def test_nobody_changes_a_frozen_figure_and_the_audit_sees_who_tries_it_past_the_database(office):
    office.add(begun="08:00", ended="09:00")
    quarter = office.today.replace(month=(office.today.month - 1) // 3 * 3 + 1, day=1)
    end = (quarter + timedelta(days=100)).replace(day=1) - timedelta(days=1)
    office.all_figures(end + timedelta(days=5))
    for act in ("UPDATE figure SET value = '99'", "DELETE FROM figure", "UPDATE figure SET frozen_ref = NULL"):
        with pytest.raises(Exception, match="figure"), office.rt.db.begin() as db:
            db.execute(text(f"{act} WHERE frozen_ref IS NOT NULL"))
    with office.rt.db.begin() as db:
        if db.dialect.name == "sqlite":
            db.execute(text("DROP TRIGGER figure_no_update"))
        else:
            db.execute(text("ALTER TABLE figure DISABLE TRIGGER figure_no_update"))
        db.execute(text("UPDATE figure SET value = '99' WHERE frozen_ref IS NOT NULL"))
    with pytest.raises(TamperedLedger):
        ledger.verify(office.rt.db)


def test_figures_of_a_person_are_for_those_who_may_know_of_the_entries(office):
    office.add()
    for name in ("carol", "erin"):
        assert indicators.refresh(office.rt, office.ref("carol"), who="person", actor=office.actor(name)).done == 7
        office.now += timedelta(minutes=1)
    for name in ("mallory", "alice", "dan"):
        with pytest.raises(NotFound):
            indicators.refresh(office.rt, office.ref("carol"), who="person", actor=office.actor(name))
    with pytest.raises(NotAllowed):
        indicators.ask_all(office.rt, actor=office.actor("carol"))


def test_whoever_asks_again_within_a_minute_is_told_so_and_nobody_waits_while_figures_are_worked_out(office):
    whom = {"who": "unit", "actor": office.actor("alice")}
    ref, working = office.unit("city").ref, []

    def another(*asked):
        with office.rt.db.begin():  # a lock that is held would be told
            working.append(asked)
        return of_unit(*asked)

    of_unit = measuring.of_unit
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(measuring, "of_unit", another)
        assert indicators.refresh(office.rt, ref, **whom).done == len(working) > 0
    office.now += timedelta(seconds=59)
    with pytest.raises(Refused) as again:
        indicators.refresh(office.rt, ref, **whom)
    assert again.value.message.key == "indicator.just_now"
    office.now += timedelta(seconds=1)
    assert indicators.refresh(office.rt, ref, **whom).done == len(working)


def test_of_a_unit_only_days_that_were_kept_are_told_where_days_go_on(office):
    office.publish(
        GOOD.replace("verified_longest", "all_minutes").replace("about: person\n", "").replace("verified: true\n", "")
    )
    office.add(begun="08:00", ended="09:00")
    with office.rt.db.read() as db:
        alice = office.actor("alice")
        city = figure_rights.about(office.rt, db, office.unit("city").ref, "unit", alice)
        for days in (None, Days(None, office.today)):
            assert figure_lists.detail(office.rt, db, city, alice, "all_minutes", days).value == 60
        with pytest.raises(NotFound):
            yesterday = Days(None, office.today - timedelta(days=1))
            figure_lists.detail(office.rt, db, city, alice, "all_minutes", yesterday)
    indicators.refresh(office.rt, city.ref, who="unit", actor=alice)
    kept = Days(None, office.today)
    office.now += timedelta(days=1)
    with office.rt.db.read() as db:
        city = figure_rights.about(office.rt, db, city.ref, "unit", alice)
        assert figure_lists.detail(office.rt, db, city, alice, "all_minutes", kept).row is not None


def test_a_units_figure_is_counted_once_in_a_transaction_whatever_the_number_of_its_cases(office):
    asked = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(measuring, "of_unit", lambda *each: asked.append(each))
        days = Days(date(2026, 1, 1), date(2026, 3, 31))
        for times in (1, 2):
            with office.rt.db.begin() as db:
                for _ in range(3):
                    case_figures._now(office.rt, db, "unit", "d", None, 1, days)
            assert len(asked) == times


def test_a_unit_is_for_those_who_sit_in_it_or_oversee_it(office):
    with office.rt.db.read() as db:
        whom = figure_rights.about(office.rt, db, office.unit("city").ref, "unit", office.actor("alice"))
        assert whom.oversees and figure_rights.is_shown(whom, 1)
        with pytest.raises(NotFound):
            figure_rights.about(office.rt, db, office.unit("city").ref, "unit", office.actor("mallory"))


def test_a_units_figure_is_not_told_beside_one_from_which_few_people_are_left(office):
    office.all_figures(office.today)
    key, days = "twice_the_minutes", ("2026-01-01", "2026-03-31")
    people = {"city": 30, "north": 14, "health": 12}
    with office.rt.db.begin() as db:
        digest = measuring.named(office.rt, db, key).digest
        db.execute(text("DELETE FROM figure"))
        for name, count in people.items():
            kept = figures_kept.FIGURE.insert().values(
                ref=new_ref(), indicator=key, definition_digest=digest, unit_id=office.unit(name).id, first=days[0],
                last=days[1], value="1.00", outcome="value", n=count, people=count, as_of="2026", inputs=bytes(32),
            )  # fmt: skip
            db.execute(kept)
    with office.rt.db.read() as db:
        for name, shown in {"city": True, "north": True, "health": False}.items():
            unit = office.unit(name)
            whom = figure_rights.About("unit", unit.id, unit.ref, "", office.today, unit.id, oversees=False)
            asked = figure_rights.Asked(key, True, *days, people[name])
            alone = figure_rights.Asked(key, False, *days, people[name])
            few = figure_rights.Asked(key, False, *days, 4)
            which = [measuring.named(office.rt, db, key).indicator]
            found = figure_rights.told(office.rt, db, whom, [asked, alone, few], which)
            assert found == ({asked, alone} if shown else {alone}), name
            assert figure_rights.told(office.rt, db, replace(whom, oversees=True), [asked, few], which) == {asked, few}


@pytest.mark.parametrize(("in_south", "shown"), [(4, {"city"}), (5, {"city", "north", "health", "south"})])
def test_over_days_of_which_nothing_is_kept_no_units_figure_is_found_by_subtraction(office, in_south, shown):
    """Before the first night, between midnight and the job, and for an indicator that came today."""
    people = {"city": 6 + in_south, "north": 6, "health": 6, "south": in_south}
    with office.rt.db.begin() as db:
        for name, first in {"health": 100, "south": 200}.items():
            for person in range(first, first + people[name]):
                entry = {"register": "daily_activity", "unit_id": office.unit(name).id, "person_id": person}
                db.execute(EntrySum.__table__.insert().values(day="2026-01-05", count=1, **entry))
    with office.rt.db.read() as db:
        which, found = [measuring.named(office.rt, db, "twice_the_minutes").indicator], set()
        for name, count in people.items():
            unit = office.unit(name)
            whom = figure_rights.About("unit", unit.id, unit.ref, "", office.today, unit.id, oversees=False)
            asked = figure_rights.Asked("twice_the_minutes", True, "2026-01-01", "2026-03-31", count)
            found |= {name} if figure_rights.told(office.rt, db, whom, [asked], which) else set()
    assert found == shown


def test_the_people_of_a_unit_itself_are_counted_whatever_lies_below_it(office):
    ref = office.add(begun="08:00", ended="09:00")
    office.add(begun="10:00", ended="11:00")
    registers.judge_entries(office.rt, [ref], "verified", actor=office.actor("erin"))
    units = {office.unit(name).id: name for name in office.units()}
    with office.rt.db.read() as db:
        bases = {each.key: each.indicator.over or each.indicator.above for each in measuring.published(office.rt, db)}
        wanted = [(bases[key], "2026-01-01", "2026-03-31") for key in ("twice_the_minutes", "verified_longest")]
        wanted += [(bases["twice_the_minutes"], "", "2026-01-01"), (OF_CASES, "2026-01-01", "2026-12-31")]
        found = own_people.of_units(office.rt, db, {each: list(units)[:2] for each in wanted}, units)
    assert [{units[unit]: count for unit, count in found[each].own.items()} for each in wanted] == [
        {"health": 1}, {"health": 1}, {}, {},
    ]  # fmt: skip
    assert [{units[unit]: count for unit, count in found[each].whole.items()} for each in wanted] == [
        {"city": 1, "north": 1}, {"city": 1, "north": 1}, {}, {},
    ]  # fmt: skip


def test_all_figures_are_asked_for_as_a_job_and_by_the_day(office):
    ref = indicators.ask_all(office.rt, actor=office.actor("alice"))
    assert ref
    with office.rt.db.begin() as db:
        indicators.begin(office.rt, db, "UTC", date(2026, 4, 6))
        assert db.execute(text("SELECT count(*) FROM job WHERE kind = 'figures.compute'")).scalar_one() == 2
