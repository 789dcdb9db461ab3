"""The one-way street of ARCHITECTURE.md, read from the imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "eventstudy"

#: A module imports from its own stage and from earlier ones.
STREET = (
    {"errors", "symbols"},
    {"articles"},
    {"events"},
    {"market"},
    {"estimation"},
    {"inference"},
    {"robustness"},
    {"reporting"},
    {"specification_market"},
    {"specification"},
    {"results"},
    {"pipeline"},
    {"study", "scaffold"},
    {"rerun"},
    {"eventstudy"},  # the public names
    {"cli_terminal"},
    {"cli_prices"},
    {"cli_results", "cli_read"},
    {"cli"},
    {"__main__"},
)
STAGE = {room: number for number, rooms in enumerate(STREET) for room in rooms}

#: Modules that talk to the user.
PRINTS = (
    "cli.py",
    "cli_prices.py",
    "cli_read.py",
    "cli_results.py",
    "cli_terminal.py",
    "__main__.py",
)
#: Libraries that only some modules may load, and those modules. Types may be named anywhere.
RESERVED = {
    "matplotlib": (
        "reporting/plots*.py",
        "reporting/figures.py",
        "reporting/pdf.py",
        "reporting/rendering.py",
    ),
    "yfinance": ("market/yahoo.py",),
    "click": PRINTS,
    "rich": PRINTS,
}
#: Rooms that know arrays only.
WITHOUT_PANDAS = ("estimation/*.py", "inference/*.py")

MODULES = sorted(PACKAGE.rglob("*.py"))
SOURCES = [*MODULES, *sorted((ROOT / "tests").rglob("*.py"))]


def _short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), filename=str(path))


def _name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _room(module: str) -> str:
    """Return the room of a module: eventstudy.market.files lies in market."""
    return module.split(".")[1] if "." in module else module


def _imports(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and module of every import, also of those in functions and for type checkers."""
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{_short(path)}:{node.lineno}: a relative import"
            module = node.module or ""
            for alias in node.names:
                deeper = f"{module}.{alias.name}"
                yield node.lineno, deeper if deeper in NAMES else module
        elif isinstance(node, ast.Call) and node.args:
            called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            first = node.args[0]
            if called == "import_module" and isinstance(first, ast.Constant):
                yield node.lineno, str(first.value)


NAMES = {_name(path) for path in MODULES}


def _lines_for_type_checkers(path: Path) -> set[int]:
    return {
        line
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for statement in node.body
        for line in range(statement.lineno, (statement.end_lineno or statement.lineno) + 1)
    }


def _own_imports(path: Path) -> list[tuple[int, str]]:
    return [(line, name) for line, name in _imports(path) if name.split(".")[0] == "eventstudy"]


@pytest.mark.parametrize("path", MODULES, ids=_short)
def test_imports_come_from_earlier_on_the_street(path: Path) -> None:
    room = _room(_name(path))
    assert room in STAGE, f"{room} has no place on the street; give it one in ARCHITECTURE.md"
    backward = [
        f"{_short(path)}:{line} imports {name}"
        for line, name in _own_imports(path)
        if STAGE[_room(name)] > STAGE[room]
    ]
    assert not backward


def test_no_modules_import_each_other() -> None:
    graph = {_name(path): {name for _, name in _own_imports(path)} for path in MODULES}
    try:
        order = list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(" imports ".join(reversed(error.args[1])))
    assert set(order) >= NAMES


def _matches(path: Path, patterns: tuple[str, ...]) -> bool:
    return any(path.relative_to(PACKAGE).match(pattern) for pattern in patterns)


@pytest.mark.parametrize("path", MODULES, ids=_short)
def test_heavy_libraries_stay_in_their_rooms(path: Path) -> None:
    only_types = _lines_for_type_checkers(path)
    strays = [
        f"{_short(path)}:{line} imports {name}"
        for line, name in _imports(path)
        if line not in only_types and not _matches(path, RESERVED.get(name.split(".")[0], ("*",)))
    ]
    assert not strays


@pytest.mark.parametrize("path", [p for p in MODULES if _matches(p, WITHOUT_PANDAS)], ids=_short)
def test_no_pandas_among_the_arrays(path: Path) -> None:
    assert [line for line, name in _imports(path) if name.split(".")[0] == "pandas"] == []


@pytest.mark.parametrize("path", [p for p in MODULES if not _matches(p, PRINTS)], ids=_short)
def test_only_the_command_line_prints(path: Path) -> None:
    printing = [
        f"{_short(path)}:{node.lineno}"
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "print"
    ]
    assert not printing


def _length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the lines of a function from ``def`` on, without its docstring."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    if ast.get_docstring(function, clean=False) is not None:
        docstring = function.body[0]
        lines -= (docstring.end_lineno or docstring.lineno) - docstring.lineno + 1
    return lines


@pytest.mark.parametrize("path", SOURCES, ids=_short)
def test_files_and_functions_stay_short(path: Path) -> None:
    lines = len(path.read_text("utf-8").splitlines())
    assert lines <= 400, f"{_short(path)} has {lines} lines; which concept is missing?"
    long = [
        f"{_short(path)}:{node.lineno} {node.name} has {_length(node)} lines"
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _length(node) > 60
    ]
    assert not long
