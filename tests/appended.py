"""Finds the kinds of events that the engine appends, by reading its source. Judges nothing.

A kind is given to one of `WRITERS` as it stands or by a name. Where a function hands on a kind that it was given, it is
a writer too; another name stands for what the function or its module, or a module that it names, gave it.
"""

import ast
import re
from collections.abc import Iterator, Mapping

WRITERS = {"append_event", "Fact", "heading", "record", "Step", "_telling"}  # the last asks work to append it
HANDED_ON = {"kind", "event"}  # what parameters that hold a kind are called
KIND = re.compile(r"[a-z_*]+\.[a-z_*]+")


def kinds(sources: Mapping[str, str]) -> set[str]:
    """Every kind that these modules (name → source) append; a part that is computed at run time stands as *."""
    modules = {name: ast.parse(source) for name, source in sources.items()}
    writers = _writers(list(modules.values()))
    constants = {(name, key): value for name, module in modules.items() for key, value in _named(module.body)}
    return {text for name, module in modules.items() for text in _given(name, module, writers, constants)}


def _writers(modules: list[ast.Module]) -> set[str]:
    found, known = set(WRITERS), 0
    while len(found) > known:
        known = len(found)
        found |= {each.name for module in modules for each in _functions(module) if _hands_on(each, found)}
    return found


def _hands_on(function: ast.FunctionDef, writers: set[str]) -> bool:
    given = {each.arg for each in (*function.args.args, *function.args.kwonlyargs)} & HANDED_ON
    return any(isinstance(part, ast.Name) and part.id in given for part in _arguments(function, writers))


def _given(
    name: str, module: ast.Module, writers: set[str], constants: Mapping[tuple[str, str], ast.expr]
) -> Iterator[str]:
    for function in (module, *_functions(module)):
        inside = list(_named(list(ast.walk(function))))
        for part in _arguments(function, writers):
            meant: list[ast.expr | None] = [part]
            if isinstance(part, ast.Name):
                meant = [value for key, value in inside if key == part.id]
                meant += [value for (_, key), value in constants.items() if key == part.id and key.isupper()]
            elif isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name):
                meant = [constants.get((part.value.id, part.attr))]
            yield from (text for value in meant for text in _texts(value) if KIND.fullmatch(text))


def _functions(module: ast.Module) -> Iterator[ast.FunctionDef]:
    return (node for node in ast.walk(module) if isinstance(node, ast.FunctionDef))


def _arguments(inside: ast.AST, writers: set[str]) -> Iterator[ast.expr]:
    for node in ast.walk(inside):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in writers:
            yield from (*node.args, *(keyword.value for keyword in node.keywords))


def _named(nodes: list[ast.AST] | list[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    """What names are given, each of a pair with its own part of either outcome."""
    for node in nodes:
        if isinstance(node, ast.Assign):
            (target,) = node.targets[:1]
            for value in _outcomes(node.value):
                pairs = isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
                both = zip(target.elts, value.elts, strict=False) if pairs else [(target, value)]
                yield from ((each.id, part) for each, part in both if isinstance(each, ast.Name))


def _outcomes(node: ast.expr | None) -> Iterator[ast.expr | None]:
    if isinstance(node, ast.IfExp):
        yield from (*_outcomes(node.body), *_outcomes(node.orelse))
    elif isinstance(node, ast.BoolOp):
        yield from (value for each in node.values for value in _outcomes(each))
    else:
        yield node


def _texts(node: ast.expr | None) -> Iterator[str]:
    for value in _outcomes(node):
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield value.value
        elif isinstance(value, ast.JoinedStr):
            yield "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in value.values)
