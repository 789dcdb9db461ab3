from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from eventstudy.cli import cli
from eventstudy.errors import PriceError
from eventstudy.robustness import designs, selfcheck


def test_methods_lists_models_and_tests_with_their_nulls() -> None:
    shown = CliRunner().invoke(cli, ["methods"]).stdout
    assert "market_model" in shown
    assert "KP-BMP" in shown
    assert "null: the average standardised cumulative abnormal return is zero" in shown
    listed = json.loads(CliRunner().invoke(cli, ["methods", "--json"]).stdout)
    assert {"name", "label", "null", "when", "reference"} == set(listed["tests"][0])


def test_selfcheck_prints_or_writes_its_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selfcheck, "QUICK", designs.QUICK[:1])
    monkeypatch.setitem(selfcheck.REPLICATIONS, "quick", 2)
    answer = CliRunner().invoke(cli, ["selfcheck"])
    assert answer.stdout.startswith("# Size and power of the tests")
    assert answer.stderr == "checking the tests ...\n"
    page = tmp_path / "page.md"
    assert CliRunner().invoke(cli, ["selfcheck", "--out", str(page)]).stdout == ""
    assert page.read_text("utf-8") == answer.stdout
    plain = CliRunner().invoke(cli, ["selfcheck", "--json"])
    assert json.loads(plain.stdout)["replications"] == 2
    assert plain.stderr == ""


def test_selfcheck_says_that_there_is_no_such_file() -> None:
    answer = CliRunner().invoke(cli, ["selfcheck", "--prices", "none.csv"])
    assert isinstance(answer.exception, PriceError)
    assert "none.csv" in str(answer.exception)
