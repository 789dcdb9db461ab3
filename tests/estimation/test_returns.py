from __future__ import annotations

import numpy as np
import pytest

from eventstudy.estimation.returns import on_axis, return_table, returns_from_prices
from eventstudy.market.prices import PriceTable

DAYS = np.array(["2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05"], dtype="datetime64[D]")


def test_the_simple_return_divides_by_the_earlier_price() -> None:
    returns = returns_from_prices(np.array([[100.0], [110.0]]))
    assert np.isnan(returns[0, 0])
    assert returns[1, 0] == pytest.approx(0.10, abs=1e-15)  # 110/100 - 1, not 10/110


def test_the_log_return_is_the_log_of_the_same_ratio() -> None:
    returns = returns_from_prices(np.array([100.0, 110.0, 99.0]), "log")
    np.testing.assert_allclose(returns[1:], [np.log(1.1), np.log(0.9)], rtol=1e-15)


def test_a_gap_leaves_two_returns_missing_and_is_never_bridged() -> None:
    returns = returns_from_prices(np.array([100.0, np.nan, 120.0, 126.0]))
    assert np.isnan(returns[:3]).all()
    assert returns[3] == pytest.approx(0.05, abs=1e-15)


@pytest.mark.parametrize("bad", [0.0, -5.0])
def test_a_price_that_cannot_be_is_no_price(bad: float) -> None:
    assert np.isnan(returns_from_prices(np.array([100.0, bad, 100.0]))).all()


def test_prices_are_laid_on_the_calendar_and_a_missing_session_stays_missing() -> None:
    # The source lacks 03-04 and has a row on the 7th, a Saturday.
    days = np.array(["2026-03-02", "2026-03-03", "2026-03-05", "2026-03-07"], dtype="datetime64[D]")
    prices = PriceTable(days, ("A",), np.array([[100.0], [101.0], [103.0], [99.0]]))
    table = return_table(prices, DAYS, "simple")
    assert table.of("A")[1] == pytest.approx(0.01)
    assert np.isnan(table.of("A")[[0, 2, 3]]).all()


def test_days_beyond_the_axis_are_left_out() -> None:
    laid = on_axis(DAYS, np.arange(4.0), DAYS[1:3])
    np.testing.assert_array_equal(laid, [1.0, 2.0])
