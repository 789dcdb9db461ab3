"""The truth that is planted comes back exactly, and nothing else moves."""

from __future__ import annotations

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


def test_a_thin_ticker_waits_for_its_trades(calendar: TradingCalendar) -> None:
    day = date(2020, 3, 16)
    effects = {"A": ((day, 0.1),)}
    full = SimulatedMarket(1, calendar, effects=effects).fetch(["A", "B"], START, END)
    thin = SimulatedMarket(1, calendar, effects=effects, thin={"A": 0.6}).fetch(
        ["A", "B"], START, END
    )
    unchanged = returns(thin, "A") == 0
    assert unchanged.mean() == pytest.approx(0.6, abs=0.02)
    assert thin.volume is not None
    idle = thin.volume[:, 0] == 0
    np.testing.assert_array_equal(idle[1:], unchanged)
    np.testing.assert_array_equal(thin.adjusted_close[~idle, 0], full.adjusted_close[~idle, 0])
    assert not idle[int(calendar.position(np.datetime64(day)))]
    np.testing.assert_array_equal(thin.adjusted_close[:, 1], full.adjusted_close[:, 1])


def test_a_halted_ticker_has_no_price(calendar: TradingCalendar) -> None:
    market = SimulatedMarket(1, calendar, halts={"A": 0.05})
    table = market.fetch(["A", "B"], START, END)
    halted = np.isnan(table.adjusted_close[:, 0])
    assert halted.mean() == pytest.approx(0.05, abs=0.01)
    assert not np.isnan(table.adjusted_close[:, 1]).any()


def test_a_delisting_return_is_on_the_last_day(calendar: TradingCalendar) -> None:
    last = {"A": date(2020, 6, 30)}
    plain = SimulatedMarket(1, calendar, last=last).fetch(["A"], START, END)
    failed = SimulatedMarket(1, calendar, last=last, delisting={"A": -0.3}).fetch(["A"], START, END)
    assert failed.outcomes["A"].last == last["A"]
    difference = returns(failed, "A") - returns(plain, "A")
    assert difference[-1] == pytest.approx(-0.3)
    np.testing.assert_allclose(difference[:-1], 0, atol=1e-14)


def test_securities_of_one_sector_move_together(calendar: TradingCalendar) -> None:
    tickers = [f"T{n}" for n in range(8)]

    def correlation(sectors: dict[str, int]) -> float:
        table = SimulatedMarket(4, calendar, sectors=sectors).fetch([*tickers, "SPY"], START, END)
        spy = returns(table, "SPY")
        residuals = []
        for ticker in tickers:
            own = returns(table, ticker)
            slope, constant = np.polyfit(spy, own, 1)
            residuals.append(own - constant - slope * spy)
        matrix = np.corrcoef(residuals)
        return float(matrix[np.triu_indices(len(tickers), 1)].mean())

    assert correlation(dict.fromkeys(tickers, 2)) > 0.05
    assert abs(correlation({ticker: n % 6 for n, ticker in enumerate(tickers)})) < 0.05


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"thin": {"A": 1.0}}, "thin of A is 1; give a share"),
        ({"halts": {"A": -0.1}}, "halts of A is -0.1; give a share"),
        ({"sectors": {"A": 6}}, "The sector of A is 6; the market has 0 to 5"),
    ],
)
def test_impossible_traits_are_refused(
    calendar: TradingCalendar, settings: dict[str, dict[str, float]], said: str
) -> None:
    with pytest.raises(PriceError, match=said):
        SimulatedMarket(1, calendar, **settings)  # type: ignore[arg-type]
