"""An address as a QR code, for pages: SVG as a data address, dark on white. Papers have theirs from typeset.py."""

from __future__ import annotations

import segno


def picture(address: str) -> str:
    """The code as a `data:` address; level M, so that it is read with a seventh of it gone (ISO/IEC 18004)."""
    return str(segno.make(address, error="m", micro=False).svg_data_uri(scale=8, border=4, light="#fff"))
