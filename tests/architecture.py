"""The rules of the house, as functions over (module name, source): ways of imports, sizes, names.

`problems` looks at one module, `cycles` at all of them together. The table is that of docs/architecture.md.
No file is read here: test_architecture.py does that, and feeds bad sources to see each rule complain.
"""

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter

# Each layer: what of ours it may import, and which libraries. Verbs stand directly in engine/.
LAYERS = {
    "engine.core": (("core",), {"pydantic", "pydantic_core"}),
    "engine.fields": (("core", "fields"), {"wtforms", "markupsafe"}),
    "engine.store": (("core", "store"), {"sqlalchemy", "alembic", "psycopg", "pysqlite3"}),
    "verbs": (("core", "store", "verbs"), set()),
    "workflows": (("core", "workflows"), set()),
    "engine.web": (
        ("core", "fields", "verbs", "queries", "web"),
        {"flask", "werkzeug", "jinja2", "markupsafe", "wtforms", "flask_wtf", "babel", "flask_bootstrap"},
    ),
    "portal": (("core", "verbs", "queries", "web", "portal"), {"flask", "werkzeug", "markupsafe"}),
    "api": (("core", "verbs", "queries", "web", "api"), {"flask", "werkzeug", "markupsafe", "pydantic"}),
    "engine.cli": (("core", "verbs", "queries", "web", "engine.commands", "engine.store.migrate"), {"flask"}),
    "engine.commands": (
        ("core", "verbs", "queries", "web", "engine.commands", "engine.store.migrate"),
        {"flask", "waitress"},
    ),
    "admin": (
        ("core", "verbs", "queries", "tables", "web", "admin"),
        {"flask", "werkzeug", "markupsafe", "wtforms", "flask_admin", "sqlalchemy"},
    ),
}
GROUPS = {
    "core": "engine.core",
    "fields": "engine.fields",
    "store": "engine.store",
    "queries": "engine.store.queries",
    "tables": "engine.store.tables",
    "web": "engine.web",
}
# These libraries have one home each; their layer's set above does not name them.
HOMES = {
    "transitions": {"engine.core.machine"},
    "rfc8785": {"engine.core.proof.canonical"},
    "nh3": {"engine.fields.richtext"},
    "yaml": {"engine.definitions", "engine.documents"},
    "rq": {"engine.doorbell"},
    "redis": {"engine.doorbell"},
    "argon2": {"engine.hashing"},
    "cryptography": {"engine.ledger", "engine.factors.sealed"},
    "zxcvbn": {"engine.known_passwords"},
    "webauthn": {"engine.factors.passkeys"},
    "ldap3": {"engine.directory"},
    "joserfc": {"engine.oidc.tokens"},
    "PIL": {"engine.evidence.pictures"},
    "puremagic": {"engine.evidence.signs"},
    "obstore": {"engine.evidence.bucket"},
    "typst": {"engine.typeset"},
    "segno": {"engine.typeset", "engine.factors.authenticator", "engine.qr"},
    "xlsxwriter": {"engine.sheets.writing"},
    "python_calamine": {"engine.sheets.unpack"},
    "prometheus_client": {"engine.web.metrics"},
}
# A verb passes these on and reads them; it builds no statement.
HANDED_ON = {"sqlalchemy.Connection", "sqlalchemy.Row", "sqlalchemy.RowMapping"}
CATCH_ALL = {"engine.outbox", "engine.web.errors", "wsgi"}
IMPURE = {"os", "random", "secrets", "time", "socket", "subprocess", "uuid", "pathlib", "tempfile"}
CLOCKS = {("datetime", "now"), ("datetime", "utcnow"), ("datetime", "today"), ("date", "today")}
EMPTY_NAMES = re.compile(r"(Manager|Service|Helper|Util|Utils|Handler|Base|Abstract)(?=[A-Z]|$)")
MODULE_LINES, FUNCTION_LINES = 300, 40


def problems(module: str, source: str) -> list[str]:
    """List what breaks a rule in one module, each as `module:line: what`."""
    tree = ast.parse(source)
    rules = (_imports, _nested_imports, _catch_all, _purity, _sizes, _names)
    found = [problem for rule in rules for problem in rule(module, tree)]
    if source.count("\n") > MODULE_LINES:
        found.append((1, f"{source.count(chr(10))} lines; split it above {MODULE_LINES}"))
    if source.strip() and not ast.get_docstring(tree):
        found.append((1, "no docstring that says what lives here"))
    return [f"{module}:{line}: {what}" for line, what in sorted(found)]


def cycles(sources: Mapping[str, str]) -> list[str]:
    """Answer one circle of modules that import each other, or nothing."""
    graph = {
        name: {target for _, target in imported(name, ast.parse(source), sources)} - {name}
        for name, source in sources.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as circle:
        return [" -> ".join(circle.args[1])]
    return []


def imported(module: str, tree: ast.AST, known: Mapping[str, str] | None = None) -> Iterator[tuple[int, str]]:
    """Each import as (line, dotted name); `from a import b` is a.b, or a where a.b is no known module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                longer = f"{node.module}.{alias.name}"
                yield node.lineno, longer if known is None or longer in known else str(node.module)


def layer(module: str) -> str:
    """Name the layer of a module of ours; "wsgi" has none of the limits."""
    for name in sorted(LAYERS, key=len, reverse=True):
        if _inside(module, name):
            return name
    return "verbs" if _inside(module, "engine") else module


def _imports(module: str, tree: ast.AST) -> Iterator[tuple[int, str]]:
    own = layer(module)
    if own not in LAYERS:
        return
    for line, target in imported(module, tree):
        top = target.partition(".")[0]
        if top in sys.stdlib_module_names:
            continue
        if top in {"engine", "workflows", "portal", "admin", "api", "wsgi"}:
            if not _may_import(module, own, target):
                yield line, f"imports {target}, which {own} must not know"
        elif own == "verbs" and target in HANDED_ON:
            continue
        elif module not in HOMES.get(top, ()) and top not in LAYERS[own][1]:
            home = f" (it lives in {', '.join(sorted(HOMES[top]))})" if top in HOMES else ""
            yield line, f"imports {target}, which {own} must not know{home}"


def _may_import(module: str, own: str, target: str) -> bool:
    allowed = set(LAYERS[own][0])
    if own == "workflows" and (module.rpartition(".")[2] == "jobs" or _inside(module, "workflows.reports")):
        allowed.add("queries")
    return any(
        layer(target) == "verbs" if group == "verbs" else _inside(target, GROUPS.get(group, group)) for group in allowed
    )


def _nested_imports(module: str, tree: ast.AST) -> Iterator[tuple[int, str]]:
    for function in _functions(tree):
        for node in ast.walk(function):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                yield node.lineno, f"imports inside the function {function.name}"


def _catch_all(module: str, tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler) and module not in CATCH_ALL:
            caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            if any(kind is None or _name(kind) in ("Exception", "BaseException") for kind in caught):
                yield node.lineno, "catches every exception; name the ones you expect"


def _purity(module: str, tree: ast.AST) -> Iterator[tuple[int, str]]:
    if layer(module) != "engine.core":
        return
    for line, target in imported(module, tree):
        if target.partition(".")[0] in IMPURE:
            yield line, f"imports {target.partition('.')[0]}; the core reads nothing but its arguments"
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and (_name(node.value), node.attr) in CLOCKS:
            yield node.lineno, f"reads the clock ({_name(node.value)}.{node.attr}); time is an argument"


def _sizes(module: str, tree: ast.AST) -> Iterator[tuple[int, str]]:
    for function in _functions(tree):
        first = function.body[0]
        documented = ast.get_docstring(function, clean=False) is not None
        docstring = first.end_lineno - first.lineno + 1 if documented else 0
        lines = function.end_lineno - function.lineno + 1 - docstring
        if lines > FUNCTION_LINES:
            yield function.lineno, f"{function.name} has {lines} lines; split it above {FUNCTION_LINES}"


def _names(module: str, tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and EMPTY_NAMES.search(node.name):
            yield node.lineno, f"the class name {node.name} says nothing; name the thing"


def _functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)))


def _name(node: ast.AST | None) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _inside(module: str, package: str) -> bool:
    return module == package or module.startswith(package + ".")
