"""Finds every message of the dashboard: given to `words(...)` or `words.plural(...)` in code, `_(...)` in templates.

A call whose argument is no literal is followed: to the branches of a condition, the values of a constant, the returns
of a function, the iterable of a loop. What cannot be followed is reported, so that no message escapes unseen.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from jinja2.ext import extract_from_ast

from dashboard.render import TEMPLATES, environment

DASHBOARD = TEMPLATES.parent
OWN = "i18n.py"  # speaks for itself: its one message is named below
IN_I18N = ("and",)
ERROR = "AddressError"


@dataclass
class Found:
    """Messages with the place that uses them, and the calls that could not be followed."""

    messages: dict[str, str] = field(default_factory=dict)
    lost: list[str] = field(default_factory=list)


@cache
def in_dashboard() -> Found:
    """Return every message of code and templates."""
    found = Found(dict.fromkeys(IN_I18N, OWN))
    for path in sorted(DASHBOARD.rglob("*.py")):
        if path.name != OWN:
            _Module(path, found).read()
    for path in sorted(TEMPLATES.rglob("*.html")):
        name = path.relative_to(TEMPLATES).as_posix()
        tree = environment().parse(path.read_text(encoding="utf-8"))
        for line, function, given in extract_from_ast(tree, gettext_functions=("_", "_n")):
            texts = (given,) if isinstance(given, str) else (given or (None,))[: {"_": 1, "_n": 2}[function]]
            for text in texts:
                if text is None:
                    found.lost.append(f"{name}:{line}")
                else:
                    found.messages.setdefault(text, f"{name}:{line}")
    return found


class _Module:
    """One module: its tree, its constants and functions by name, and who contains whom."""

    def __init__(self, path: Path, found: Found) -> None:
        self.name, self.found = path.relative_to(DASHBOARD).as_posix(), found
        self.tree = ast.parse(path.read_text(encoding="utf-8"))
        self.parent = {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}

    def read(self) -> None:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                for argument in _message_arguments(node):
                    self._keep(argument)

    def _keep(self, argument: ast.expr) -> None:
        where = f"{self.name}:{argument.lineno}"
        texts = list(self._texts(argument))
        if not texts:
            self.found.lost.append(f"{where} {ast.unparse(argument)}")
        for text in texts:
            self.found.messages.setdefault(text, where)

    def _texts(self, node: ast.expr, depth: int = 0) -> Iterator[str]:
        """Yield every text an expression may have."""
        if depth > 6:
            return
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value
            return
        for part in self._parts(node):
            yield from self._texts(part, depth + 1)

    def _parts(self, node: ast.expr) -> list[ast.expr]:
        if isinstance(node, ast.IfExp):
            return [node.body, node.orelse]
        if isinstance(node, (ast.Tuple, ast.List)):
            return list(node.elts)
        if isinstance(node, ast.Dict):
            return list(node.values)
        if isinstance(node, ast.Subscript):
            return [node.value]
        if isinstance(node, ast.Name):
            return self._given(node)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get":
            return [node.func.value, *node.args[1:]]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            return self._returned(node.func.id)
        return []

    def _given(self, name: ast.Name) -> list[ast.expr]:
        """Return what a name is assigned, or loops over: in its own functions first, else in the module."""
        node: ast.AST = name
        while node in self.parent:
            node = self.parent[node]
            if isinstance(node, (ast.FunctionDef, ast.Module)):
                given = [value for inner in ast.walk(node) for value in _bound(inner, name.id)]
                if given:
                    return given
        return []

    def _returned(self, function: str) -> list[ast.expr]:
        return [
            inner.value
            for node in self.tree.body
            if isinstance(node, ast.FunctionDef) and node.name == function
            for inner in ast.walk(node)
            if isinstance(inner, ast.Return) and inner.value is not None
        ]


def _bound(node: ast.AST, name: str) -> list[ast.expr]:
    if isinstance(node, ast.Assign) and any(name in _names(target) for target in node.targets):
        return [node.value]
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == name and node.value:
        return [node.value]
    if isinstance(node, (ast.For, ast.comprehension)):
        return [node.iter] if name in _names(node.target) else []
    return []


def _names(target: ast.expr) -> set[str]:
    return {node.id for node in ast.walk(target) if isinstance(node, ast.Name)}


def _message_arguments(call: ast.Call) -> list[ast.expr]:
    """Return the arguments of a call that are messages; none for any other call."""
    function = call.func
    name = function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
    if name == ERROR:
        return call.args[1:2]
    if name == "plural":
        return call.args[:2]
    return call.args[:1] if name == "words" else []
