"""Units, the compose file and the configuration of gunicorn that we ship are ones, and name what there is."""

import re
import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parent.parent.parent
SHIPPED = ROOT / "docs" / "operations"
UNITS = sorted([*SHIPPED.glob("*.service"), *SHIPPED.glob("*.timer")])
COMMANDS = re.compile(r'_add\((?:commands|\w+), "([a-z]+)"')


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_is_one(unit):
    read = ConfigParser(strict=False, interpolation=None, delimiters=("=",), allow_no_value=False)
    read.optionxform = str
    read.read(unit)
    assert read["Unit"]["Description"].startswith("Siklus")
    for line in (
        [value for name, value in read["Service"].items() if name.startswith("ExecStart")]
        if (read.has_section("Service"))
        else []
    ):
        known = COMMANDS.findall((ROOT / "engine" / "cli.py").read_text())
        assert "gunicorn" in line or line.split("/siklus ")[1].split()[0] in known


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not on this machine")
def test_systemd_understands_the_units():
    said = subprocess.run(["systemd-analyze", "verify", *UNITS], capture_output=True, text=True).stderr
    # The programs are where an operator puts them, and other units are those of his machine.
    wrong = [line for line in said.splitlines() if line.startswith("siklus") and "is not executable" not in line]
    assert wrong == []


def test_the_compose_file_names_what_there_is():
    read = yaml.safe_load((SHIPPED / "compose.yaml").read_text())
    services, text = read["services"], (SHIPPED / "compose.yaml").read_text()
    assert set(services) == {"web", "worker", "backup", "db", "valkey"}
    for name, service in services.items():
        assert {volume.partition(":")[0] for volume in service.get("volumes", [])} <= set(read["volumes"]), name
        assert set(service.get("depends_on", {})) <= set(services)
    assert services["worker"]["command"] == ["siklus", "worker"]
    assert services["worker"]["deploy"]["replicas"] == 2
    assert (ROOT / read["x-siklus"]["build"]["dockerfile"]).is_file()
    known = (ROOT / ".env.example").read_text() + (SHIPPED / "gunicorn.conf.py").read_text()
    assert [
        found for found in re.findall(r"^ +(SIKLUS_\w+|REDIS_URL):", text, re.MULTILINE) if found not in known
    ] == []


def test_what_the_image_copies_is_there():
    for line in (SHIPPED / "Dockerfile").read_text().splitlines():
        if line.startswith("COPY "):
            assert [name for name in line.split()[1:-1] if not (ROOT / name).exists()] == []


def test_the_proxy_logs_no_calendar_and_no_public_form_and_treats_them_as_all_others():
    """Whoever has the address of a feed reads it, and nobody learns who reads a form; the caller is told on as ever."""
    unlogged = "~ ^/(calendar|s)/"
    text = re.sub(r"#.*", "", (SHIPPED / "nginx.conf").read_text())
    assert text.count("{") == text.count("}")
    places = {place: [" ".join(line.split()) for line in body.split(";") if line.strip()]
              for place, body in re.findall(r"location ([^{]+?) \{([^{}]*)\}", text)}  # fmt: skip
    assert {"access_log off", "error_log /dev/null crit"} <= set(places[unlogged])
    headers = [[line for line in places[at] if line.startswith("proxy_set_header")] for at in ("/", unlogged)]
    assert headers[0] == headers[1] and len(headers[0]) == 5
