from __future__ import annotations

import csv
import io
import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventstudy.reporting.content import ReportContent
from eventstudy.reporting.exports import guard, report_tables, to_csv


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=cmd()", "'=cmd()"), ("+1", "'+1"), ("-5%", "'-5%"), ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"), ("＝1", "'＝1"), ("'quoted", "''quoted"), ("Meta", "Meta"), ("", ""),
    ],
)  # fmt: skip
def test_guard(text: str, safe: str) -> None:
    assert guard(text) == safe


@given(st.text(max_size=20))
def test_guard_can_be_undone(text: str) -> None:
    guarded = guard(text)
    assert (guarded[1:] if guarded.startswith("'") else guarded) == text


def test_numbers_stay_numbers() -> None:
    frame = pd.DataFrame(
        {"x": [-0.5, math.nan], "n": [1, 2], "name": ["-5", "a,b"], "many": [("u", "=v"), ()]}
    )
    assert to_csv(frame).decode() == 'x,n,name,many\n-0.5,1,\'-5,u | =v\n,2,"a,b",\n'


def test_report_tables(content: ReportContent) -> None:
    tables = report_tables(content)
    assert sorted(tables) == [
        "abnormal_returns.csv", "caar.csv", "comparison.csv", "events.csv", "exclusions.csv",
        "quality.csv", "significance.csv", "verdicts.csv", "warnings.csv", "windows.csv",
    ]  # fmt: skip
    daily = list(csv.DictReader(io.StringIO(tables["abnormal_returns.csv"].decode())))
    assert len(daily) == sum(len(detail.abnormal) for detail in content.details)
    assert daily[0].keys() == {"event_id", "tau", "ar", "se"}
    events = list(csv.DictReader(io.StringIO(tables["events.csv"].decode())))
    assert len(events) == 170
    assert [float(row["car"]) for row in events] == list(content.events["car"])
    companies = {row["company"] for row in events}
    assert {
        "'=cmd()",
        "'@SUM(A1)",
        "'-5% & sons_of #1 ~ ^",
        "<script>alert(1)</script>",
    } <= companies
    caar = list(csv.DictReader(io.StringIO(tables["caar.csv"].decode())))
    assert [row["group"] for row in caar[::21]] == ["all", "layoff", "model_launch"]


def test_every_text_cell_is_harmless(content: ReportContent) -> None:
    for data in report_tables(content).values():
        for row in csv.reader(io.StringIO(data.decode())):
            for cell in row:
                if cell[:1] in set("=+@\t\r") or (cell[:1] == "-" and len(cell) > 1):
                    float(cell)  # only a number may begin so
