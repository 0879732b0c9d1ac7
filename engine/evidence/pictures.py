"""Images: measured before they are decoded, then drawn anew, so that nothing but the picture is kept.

No place, time or device of the camera (EXIF), no comment, no colour profile, nothing behind the end, upright.
"""

from __future__ import annotations

import warnings
from pathlib import Path

from PIL import Image, ImageOps

from engine.core.errors import FileRefused
from engine.core.messages import Message
from engine.evidence.signs import ZIP_END, ends, refuse_second

MOST_PIXELS = 50_000_000
LONGEST_EDGE = 4_096  # pixels; a page of A4 at 350 to the inch
PREVIEW_EDGE = 480
READERS = {"jpeg": ("JPEG", "MPO"), "png": ("PNG",), "webp": ("WEBP",)}
WRITERS = {
    "jpeg": {"format": "JPEG", "quality": 88, "optimize": True},
    "png": {"format": "PNG"},
    "webp": {"format": "WEBP", "quality": 88},
}
END = {"jpeg": b"\xff\xd9", "png": b"IEND\xaeB`\x82"}
RIFF_HEAD = 8  # bytes before those that its length counts


def check(path: Path, kind: str, fresh: Path, preview: Path) -> dict[str, int]:
    """Draw the image anew into `fresh` and small into `preview` (JPEG); answer `width` and `height` in pixels.

    Raises FileRefused for too many pixels, a broken image, or a second file behind it.
    """
    _check_tail(path, kind)
    try:
        with warnings.catch_warnings(), Image.open(path, formats=READERS[kind]) as image:
            warnings.simplefilter("ignore")  # of what cameras write into EXIF; it is dropped
            width, height = image.size
            if width * height > MOST_PIXELS:
                raise FileRefused(Message("file.refused.pixels", found=_millions(width * height), most=50))
            picture = _upright(image, kind)
            picture.save(fresh, **WRITERS[kind])
            size = picture.size
            picture.thumbnail((PREVIEW_EDGE, PREVIEW_EDGE))
            _on_white(picture).save(preview, format="JPEG", quality=80)
    except Image.DecompressionBombError as bomb:
        raise FileRefused(Message("file.refused.pixels", found=_millions(2 * MOST_PIXELS), most=50)) from bomb
    except (OSError, SyntaxError, ValueError, IndexError, KeyError, TypeError) as broken:  # what Pillow raises
        raise FileRefused(Message("file.refused.broken")) from broken
    return {"width": size[0], "height": size[1]}


def _check_tail(path: Path, kind: str) -> None:
    tail = ends(path)
    if kind in END:
        end = max(tail.rfind(END[kind]), 0)
    else:
        with path.open("rb") as file:
            long = int.from_bytes(file.read(RIFF_HEAD)[4:], "little") + RIFF_HEAD
        end = max(0, len(tail) - max(0, path.stat().st_size - long))
    # Cameras put videos and maps of depth behind a JPEG: dropped. A page or an archive there is an attack.
    refuse_second(tail[end:])
    if ZIP_END in tail:
        raise FileRefused(Message("file.refused.polyglot"))


def _upright(image: Image.Image, kind: str) -> Image.Image:
    image.thumbnail((LONGEST_EDGE, LONGEST_EDGE))  # before any copy of it is made
    picture = ImageOps.exif_transpose(image)
    clear = kind != "jpeg" and ("A" in picture.getbands() or "transparency" in picture.info)
    picture = picture.convert("RGBA" if clear else "RGB")
    picture.info = {}  # writers take what they find there
    return picture


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode != "RGBA":
        return picture
    ground = Image.new("RGB", picture.size, "white")
    ground.paste(picture, mask=picture.getchannel("A"))
    return ground


def _millions(pixels: int) -> int:
    return -(-pixels // 1_000_000)


Image.MAX_IMAGE_PIXELS = MOST_PIXELS
