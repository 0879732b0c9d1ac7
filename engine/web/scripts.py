"""ES modules as they travel: a script and all that it imports in one file, each once, without comments and indents.

One request instead of one for each module, and a fifth fewer bytes. The sources in static/js stay plain modules that a
browser could load as they are; nothing else is transformed. What may stand in them: imports and exports on one line.
"""

import re
from collections.abc import Iterator, Mapping

IMPORT = re.compile(r"^import (?:\{([^}]*)\} from )?'\./([\w-]+)\.js';$")
EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const|let) (\w+))")


def joined(name: str, sources: Mapping[str, str]) -> str:
    """The script `name` (without .js) with its imports; `sources` holds all of them. Raises KeyError for a missing one.

    A module without imports stays one; others become functions that answer with what they export.
    """
    order = list(dict.fromkeys(_needed(name, sources)))
    if len(order) == 1:
        return "\n".join(_lines(sources[name])) + "\n"
    return "".join(_wrapped(each, sources[each]) for each in order)


def _needed(name: str, sources: Mapping[str, str]) -> Iterator[str]:
    for line in _lines(sources[name]):
        if found := IMPORT.match(line):
            yield from _needed(found[2], sources)
    yield name


def _wrapped(name: str, source: str) -> str:
    lines, exported = [], []
    for line in _lines(source):
        if found := IMPORT.match(line):
            lines += [f"const {{{found[1].replace(' as ', ': ')}}} = {_variable(found[2])};"] if found[1] else []
        elif found := EXPORT.match(line):
            exported.append(found[1])
            lines.append(line[found.end() :])
        else:
            lines.append(line)
    return (
        f"const {_variable(name)} = (() => {{\n" + "\n".join(lines) + f"\nreturn {{{', '.join(exported)}}};\n}})();\n"
    )


def _variable(name: str) -> str:
    return f"${name.replace('-', '_')}"


def _lines(source: str) -> Iterator[str]:
    lines = (line.strip() for line in source.splitlines())
    return (line for line in lines if line and not line.startswith("//"))
