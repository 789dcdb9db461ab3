"""Volume and volatility in the place of returns."""

from __future__ import annotations

import math

import numpy as np
import pytest

from eventstudy.errors import OtherMeasure, PriceError
from eventstudy.estimation.abnormal import abnormal_returns
from eventstudy.estimation.measures import MEASURES, Measure, measure_table, measure_warnings
from eventstudy.estimation.models import MeanMarketAdjusted, fit, model_by_name
from eventstudy.estimation.panel import EventTime, build_panel
from eventstudy.market.prices import PriceTable
from tests.panels import draw_panel

DAYS = np.array(["2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05"], dtype="datetime64[D]")


def column(*values: float) -> np.ndarray:
    return np.array(values)[:, None]


def test_log_volume_is_missing_without_trades() -> None:
    prices = PriceTable(DAYS, ("A",), column(1, 1, 1, 1), volume=column(100, 0, np.nan, 271.8))
    table = measure_table(prices, DAYS, "log_volume")
    expected = [math.log(100), np.nan, np.nan, math.log(271.8)]
    np.testing.assert_allclose(table.of("A"), expected, rtol=1e-15)
    assert table.kind == "level"


def test_log_range_is_missing_where_the_high_is_the_low() -> None:
    prices = PriceTable(
        DAYS, ("A",), column(1, 1, 1, 1), high=column(11, 10, 12, 9), low=column(10, 10, 0, 9.5)
    )
    table = measure_table(prices, DAYS, "log_range")
    expected = [math.log(math.log(1.1)), np.nan, np.nan, np.nan]
    np.testing.assert_allclose(table.of("A"), expected, rtol=1e-14)


def test_absolute_return_needs_two_sessions_in_a_row() -> None:
    prices = PriceTable(DAYS[[0, 1, 3]], ("A",), column(100, 90, 99))
    table = measure_table(prices, DAYS, "absolute_return")
    np.testing.assert_allclose(table.of("A"), [np.nan, 0.1, np.nan, np.nan], rtol=1e-14)


@pytest.mark.parametrize(("measure", "absent"), [("log_volume", "volume"), ("log_range", "high")])
def test_a_source_without_the_column_is_refused(measure: Measure, absent: str) -> None:
    prices = PriceTable(DAYS, ("A",), column(1, 1, 1, 1), source="a file")
    with pytest.raises(PriceError, match=f"needs the column {absent}, and the prices from a file"):
        measure_table(prices, DAYS, measure)


def test_log_turnover_gives_the_same_abnormal_values_as_log_volume() -> None:
    """Shares outstanding are a constant that the model's own constant takes up."""
    rng = np.random.default_rng(0)
    T = 200
    days = np.datetime64("2025-01-01") + np.arange(T)
    volume = np.exp(rng.normal(12, 0.5, (T, 2)))
    outstanding = np.array([5e6, 8e8])
    for name in ("market_model", "mean_market_adjusted", "constant_mean"):
        found = []
        for traded in (volume, volume / outstanding):
            prices = PriceTable(days, ("A", "M"), np.ones((T, 2)), volume=traded)
            table = measure_table(prices, days, "log_volume")
            panel, _ = build_panel(
                ["a"], ["A"], np.array([150]), table, {"M": table.of("M")},
                EventTime((-120, -6), (-5, 5)), min_estimation=100,
            )  # fmt: skip
            found.append(abnormal_returns(panel, fit(panel, model_by_name(name)), "level"))
        np.testing.assert_allclose(found[0].ar, found[1].ar, rtol=1e-8, atol=1e-12)
        np.testing.assert_allclose(found[0].covariance, found[1].covariance, rtol=1e-8)
        assert np.isnan(found[0].bhar(0, 1)).all()


def test_mean_market_adjusted_is_the_mean_difference() -> None:
    panel = draw_panel(3, 90, gaps=0.1)
    got = fit(panel, MeanMarketAdjusted())
    for i in range(3):
        difference = panel.r_est[i] - panel.x_est[i, :, 0]
        there = difference[np.isfinite(difference)]
        mean, sigma2 = there.mean(), there.var(ddof=1)
        assert got.params[i, 0] == pytest.approx(mean, rel=1e-11)
        assert got.sigma2[i] == pytest.approx(sigma2, rel=1e-11)
        np.testing.assert_allclose(got.expected[i], mean + panel.x_evt[i, :, 0], rtol=1e-12)
        V = sigma2 * (np.eye(11) + 1 / len(there))
        np.testing.assert_allclose(got.covariance[i], V, rtol=1e-11)


def test_a_study_without_returns_warns_its_reader() -> None:
    assert measure_warnings("return") == ()
    for measure, (name, _, _) in MEASURES.items():
        (warning,) = measure_warnings(measure)
        assert isinstance(warning, OtherMeasure)
        assert f'read "{name}" wherever it says "return"' in str(warning)
