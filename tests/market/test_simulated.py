"""The truth that is planted comes back exactly, and nothing else moves."""

from __future__ import annotations

import time
from datetime import date

import numpy as np
import pytest

from eventstudy.errors import PriceError
from eventstudy.market.calendars import TradingCalendar
from eventstudy.market.prices import FloatArray, PriceSource, PriceTable
from eventstudy.market.simulated import FREEDOM, MEMORY, NEWS, SimulatedMarket, _garch

START, END = date(2006, 1, 3), date(2025, 12, 31)


@pytest.fixture(scope="module")
def calendar() -> TradingCalendar:
    return TradingCalendar.exchange("XNYS", START, END)


def returns(table: PriceTable, ticker: str) -> FloatArray:
    prices = table.adjusted_close[:, table.column(ticker)]
    change: FloatArray = prices[1:] / prices[:-1] - 1
    return change


def test_a_planted_effect_is_recovered_exactly(calendar: TradingCalendar) -> None:
    effects = {"ACME": ((date(2020, 3, 16), -0.031), (date(2021, 5, 4), 0.02))}
    without = SimulatedMarket(1, calendar).fetch(["ACME", "SPY"], START, END)
    planted = SimulatedMarket(1, calendar, effects=effects).fetch(["ACME", "SPY"], START, END)
    difference = returns(planted, "ACME") - returns(without, "ACME")
    expected = np.zeros_like(difference)
    for session, size in effects["ACME"]:
        expected[int(calendar.position(np.datetime64(session))) - 1] = size
    np.testing.assert_allclose(difference, expected, atol=1e-14)
    np.testing.assert_array_equal(returns(planted, "SPY"), returns(without, "SPY"))


def test_a_path_depends_on_seed_and_ticker_alone(calendar: TradingCalendar) -> None:
    market = SimulatedMarket(1, calendar)
    assert isinstance(market, PriceSource)
    alone = market.fetch(["B"], START, END)
    together = market.fetch(["A", "SPY", "B"], START, END)
    np.testing.assert_array_equal(
        alone.adjusted_close[:, 0], together.adjusted_close[:, together.column("B")]
    )
    part = market.fetch(["B"], date(2020, 1, 1), date(2020, 12, 31))
    inside = np.isin(alone.sessions, part.sessions)
    np.testing.assert_array_equal(part.adjusted_close, alone.adjusted_close[inside])
    other = SimulatedMarket(2, calendar).fetch(["B"], START, END)
    assert other.fingerprint("B") != alone.fingerprint("B")


def test_everything_says_that_it_is_simulated(calendar: TradingCalendar) -> None:
    table = SimulatedMarket(1, calendar).fetch(["B"], START, END)
    assert table.simulated
    assert table.source == "simulated"
    assert "SIMULATED" in repr(table)
    assert table.outcomes["B"].origin == "simulated"


def test_listings_delistings_halts_and_unknown_tickers(calendar: TradingCalendar) -> None:
    market = SimulatedMarket(
        1,
        calendar,
        first={"NEW": date(2020, 1, 2)},
        last={"GONE": date(2020, 3, 31)},
        missing={"HALT": [date(2020, 2, 3), date(2020, 2, 4)]},
        unknown={"NOPE"},
    )
    tickers = ["NEW", "GONE", "HALT", "NOPE", "SPY"]
    table = market.fetch(tickers, date(2019, 12, 2), date(2020, 6, 30))
    assert table.tickers == ("NEW", "GONE", "HALT", "SPY")
    assert table.outcomes["NEW"].first == date(2020, 1, 2)
    assert table.outcomes["GONE"].last == date(2020, 3, 31)
    assert table.outcomes["HALT"].rows == table.outcomes["SPY"].rows - 2
    assert table.outcomes["NOPE"].status == "missing_symbol"
    assert table.outcomes["NOPE"].detail == "the simulated market does not list NOPE"
    whole = SimulatedMarket(1, calendar).fetch(["HALT"], START, END)
    halted = table.adjusted_close[:, table.column("HALT")]
    same = whole.adjusted_close[np.isin(whole.sessions, table.sessions), 0]
    np.testing.assert_array_equal(halted[~np.isnan(halted)], same[~np.isnan(halted)])


def test_the_market_looks_like_a_market(calendar: TradingCalendar) -> None:
    tickers = ["SPY", *(f"T{n}" for n in range(40))]
    table = SimulatedMarket(11, calendar).fetch(tickers, START, END)
    r = table.adjusted_close[1:] / table.adjusted_close[:-1] - 1
    market, stocks = r[:, 0], r[:, 1:]
    assert 0.02 < market.mean() * 252 < 0.25
    assert 0.08 < market.std() * 252**0.5 < 0.30
    kurtosis = (((r - r.mean(axis=0)) / r.std(axis=0)) ** 4).mean(axis=0)
    assert np.median(kurtosis) > 4
    clusters = np.corrcoef(np.abs(market[1:]), np.abs(market[:-1]))[0, 1]
    assert clusters > 0.05
    beta = ((stocks - stocks.mean(axis=0)) * (market - market.mean())[:, None]).mean(axis=0)
    beta /= market.var()
    assert beta.min() > 0.3
    assert beta.max() < 2.0
    residuals = stocks - beta * market[:, None]
    pairs = np.corrcoef(residuals.T)[np.triu_indices(40, 1)]
    # Pairs of one sector stay correlated after the market is taken out; other pairs do not.
    assert np.quantile(pairs, 0.98) > 0.1
    assert abs(np.median(pairs)) < 0.03
    assert table.volume is not None
    assert (table.volume > 0).all()


def test_garch_equals_the_recursion_written_out() -> None:
    z = np.random.default_rng(3).standard_t(FREEDOM, (6, 2))
    shocks = _garch(z)
    for column in range(2):
        variance, expected = 1.0, []
        for value in z[:, column]:
            expected.append(variance**0.5 * value)
            variance = 0.02 + NEWS * expected[-1] ** 2 + MEMORY * variance
        np.testing.assert_allclose(shocks[:, column], expected, rtol=1e-12)


def test_effects_that_cannot_be_planted_are_refused(calendar: TradingCalendar) -> None:
    with pytest.raises(PriceError, match=r"2020-03-14 cannot be planted: that is no session"):
        SimulatedMarket(1, calendar, effects={"A": ((date(2020, 3, 14), 0.01),)})
    with pytest.raises(PriceError, match="too large a loss"):
        SimulatedMarket(1, calendar, effects={"A": ((date(2020, 3, 16), -0.6),)})


def test_sixty_tickers_over_twenty_years_are_quick(calendar: TradingCalendar) -> None:
    market = SimulatedMarket(1, calendar)
    begin = time.perf_counter()
    table = market.fetch([f"T{n}" for n in range(60)], START, END)
    assert table.adjusted_close.shape == (len(calendar), 60)
    assert time.perf_counter() - begin < 2.0
