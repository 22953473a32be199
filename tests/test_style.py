"""The size and the words of the code, counted over every module that ships."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("config", "connectors", "indicators", "dashboard")
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
LONGEST_FILE, LONGEST_BODY, P95_BODY, MEDIAN_BODY = 350, 50, 35, 8
VAGUE = re.compile(
    r"(^|_)(manager|helper|helpers|utils|util|info|kpi|entity)(_|$)|(Manager|Helper|Utils|Info|KPI|Entity)"
)

Function = ast.FunctionDef | ast.AsyncFunctionDef


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[Function]:
    return (node for node in ast.walk(tree_of(path)) if isinstance(node, Function))


def body_lines(function: Function) -> int:
    """Lines of a function below its signature, without its docstring."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def public(node: ast.AST) -> Iterator[ast.Module | ast.ClassDef | Function]:
    """Yield a module's own public functions and classes, and the public methods of those classes."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.ClassDef, *Function.__args__)) and not child.name.startswith("_"):
            yield child
            if isinstance(child, ast.ClassDef):
                yield from public(child)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_a_file_fits_in_one_reading(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST_FILE


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_function_is_long(path: Path) -> None:
    long = {f"{f.name}, line {f.lineno}": body_lines(f) for f in functions(path) if body_lines(f) > LONGEST_BODY}
    assert long == {}


def test_most_functions_are_short() -> None:
    lengths = sorted(body_lines(function) for path in MODULES for function in functions(path))
    assert median(lengths) <= MEDIAN_BODY
    assert quantiles(lengths, n=20)[-1] <= P95_BODY


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_whatever_is_public_says_what_it_does(path: Path) -> None:
    tree = tree_of(path)
    assert ast.get_docstring(tree), "the module has no docstring"
    assert [node.name for node in public(tree) if not ast.get_docstring(node)] == []


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_names_say_what_a_thing_is(path: Path) -> None:
    named = [n.name for n in ast.walk(tree_of(path)) if isinstance(n, (ast.ClassDef, *Function.__args__))]
    assert [name for name in (path.stem, *named) if VAGUE.search(name)] == []


def test_body_lines_leave_signature_and_docstring_out() -> None:
    tree = ast.parse('def f(\n    a,\n):\n    """Say."""\n    b = a\n    return b\n')
    assert body_lines(next(node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))) == 2
