"""Files made for the tests, good ones and hostile ones: bytes by what they are. Nothing is read from disk."""

import struct
import zipfile
import zlib
from io import BytesIO

from PIL import Image

TYPES = b'<?xml version="1.0"?><Types><Override PartName="/x" ContentType="y"/></Types>'
MAIN = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
PAGE = b"<html><script>alert(1)</script></html>"


def pdf(pages: int = 1, extra: bytes = b"", behind: bytes = b"") -> bytes:
    """A small PDF of some pages; `extra` stands among its objects, `behind` after its end."""
    kids = b" ".join(b"%d 0 R" % (3 + number) for number in range(pages))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, pages),
        *[b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>"] * pages,
    ]
    out, places = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), []
    for number, text in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, text)
    out += extra
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out) + behind


def padded_pdf(size: int) -> bytes:
    """A PDF of about this many bytes: a stream of zeros."""
    filler = b"9 0 obj\n<< /Length %d >>\nstream\n%s\nendstream\nendobj\n" % (size, bytes(size))
    return pdf(extra=filler)


def hidden_in_objects(text: bytes) -> bytes:
    """A PDF whose compressed object stream holds `text`."""
    packed = zlib.compress(text)
    head = b"8 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n" % len(packed)
    return pdf(extra=head + packed + b"\nendstream\nendobj\n")


def picture(form: str = "JPEG", size: tuple[int, int] = (64, 40), **options) -> bytes:
    """An image: red on the left half, white on the right."""
    image = Image.new("RGB", size, "white")
    image.paste("red", (0, 0, size[0] // 2, size[1]))
    out = BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def photo() -> bytes:
    """A JPEG as a phone makes it: lying on its side, with place, device, comment and a colour profile."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turn a quarter to be upright
    exif[0x010F] = "Telepon Rahasia"
    exif.get_ifd(0x8825)[2] = (3.0, 19.0, 5.0)
    return picture(exif=exif, comment=b"catatan rahasia", icc_profile=b"profil rahasia")


def pixel_bomb() -> bytes:
    """A PNG of a few kilobytes that decodes to 30,000 × 30,000 pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(30_000 * 200), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def archive(members: dict[str, bytes], packed: bool = True) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED) as made:
        for name, body in members.items():
            made.writestr(name, body)
    return out.getvalue()


def office(kind: str = "docx", **members: bytes) -> bytes:
    """An office document of the new formats; further members by name, `__` for a slash."""
    more = {name.replace("__", "/"): body for name, body in members.items()}
    return archive({"[Content_Types].xml": TYPES, MAIN[kind]: b"<x/>", **more})


def office_with(members: dict[str, bytes], kind: str = "docx") -> bytes:
    return archive({"[Content_Types].xml": TYPES, MAIN[kind]: b"<x/>", **members})


def opendocument(kind: str = "text", **members: bytes) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("mimetype", f"application/vnd.oasis.opendocument.{kind}")
        made.writestr("content.xml", "<x/>")
        for name, body in members.items():
            made.writestr(name.replace("__", "/"), body)
    return out.getvalue()


def zip_bomb() -> bytes:
    """A document of a few hundred kilobytes that unpacks to 400 MB."""
    return office_with({f"word/media/image{number}.bin": bytes(40_000_000) for number in range(10)})


def many_members() -> bytes:
    return office_with({f"word/x{number}.xml": b"" for number in range(4_500)})


def lying_bomb() -> bytes:
    """A document whose directory says that a member of 4 MB unpacks to 10 bytes."""
    made = bytearray(office_with({"word/x.xml": bytes(4_000_000)}))
    real = struct.pack("<I", 4_000_000)
    return bytes(made.replace(real, struct.pack("<I", 10)))


def encrypted() -> bytes:
    """A document whose members are marked as encrypted."""
    made = bytearray(office())
    at = 0
    while (at := made.find(b"PK\x01\x02", at)) >= 0:
        made[at + 8] |= 1
        at += 4
    return bytes(made)


EXE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff" + bytes(200) + b"PE\x00\x00"
GIF_AND_SCRIPT = b"GIF89a/*" + bytes(20) + b"*/=1;alert(1)"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
