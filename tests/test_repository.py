"""What may be committed: no path of a machine, none of the shared data."""

from __future__ import annotations

import hashlib
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

#: An absolute path of somebody's machine. The classes keep this file from matching itself.
MACHINE_PATH = re.compile(r"/hom[e]/[\w.-]|/roo[t]/|/User[s]/[\w.-]|[A-Za-z]:\\+User[s]\\")
#: Tests of path handling may name such paths; each is listed here.
MAY_NAME_PATHS: frozenset[str] = frozenset()
#: Parts of the shared folder that are facts or texts made to be tested with.
MAY_BE_COMMITTED = ("articles/dev/", "events/reference_events.csv")


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    """Return the tracked files that exist; skip outside a git checkout."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    paths = [ROOT / name for name in listed.stdout.split("\0") if name]
    if ROOT / "pyproject.toml" not in paths:
        pytest.skip("the checkout around this folder is another project's")
    return [path for path in paths if path.is_file()]


def _short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _text(path: Path) -> str:
    """Return a file's text; nothing for a binary file."""
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        return ""


def test_no_file_names_a_path_of_a_machine(tracked: list[Path]) -> None:
    found = [
        f"{_short(path)}: {match[0]}"
        for path in tracked
        if _short(path) not in MAY_NAME_PATHS
        for match in MACHINE_PATH.finditer(_text(path))
    ]
    assert not found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/hom" + "e/ann/prices.csv", True),
        ("/User" + "s/ann/prices.csv", True),
        ("C:" + r"\Users\ann", True),
        ("C:" + r"\\Users\\ann", True),
        ("https://example.org/home/", False),
        ("reports/demo/report.html", False),
    ],
)
def test_machine_paths_are_recognised(text: str, *, found: bool) -> None:
    assert bool(MACHINE_PATH.search(text)) is found


def test_no_shared_table_is_tracked(tracked: list[Path]) -> None:
    tables = [
        _short(path)
        for path in tracked
        if path.suffix == ".parquet" or path.name == "layoffs_listed.csv"
    ]
    assert not tables


def test_no_tracked_file_is_a_copy_of_shared_data(tracked: list[Path], shared: Path) -> None:
    def digest(path: Path) -> str:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    originals = {
        digest(path): path.name
        for path in shared.rglob("*")
        if path.is_file()
        and path.stat().st_size
        and not path.relative_to(shared).as_posix().startswith(MAY_BE_COMMITTED)
    }
    copies = [
        f"{_short(path)} is {name}" for path in tracked if (name := originals.get(digest(path)))
    ]
    assert not copies
