"""Asks the API what its document allows and what it does not, by schemathesis, and looks at each answer.

Good requests are as the document has them, bad ones break it somewhere; each answer has to be one that the document
knows, by status, kind, headers and shape, and what is wrong for the document has to be refused.
"""

from collections import Counter

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.core.parameters import ParameterLocation
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import positive_data_acceptance

# A request that the document allows may still be refused for what it means, which no document tells.
LEFT_OUT = [positive_data_acceptance]


def operations(app):
    """Every operation of the document of an application."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app)
    return [found.ok() for found in schema.get_all_operations() if isinstance(found, Ok)]


def ask(office, operation, keys, examples, *, bad=False, there=None, random=False):
    """Ask so many times, by each key in turn. Raises what schemathesis finds; answers how often each status was seen.

    there: the ref that good requests name, of something that is there. Time passes between two requests, since it also
    asks with wrong keys, and whoever goes on doing that has to wait.
    """
    seen, mode = Counter(), GenerationMode.NEGATIVE if bad else GenerationMode.POSITIVE

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        derandomize=not random,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def asking(case):
        office.wait(minutes=16)
        if there is not None and not bad:
            case.path_parameters = {name: there for name in case.path_parameters}
        key = keys[seen.total() % len(keys)]
        headers = {"Accept-Encoding": "identity"}
        if not _has_bad_headers(case):  # the key is among them: to give it back would make the request a good one
            headers["Authorization"] = f"Bearer {key}"
        response = case.call(headers=headers)
        seen[response.status_code] += 1
        case.validate_response(response, excluded_checks=LEFT_OUT, headers=headers)

    asking()
    return seen


def _has_bad_headers(case):
    told = case.meta.components.get(ParameterLocation.HEADER)
    return told is not None and told.mode is GenerationMode.NEGATIVE


def known_refs(office):
    """Part of an address → the ref of something that is there, for whoever has a key of the whole city."""
    case, program = office.case(), office.program("alice")
    rows = [{"key": "kantor", "name": "Kantor", "kind": "office", "parent": "city"}]
    return {
        "units": office.unit("health").ref,
        "posts": office.post("midwife").ref,
        "people": office.ref("carol"),
        "cycles": program.get("/cycles")["items"][0]["ref"],
        "cases": case,
        "tasks": office.task(case, "write_plan").ref,
        "definitions": program.get("/definitions")["items"][0]["ref"],
        "imports": program.post("/imports", {"kind": "units", "rows": rows}, 201)["ref"],
        "registers": "attendance",
    }


def place(operation):
    """Of what an operation's address tells: `units` of /api/v1/units/{ref}."""
    return operation.path.split("/")[3]
