"""Each line with curl in docs/api.md is asked as it stands, in order, and does what the document says."""

import re
import shlex
from pathlib import Path

from engine.core import apikeys

DOCUMENT = (Path(__file__).parents[2] / "docs/api.md").read_text(encoding="utf-8")
LINES = re.findall(r"^curl .*$", DOCUMENT, re.MULTILINE)


def asked(client, line, known):
    """What a line with curl answers."""
    words = shlex.split(re.sub(r"\$([A-Z]+)", lambda found: known[found[1]], line))
    method, headers, data, address = "GET", {}, None, ""
    words = iter(words[1:])
    for word in words:
        if word == "-X":
            method = next(words)
        elif word == "-H":
            name, _, value = next(words).partition(": ")
            headers[name] = value
        elif word == "-d":
            data = next(words)
        else:
            address = word
    return client.open(address.removeprefix("https://siklus.example"), method=method, headers=headers, data=data)


def test_every_line_does_what_the_document_says(books):
    case = books.case()
    known = {
        "KEY": books.key("carol", "health"),
        "SUPERIOR": books.key("erin", "health"),
        "PERSON": books.ref("carol"),
        "CASE": case,
        "TASK": books.task(case, "write_plan").ref,
    }
    city, refused = books.key("alice"), 0
    client = books.app.test_client()
    assert len(LINES) >= 20
    for line in LINES:
        about = {**known, "KEY": city} if re.search("imports|/registers", line) else known
        answer = asked(client, line, about)
        if "limit=0" in line:
            assert answer.status_code == 422 and answer.get_json()["errors"][0]["parameter"] == "limit"
            refused += 1
            continue
        assert answer.status_code < 300, f"{line}\n{answer.get_data(as_text=True)}"
        if line.partition("/imports -H")[1] and "/registers/" not in line:
            known |= {"IMPORT": answer.get_json()["ref"], "SHOWN": answer.get_json()["shown"]}
    assert refused == 1 and books.see(case).view.state == "approved"


def test_the_document_names_every_purpose_of_a_key():
    assert len(apikeys.SCOPES) == 7
    assert "reading people, reading cases, acting in cases, reading definitions, importing" in DOCUMENT
