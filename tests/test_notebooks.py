"""Every notebook: its pair says the same, and it runs from top to bottom."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
SCRIPTS = sorted((ROOT / "notebooks").glob("*.py"))

each_notebook = pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)


def _script_as_notebook(script: Path) -> Any:
    import jupytext

    return jupytext.read(script, fmt="py:percent")


def _cells(notebook: Any) -> list[tuple[str, str]]:
    return [(cell.cell_type, cell.source.strip()) for cell in notebook.cells]


@each_notebook
def test_pair_is_in_sync(script: Path) -> None:
    import nbformat

    pair = script.with_suffix(".ipynb")
    assert pair.is_file(), f"jupytext --to ipynb --execute {script.name} (extra notebook)"
    read: Any = nbformat.read
    notebook = read(pair, as_version=4)
    nbformat.validate(notebook)
    assert _cells(notebook) == _cells(_script_as_notebook(script))
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in code), "committed without its outputs"


@pytest.mark.slow
@each_notebook
def test_notebook_runs(script: Path, tmp_path: Path) -> None:
    """Execute a copy beside copies of the data and articles: the checkout stays as it is."""
    from nbclient import NotebookClient

    for name in ("data", "tests/articles/dev"):
        shutil.copytree(ROOT / name, tmp_path / name)
    folder = tmp_path / "notebooks"
    folder.mkdir()
    notebook = _script_as_notebook(script)
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=240,
        resources={"metadata": {"path": str(folder)}},
    )
    client.execute()
    complaints = [
        output["text"]
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.get("name") == "stderr" and "Warning" in output["text"]
    ]
    assert not complaints
