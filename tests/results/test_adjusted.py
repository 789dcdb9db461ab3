"""Several windows and groups: the p values that allow for all of them, in table and frames."""

from __future__ import annotations

import math
from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
from statsmodels.stats.multitest import multipletests

from eventstudy import EventStudy, EventStudyResults
from eventstudy.market.calendars import TradingCalendar
from eventstudy.market.simulated import SimulatedMarket

CALENDAR = TradingCalendar.exchange("XNYS", date(2022, 1, 3), date(2024, 12, 31))


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> EventStudyResults:
    lines = ["event_id,ticker,event_type,announced_at,session,review"]
    for i in range(24):
        kind = "layoff" if i % 2 else "model_launch"
        day = date(2023, 3, 1) + timedelta(days=7 * (i // 2 * 3))
        lines.append(f"e{i},T{i},{kind},{day},pre,confirmed")
    path: Path = tmp_path_factory.mktemp("study") / "events.csv"
    path.write_text("\n".join(lines) + "\n")
    return EventStudy.from_events(path, SimulatedMarket(seed=3, calendar=CALENDAR)).run()


def test_the_frame_has_the_p_values_for_the_windows_of_each_test(
    results: EventStudyResults,
) -> None:
    for _, rows in results.significance.dropna(subset=["p_value"]).groupby("test"):
        for method, column in (("holm", "p_holm"), ("fdr_bh", "p_bh")):
            expected = multipletests(rows["p_value"], method=method)[1]
            assert rows[column].to_numpy() == pytest.approx(expected, rel=1e-12)
    by_test = results.significance.groupby("test")["distribution"].first()
    assert by_test["BMP"] == "t(23)"
    assert by_test["Patell"] == "standard normal"


def test_the_summary_allows_for_all_its_groups_and_windows(results: EventStudyResults) -> None:
    table = results.summary()
    assert [column.title for column in table.columns][-2:] == ["p", "p Holm"]
    p, adjusted = zip(*(row[-2:] for row in table.rows), strict=True)
    assert adjusted == pytest.approx(multipletests(p, method="holm")[1], rel=1e-12)
    assert len(p) == 3 * 5
    assert "p Holm allows for the 15 p values of this table; p does not." in table.notes
    named = results.summary(["BMP"])
    assert [column.title for column in named.columns][-1] == "p BMP"


def test_the_largest_t_allows_for_groups_and_windows_at_once(results: EventStudyResults) -> None:
    found = results.max_t()
    assert set(found["group"]) == {"layoff", "model_launch"}
    assert len(found) == 2 * 5
    assert (found["adjusted"] >= found["p_value"]).all()
    order = found.sort_values("statistic", key=lambda t: -t.abs())
    pd.testing.assert_series_equal(order["adjusted"].sort_values(), order["adjusted"])
    few = results.max_t([(0, 0)])
    assert few["statistic"].tolist() == found.query("start == end")["statistic"].tolist()
    assert all(math.isfinite(p) for p in few["adjusted"])
