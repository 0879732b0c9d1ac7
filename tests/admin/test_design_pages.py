"""The pages of the designer: an admin makes a flow by labels and choices alone; two admins lose nothing."""

import pytest

from engine import design_beginnings
from engine.documents import read_yaml
from wsgi import SHIPPED


@pytest.fixture
def design(city):
    document = read_yaml((SHIPPED / "basic_cycle.yaml").read_text(), "basic_cycle.yaml")[0]
    return design_beginnings.begin(city.rt, document, name="Evaluasi", actor=city.actor("admin"), origin="uji")


def test_every_page_of_a_design_opens(city, design):
    pages = ("", "?at=definition", "?at=transitions.approve", "?at=states.plan_drafted.tasks.write_plan", "roles",
             "roles?at=roles.supervisor", "history", "hand-in", "discard", "document.yaml")  # fmt: skip
    for path in pages:
        city.get("admin", f"/admin/designs/{design}/{path}")
