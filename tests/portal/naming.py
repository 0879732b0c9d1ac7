"""A small workflow whose form names people and units, ranks, marks and is signed; and a second city beside the town."""

from datetime import date

from engine import appointments, people
from engine.core.case import SYSTEM
from engine.store.queries import case_lists

WORKFLOW = """
kind: workflow
format: 1
key: nomination
name: {id: Usulan penghargaan, en: Award nomination}
roles:
  employee: subject
  boss: {rule: superior_of, role: employee}
states:
  open:
    initial: true
    tasks:
      nominate: {role: employee, fill: nomination}
      close: {role: boss, decide: [finish], after: nominate, shows: nomination}
  done: {final: true}
transitions:
  finish: {from: open, to: done, label: {id: Selesai, en: Finish}}
forms:
  nomination:
    label: {id: Usulan, en: Nomination}
    sections:
      who:
        title: {id: Siapa, en: Who}
        fields:
          nominee: {type: person, required: true, label: {id: Yang diusulkan, en: Nominee}}
          mentor: {type: person, within: unit, label: {id: Mentor, en: Mentor}}
          approver: {type: person, role: boss, label: {id: Penyetuju, en: Approver}}
          office: {type: unit, label: {id: Unit penerima, en: Receiving unit}}
          team:
            type: table
            label: {id: Tim, en: Team}
            columns:
              member: {type: person, label: {id: Anggota, en: Member}}
              part: {type: text, label: {id: Peran, en: Part}}
      why:
        title: {id: Alasan, en: Reasons}
        fields:
          values: {type: ranking, list: berakhlak, top: 3, label: {id: Tiga nilai utama, en: Three main values}}
          rubric:
            type: matrix
            label: {id: Rubrik, en: Rubric}
            criteria: {clarity: {id: Kejelasan, en: Clarity}, impact: {id: Dampak, en: Impact}}
            levels:
              - {value: 1, label: {id: Kurang, en: Weak}}
              - {value: 2, label: {id: Baik, en: Good}}
            descriptions:
              clarity: {"2": {id: Langsung dipahami, en: Understood at once}}
"""
SIGNED = """
          approval:
            type: signature
            label: {id: Pernyataan, en: Declaration}
            statement: {id: Isian ini benar., en: These answers are true.}
"""
VISIBLE = """
visible:
  nomination: {employee: [open, done], boss: [open, done]}
"""


def nomination(house, *, signed=False):
    """A published workflow with an open case about carol: (case, task)."""
    return opened(house, house.publish(WORKFLOW + (SIGNED if signed else "") + VISIBLE))


def opened(house, version):
    """A case about carol of a published version: (case, task)."""
    cycle = house.open(version_ref=version.ref)
    with house.rt.db.read() as db:
        case = case_lists.case_of(db, cycle.ref, house.person("carol").id)
    return case, house.task(case, "nominate").ref


def other_city(house):
    """A second root unit with somebody in it: his ref."""
    rt = house.rt
    unit = people.add_unit(
        rt, actor=SYSTEM, key="far", name="Kota Jauh", kind="city", parent_ref=None, timezone="Asia/Jayapura"
    )
    post = people.add_post(
        rt, actor=SYSTEM, key="far_clerk", name="Staf", kind="pelaksana", unit_ref=unit, superior_ref=None
    )
    who = people.add_person(rt, actor=SYSTEM, name="Carola Jauh", kind="pns", nip="199901012020012009")
    appointments.appoint(
        rt,
        actor=SYSTEM,
        person_ref=who,
        post_ref=post,
        kind="definitive",
        starts_on=date(2025, 1, 1),
        order_number=None,
    )
    return who
