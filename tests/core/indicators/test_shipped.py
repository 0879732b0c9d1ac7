"""The indicators that ship: each is sound, over registers that ship, and tells everybody how it is made."""

import pytest

from engine.core.reading.known import Known
from engine.core.reading.parse import examine, shaped
from engine.documents import read_yaml
from tests.core.definitions import PRODUCT, ROOT, shipped_codelists

SHIPPED = sorted((ROOT / "workflows/indicators").glob("*.yaml"))


@pytest.fixture(scope="module")
def known():
    found = [shaped(*read_yaml(path.read_bytes())) for path in sorted((ROOT / "workflows/registers").glob("*.yaml"))]
    return Known(shipped_codelists(), {}).beside({each.key: each for each in found if each is not None}, {})


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_a_shipped_indicator_is_sound_and_named_like_its_file(path, known):
    examined = examine(*read_yaml(path.read_bytes()), PRODUCT, known)
    assert examined.problems == ()
    assert examined.definition.key == path.stem and examined.definition.manual is not None
