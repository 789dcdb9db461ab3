"""Clustered standard errors of the mean CAR against statsmodels."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from eventstudy.inference.catalogue import run_tests
from eventstudy.inference.clustered import firm_codes
from tests.inference.hand import by_hand, one, study
from tests.panels import change, draw_panel

WINDOWS = [(0, 0), (-1, 1), (-5, 5)]
NAMES = ["Clustered by date", "Clustered by firm", "Clustered two-way"]


@pytest.mark.parametrize("gaps", [0.0, 0.1])
def test_statistics_equal_statsmodels(gaps: float) -> None:
    panel = draw_panel(40, 60, starts=[i // 3 for i in range(40)], gaps=gaps, correlation=0.2)
    panel = change(panel, tickers=tuple(f"T{i % 11}" for i in range(40)))
    abnormal = study(panel)
    date, firm = (np.unique(x, return_inverse=True)[1] for x in (panel.day_zero, panel.tickers))
    for result in run_tests(abnormal, WINDOWS, NAMES):
        car = abnormal.car(*result.window)
        there = np.isfinite(car)
        groups: Any = {
            "Clustered by date": date[there],
            "Clustered by firm": firm[there],
            "Clustered two-way": np.column_stack([date, firm])[there],
        }[result.name]
        fitted = sm.OLS(car[there], np.ones(there.sum())).fit(
            cov_type="cluster", cov_kwds={"groups": groups}, use_t=True
        )
        assert result.statistic == pytest.approx(fitted.tvalues[0], rel=1e-10), result.name
        assert result.facts["standard_error"] == pytest.approx(fitted.bse[0], rel=1e-10)
        fewer = min(len(np.unique(column)) for column in np.atleast_2d(groups.T))
        assert result.df == fewer - 1
        assert result.p_value == pytest.approx(2 * stats.t.sf(abs(result.statistic), fewer - 1))


def test_without_shared_dates_it_is_the_cross_sectional_t() -> None:
    abnormal = study(draw_panel(12, 60, starts=range(12)))
    names = ["Cross-sectional t", *NAMES]
    plain, *clustered = run_tests(abnormal, [(-1, 1)], names)
    for result in clustered:
        assert result.statistic == pytest.approx(plain.statistic, rel=1e-12)
        assert result.df == plain.df


def test_clustered_by_hand() -> None:
    # CAR 1 2 | 6 on two dates: mean 3, sums of deviations -3 and 3, variance 2 * 18 / 9 = 4
    abnormal = by_hand([1.0, 2.0, 6.0], [[1.0, -1.0]] * 3)
    days = np.array(["2020-01-01", "2020-01-01", "2020-01-02"], dtype="datetime64[D]")
    abnormal = type(abnormal)(**{**vars(abnormal), "day_zero": days})
    result = one("Clustered by date", abnormal)
    assert result.statistic == pytest.approx(3 / 2)
    assert result.df == 1
    assert result.note == "only 2 clusters by date: the standard error tends to be too small"


def test_one_date_cannot_be_compared() -> None:
    abnormal = study(draw_panel(5, 60))
    by_date, by_firm, two_way = run_tests(abnormal, [(0, 0)], NAMES)
    assert math.isnan(by_date.statistic)
    assert by_date.note == "all 5 events share one date, so clusters cannot be compared"
    assert math.isfinite(by_firm.statistic)
    assert math.isnan(two_way.statistic)
    assert two_way.note


def test_a_symbol_and_its_successor_are_one_firm() -> None:
    panel = change(draw_panel(3, 60), tickers=("FB", "META", "MSFT"))
    codes = firm_codes(study(panel))
    assert codes[0] == codes[1] != codes[2]
