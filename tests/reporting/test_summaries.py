from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from eventstudy.inference.multiple import holm
from eventstudy.reporting import formats, summaries
from eventstudy.reporting.content import VERDICT_COLUMNS, ReportContent
from eventstudy.reporting.figures import render_figures
from eventstudy.reporting.html import render_html


def test_key_figures(content: ReportContent) -> None:
    row = content.groups[1].window((0, 1))
    assert row is not None
    layoffs, launches = summaries.key_figures(content)
    assert layoffs["mean"] == "−1.19%"
    assert layoffs["events"] == "119 events"
    assert layoffs["p"] == "KolariPynnonen: p < 0.001"
    assert launches["p"] == "KolariPynnonen: p = 0.417"


def test_windows_table_has_a_row_per_group_and_window(content: ReportContent) -> None:
    table = summaries.windows_table(content)
    cells = table.cells()
    assert len(cells) == 15
    assert cells[6][:5] == ("Layoffs", "[0, +1]", "119", "−1.19%", "−1.65% to −0.72%")


def test_tests_table_sets_windows_side_by_side(content: ReportContent) -> None:
    group = content.groups[1]
    table = summaries.tests_table(content, group)
    assert [column.title for column in table.columns] == [
        "Test", "Statistic [0, +1]", "df", "p [0, 0]", "p [0, +1]", "p [−1, +1]", "p [−5, +5]",
        "p [+2, +10]",
    ]  # fmt: skip
    names = [cells[0] for cells in table.cells()]
    assert names[3] == "KolariPynnonen (advised)"
    assert table.cells()[1][2] == "∞"
    own = group.significance.query("test == 'KolariPynnonen'")["p_value"]
    assert table.cells()[4] == (
        "KolariPynnonen (Holm, all windows)", "–", "–", *map(formats.p_value, holm(own)),
    )  # fmt: skip
    assert group.advice in table.notes
    p = group.significance.query("test == 'Patell' and start == -5")["p_value"].iloc[0]
    assert table.cells()[1][6] == f"{p:.3f}"


def test_notes_of_tests_are_told(content: ReportContent) -> None:
    group = content.groups[1]
    significance = group.significance.assign(
        note=np.where(group.significance["test"] == "BMP", "Two events lack a variance.", "")
    )
    noted = dataclasses.replace(group, significance=significance)
    assert "BMP: Two events lack a variance." in summaries.tests_table(content, noted).notes


def test_truth_is_held_against_the_estimate(content: ReportContent) -> None:
    table = summaries.truth_table(content)
    assert table is not None
    layoffs = content.events[content.events["group"] == "layoff"]
    row = table.rows[1]
    assert row[:3] == ("Layoffs", 119, pytest.approx(-0.02))
    assert row[3] == pytest.approx(layoffs["car"].mean())
    held = [low <= -0.02 <= high for low, high in layoffs[["lower", "upper"]].to_numpy()]
    assert row[5] == pytest.approx(sum(held) / len(held))
    real = dataclasses.replace(content, simulated=False)
    assert summaries.truth_table(real) is None


def test_events_are_sorted_and_starred(content: ReportContent) -> None:
    records = list(summaries.event_records(content))
    days = [record["day_zero"].removesuffix(" *") for record in records]
    assert days == sorted(days)
    assert [r["event_id"] for r in records if r["day_zero"].endswith("*")] == list(
        content.events.loc[content.events["assumed"], "event_id"]
    )
    assert summaries.event_notes(content)[1].startswith("* Of 170 events, 56 rest on an assumed")


def test_series_without_a_finding_share_a_row_of_the_verdicts(content: ReportContent) -> None:
    verdicts = pd.DataFrame(
        [
            ("BMNR", "excluded", 443, "2024-08-22", "2026-08-21", "", "11% have no price"),
            ("0700.HK", "usable with remarks", 500, "2024-08-22", "2026-08-21", "HKD", "currency"),
            ("BABA", "fine", 500, "2024-08-22", "2026-08-21", "USD", "dividend gap"),
            ("META", "fine", 500, "2024-08-22", "2026-08-21", "USD", ""),
            ("SPY", "fine", 500, "2024-08-22", "2026-08-21", "USD", ""),
        ],
        columns=list(VERDICT_COLUMNS),
    )
    shown = summaries.verdicts_table(dataclasses.replace(content, verdicts=verdicts)).cells()
    assert [row[:2] for row in shown] == [
        ("excluded", "BMNR"), ("usable with remarks", "0700.HK"), ("fine", "BABA"),
        ("fine (2)", "META, SPY"),
    ]  # fmt: skip
    assert shown[1][2:] == ("500", "2024-08-22", "2026-08-21", "HKD", "currency")
    alone = dataclasses.replace(content, verdicts=verdicts[3:4])
    assert summaries.verdicts_table(alone).cells()[0][:3] == ("fine", "META", "500")
    page = render_html(alone, render_figures(alone), full=False)
    assert page.index("<h3>Prices</h3>") < page.index("Prices of</th>") < page.index("no split")


def test_provenance_is_flattened(content: ReportContent) -> None:
    assert summaries.provenance_table(content).rows == (
        ("eventstudy", "0.1.0"),
        ("spec.benchmark", "SPY"),
        ("spec.windows", "[0, 1], [-1, 1]"),
        ("data.prices.SPY", "rows 500 · sha256 0f3c"),
        ("data.prices.META", "rows 498 · sha256 aa41"),
    )


def test_every_test_is_explained_once(content: ReportContent) -> None:
    assert [row[0] for row in summaries.nulls_table(content).rows] == list(
        content.groups[0].significance["test"].unique()
    )
