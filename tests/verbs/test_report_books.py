"""Reports over registers: what an earlier version kept from the reader is told by no sum; on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest

from engine import fields, registers, reports
from engine.core.catalog import Catalog
from engine.library import Library
from tests.verbs.test_registers import PRESENCE, Office
from workflows import actions, guards, methods
from workflows.reports import habits

ROLE = "  superior: {rule: superior_of, role: officer}\n"
OPEN = PRESENCE.replace(ROLE, f"{ROLE}  personnel: {{rule: holders_of_grant, grant: admin}}\n")
OPEN = OPEN.replace("read: [officer, superior]", "read: [officer, superior, personnel]")
TOLD = "reports.too_few"  # it is asked for the numbers, which are about one person


class Counted(Office):
    """The office with the reports over registers; the first version of its attendance is read by superiors alone."""

    def _enter(self, db):
        super()._enter(db)
        catalog = Catalog.collect(*fields.BUILT_IN, actions, guards, methods, habits)
        self.rt = replace(self.rt, library=Library(lambda: catalog))

    def late(self, ago=0):
        return self.add("erin", register="presence", late="5", day=self.today - timedelta(days=ago))

    def why(self, who="alice", **asked):
        """Why the report over attendance is not shown."""
        given = {"book": "presence", **asked}
        with self.rt.db.read() as db:
            why = reports.read(self.rt, db, "discipline", given, actor=self.actor(who), zone="Asia/Jakarta").why
        return why and why.key


@pytest.fixture
def office(filled_db):
    return Counted.over(filled_db("report_books", Counted))


def test_no_sum_tells_what_an_earlier_version_kept_from_the_reader(office):
    first = office.late()
    office.publish(OPEN)
    office.late(ago=1)
    yesterday = str(office.today - timedelta(days=1))
    for who in ("alice", "dan"):
        assert office.why(who) == "reports.not_read"
        assert office.why(who, last=yesterday) == TOLD
    assert office.why(unit=office.unit("south").ref) is None  # nobody there was late
    registers.withdraw_entry(office.rt, first, actor=office.actor("erin"), reason="Salah hari")
    assert office.why() == TOLD  # it stands no more, so no sum holds it


def test_an_earlier_version_that_he_read_keeps_no_report_from_him(office):
    office.publish(OPEN)
    office.late()
    office.publish(OPEN.replace("Presensi", "Kehadiran"))
    assert office.why() == TOLD


def test_a_version_that_took_nothing_keeps_no_report_from_him(office):
    office.publish(OPEN)
    office.late()
    assert office.why() == TOLD
