"""The compiled expression: what the rest of the product holds. Compilation starts here and nowhere else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, DecimalException
from typing import Any, TypeAlias, Union

from engine.core.expression.check import check
from engine.core.expression.evaluate import closure
from engine.core.expression.functions import bounded
from engine.core.expression.parser import parse
from engine.core.expression.run import Run, Step
from engine.core.expression.syntax import Name, Node, walk
from engine.core.expression.tree import as_tree, node_from
from engine.core.expression.types import Record, Type
from engine.core.expression.write import write

Value: TypeAlias = Union[Decimal, str, bool, date, "list[Any]", None]


@dataclass(frozen=True, slots=True, eq=False)
class Expression:
    """A checked expression of a scope; holds no answers, and may be evaluated in many threads at once."""

    source: str
    type: Type
    references: tuple[str, ...]
    """The dotted paths it reads, sorted, each once."""
    _root: Node
    _nodes: int
    _run: Step

    def evaluate(self, values: Mapping[str, Any]) -> Value:
        """Compute the value for these answers, nested as the scope is; None means missing.

        Numbers are Decimal (int is taken too), dates `date`. Raises ExpressionFailed, and nothing else, when there
        is no value: division by zero, a number out of range, too many steps, an answer that is not of its type.
        """
        run = Run(values, self.source, self._nodes)
        try:
            value: Value = self._run(run)
            # Zero has one sign in forms: `0 * -1` must not be shown as -0.
            return run.context.plus(value) if type(value) is Decimal else _bounded(run, value)
        except DecimalException:
            raise run.failure("expression.out_of_range") from None

    def tree(self) -> dict[str, Any]:
        """The syntax tree as JSON-able data, for a rule builder; `from_tree` turns it into text again."""
        return as_tree(self._root)


def compile_expression(source: str, scope: Record, *, expects: Type | None = None) -> Expression:
    """Read, check and translate a source whose names mean what `scope` says.

    `expects` is the type that the result must have. Raises InvalidExpression: with the first problem when the
    source cannot be read at all, else with every unknown name, wrong type and wrong call.
    """
    root = parse(source)
    found = check(source, root, scope, expects)
    nodes = [node for node, _ in walk(root)]
    references = tuple(sorted({node.path for node in nodes if isinstance(node, Name)}))
    return Expression(source, found, references, root, len(nodes), closure(root, scope))


def from_tree(tree: object) -> str:
    """Spell the source text of a tree; raises InvalidExpression when the tree is malformed.

    The text is not checked against any scope: compile it.
    """
    return write(node_from(tree))


def _bounded(run: Run, value: Value) -> Value:
    return bounded(run, value) if isinstance(value, str) else value
