"""A server keeps no more memory than it needs: its threads share what they have freed."""

import platform

import pytest

from engine.commands.memory import share_arenas


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc has arenas")
def test_the_c_library_takes_the_number_of_arenas():
    assert share_arenas() is True
