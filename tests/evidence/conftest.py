"""A town with a form that asks for evidence, and a store for it below the test's own folder."""

import pytest

from tests.evidence.house import EvidenceStage


@pytest.fixture
def stage(filled_db, tmp_path) -> EvidenceStage:
    return EvidenceStage.over(filled_db("evidence", EvidenceStage)).keep_in(tmp_path / "files")


@pytest.fixture
def case(stage) -> str:
    return stage.case()
