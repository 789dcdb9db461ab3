"""Saving, showing and drawing results again, and running a report's study again."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from eventstudy.cli import main


class Answer(NamedTuple):
    code: int
    out: str
    err: str


Run = Callable[..., Answer]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    monkeypatch.chdir(tmp_path)

    def call(*words: str) -> Answer:
        monkeypatch.setattr(sys, "argv", ["eventstudy", *words])
        with pytest.raises(SystemExit) as stop:
            main()
        out, err = capsys.readouterr()
        assert isinstance(stop.value.code, int)
        return Answer(stop.value.code, out, err)

    assert call("new", "mine").code == 0
    return call


def test_saved_results_are_shown_and_drawn_without_the_study(run: Run, tmp_path: Path) -> None:
    first = run("run", "mine", "--format", "csv", "--out", "out", "--save", "mine.results")
    assert first.code == 0, first.err
    (tmp_path / "mine").rename(tmp_path / "gone")
    shown = run("show", "mine.results")
    assert shown.code == 0, shown.err
    assert first.out.startswith(shown.out.rstrip())
    document = json.loads(run("show", "mine.results", "--json").out)
    assert (document["schema_version"], document["n_events"]) == (1, 4)
    drawn = run("report", "mine.results", "--format", "csv", "--out", "again")
    assert drawn.code == 0, drawn.err
    for path in (tmp_path / "out" / "tables").iterdir():
        assert path.read_bytes() == (tmp_path / "again" / "tables" / path.name).read_bytes()
    assert run("report", "mine.results", "--quiet", "--format", "csv", "--out", "again").out == ""
    assert not [path for path in (tmp_path / "out").rglob("*") if path.suffix == ".results"]


def test_a_rerun_says_what_changed(run: Run, tmp_path: Path) -> None:
    run("run", "mine", "--format", "csv", "--out", "reports/one")
    table = (tmp_path / "reports" / "one" / "tables" / "caar.csv").read_bytes()
    same = run("rerun", "reports/one")
    assert same.code == 0, same.err
    assert "Nothing changed" in same.out
    assert (tmp_path / "reports" / "one" / "tables" / "caar.csv").read_bytes() == table
    events = tmp_path / "mine" / "events.csv"
    lines = events.read_text("utf-8").splitlines()
    events.write_text("\n".join([lines[0], *lines[2:]]) + "\n", "utf-8")
    changed = json.loads(run("rerun", "reports/one", "--json").out)
    assert changed["changes"][0] == "Events that are gone: amazon-2025-10."
    assert changed["results"]["n_events"] == 3
    recorded = json.loads((tmp_path / "reports" / "one" / "provenance.json").read_text("utf-8"))
    assert recorded["rerun"]["study"] == "../../mine"
    assert recorded["rerun"]["formats"] == ["csv"]
    assert str(tmp_path) not in json.dumps(recorded)


@pytest.mark.parametrize("command", ["show", "report", "rerun"])
def test_what_was_not_written_by_a_run_is_refused_in_one_sentence(run: Run, command: str) -> None:
    answer = run(command, "mine")
    assert answer.code == 2
    assert answer.err.startswith("Error: ")
    assert "Traceback" not in answer.err
    assert "eventstudy run" in answer.err or "results.save" in answer.err


def test_a_brief_report_draws_no_single_event(run: Run, tmp_path: Path) -> None:
    run("run", "mine", "--format", "png", "--brief", "--out", "out")
    names = {path.name for path in (tmp_path / "out" / "figures").iterdir()}
    assert "caar.png" in names
    assert not [name for name in names if name.startswith(("event-", "forest-"))]
