"""The canvas of a design without script: its buttons are forms, its elements links."""

import re

import pytest

from engine import design_beginnings, designs
from engine.documents import read_yaml
from engine.store.queries import designs as queries
from wsgi import SHIPPED

MOST = 16  # statements of a stroke: the edit as a step with its event among them


@pytest.fixture
def stroke(city):
    """stroke(do, status, **form) → where it leads; stroke.draft() as it stands."""
    document = read_yaml((SHIPPED / "basic_cycle.yaml").read_text(), "basic_cycle.yaml")[0]
    ref = design_beginnings.begin(city.rt, document, name="Evaluasi", actor=city.actor("admin"), origin="uji")
    root = f"/admin/designs/{ref}"

    def stroke(do, status=303, **form):
        form = {"csrf_token": city.csrf("admin"), "next": f"{root}/", "do": do, **form}
        answer = city.client("admin").post(f"{root}/strokes", data=form)
        assert answer.status_code == status
        return answer.headers.get("Location", "").removeprefix(root)

    def draft():
        with city.database.read() as db:
            return designs.draft_of(queries.by_ref(db, ref))

    stroke.draft, stroke.root = draft, root
    return stroke


def test_a_state_is_appended_named_moved_copied_and_tidied_by_forms(city, stroke):
    assert stroke("append", at="states.finalized", cell="6,1") == "/?at=states.tahap_baru"
    assert stroke("rename", at="states.tahap_baru", label="  Banding   pegawai ") == "/?at=states.banding_pegawai"
    assert stroke.draft().places == {"banding_pegawai": (6, 1)}
    assert stroke("move", at="states.approved", cell="2,0") == "/?at=states.approved"
    assert stroke.draft().places == {"approved": (2, 0), "banding_pegawai": (6, 1), "evidence": (2, 1)}
    assert stroke("connect", at="states.banding_pegawai", to="rated") == "/?at=transitions.langkah_baru_2"
    assert stroke("copy", at="transitions.langkah_baru_2").startswith("/?at=transitions.")
    stroke("tidy")
    assert stroke.draft().places == {}
    page = city.get("admin", f"{stroke.root}/?at=states.banding_pegawai").text
    assert re.search(r'<a [^>]*data-at="states.banding_pegawai"[^>]*aria-current="true"', page)
    assert 'name="do" value="append"' in page


def test_a_stroke_takes_few_statements(city, stroke):
    form = {"csrf_token": city.csrf("admin"), "next": f"{stroke.root}/", "do": "add"}
    with city.counted() as statements:
        city.client("admin").post(f"{stroke.root}/strokes", data=form)
    assert 0 < len(statements) <= MOST, statements


@pytest.mark.parametrize(
    ("do", "form"),
    [
        ("dance", {}),
        ("move", {"at": "states.approved"}),
        ("move", {"at": "states.approved", "cell": "a,b"}),
        ("rename", {"at": "states.approved", "label": "  "}),
    ],
)
def test_what_is_no_stroke_is_refused(stroke, do, form):
    stroke(do, status=400, **form)
    assert stroke.draft().places == {}
