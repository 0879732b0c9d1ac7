"""T27: a plan of a high official without the perspective of the budget cannot be sent, by a check of its form."""

from datetime import date

from engine.core.filling.fieldtype import FormFacts
from engine.core.reading.compiled import bind
from engine.core.reading.parse import examine
from engine.documents import read_yaml
from tests.core.definitions import PRODUCT
from tests.core.scoring.shipped import LISTS

YAML = """
kind: workflow
format: 1
key: high_plan
name: {id: SKP JPT, en: Plan of a high official}
roles: {employee: subject}
states:
  drafted:
    initial: true
    label: {id: Disusun, en: Drafted}
    tasks: {write: {role: employee, fill: plan}, end: {role: employee, decide: settle}}
  settled: {final: true, label: {id: Ditetapkan, en: Settled}}
transitions:
  settle: {label: {id: Tetapkan, en: Settle}, from: drafted, to: settled}
forms:
  plan:
    label: {id: SKP, en: Plan}
    sections:
      all:
        title: {id: Hasil kerja, en: Results}
        fields:
          targets:
            type: table
            label: {id: Hasil kerja, en: Results}
            columns:
              result: {type: text, label: {id: Hasil kerja, en: Result}}
              perspective:
                type: choice
                label: {id: Perspektif, en: Perspective}
                choices: {receiver: Penerima layanan, process: Proses bisnis, budget: Anggaran}
    checks:
      budget:
        when: '"budget" in targets.perspective'
        otherwise: {id: Perspektif anggaran harus ada (PermenPANRB 6/2022), en: The perspective of the budget is needed}
        fields: targets
"""
FACTS = FormFacts(date(2026, 1, 5), date(2026, 1, 1), date(2026, 12, 31))


def test_t27_a_plan_without_the_perspective_of_the_budget_cannot_be_sent():
    workflow = bind(examine(*read_yaml(YAML), PRODUCT, LISTS).definition, PRODUCT, LISTS).workflow
    rows = [{"result": "Layanan cepat", "perspective": "receiver"}, {"result": "Serapan", "perspective": "budget"}]
    assert workflow.forms["plan"].judge({"targets": rows}, FACTS).errors == {}
    refused = workflow.forms["plan"].judge({"targets": rows[:1]}, FACTS).errors
    assert set(refused) == {"targets"}
