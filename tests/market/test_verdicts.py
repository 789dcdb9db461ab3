"""What follows from the findings, and the dividends between adjusted and quoted closes."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from eventstudy.market.adjustments import implied_dividends
from eventstudy.market.calendars import TradingCalendar
from eventstudy.market.findings import QualityLimits
from eventstudy.market.markets import Market, Markets
from eventstudy.market.prices import FloatArray, PriceTable
from eventstudy.market.quality import check_prices
from eventstudy.market.verdicts import Verdict, judge_prices, verdicts

CALENDAR = TradingCalendar.exchange("XNYS", date(2020, 1, 2), date(2023, 12, 29))
T = len(CALENDAR)


def walk(columns: int = 1) -> FloatArray:
    draw = np.random.default_rng(7)
    walked: FloatArray = 50 * np.exp(np.cumsum(draw.normal(0, 0.01, (T, columns)), axis=0))
    return walked


def judge(table: PriceTable, limits: QualityLimits | None = None) -> tuple[Verdict, ...]:
    return verdicts(table, CALENDAR, check_prices(table, CALENDAR, "A", limits), limits)


def test_each_series_has_one_verdict() -> None:
    prices = walk(4)
    prices[200:202, 1] = np.nan  # two sessions missing
    prices[100:250, 2] = np.nan  # 15 % missing
    prices[1::2, 3], prices[500:800, 3] = prices[0:-1:2, 3], 20.0  # mostly unchanged
    found = judge(PriceTable(CALENDAR.sessions, ("A", "B", "C", "D"), prices))
    assert [v.verdict for v in found] == ["fine", "usable with remarks", "excluded", "excluded"]
    assert found[1].reasons == ("missing sessions",)
    assert found[2].reasons == ("15% of its sessions have no price, 10% allowed",)
    assert "leave the price unchanged, 50% allowed" in found[3].reasons[0]


def test_a_check_can_exclude_and_limits_can_be_widened() -> None:
    prices = walk(2)
    prices[200:202, 1] = np.nan
    table = PriceTable(CALENDAR.sessions, ("A", "B"), prices)
    strict = judge(table, QualityLimits(exclude=("missing sessions",)))
    assert [v.verdict for v in strict] == ["fine", "excluded"]
    assert strict[1].reasons[0].startswith("missing sessions: no price on 2 sessions")
    prices[100:250, 1] = np.nan
    wide = judge(PriceTable(CALENDAR.sessions, ("A", "B"), prices), QualityLimits(max_missing=0.2))
    assert [v.verdict for v in wide] == ["fine", "usable with remarks"]


def dividends(rows: list[int], size: float = 0.01) -> PriceTable:
    close = walk()
    factor = np.ones(T)
    for row in rows:
        factor[:row] *= 1 - size
    return PriceTable(CALENDAR.sessions, ("A",), close * factor[:, None], close=close)


def test_dividends_are_read_from_the_two_closes() -> None:
    seen = implied_dividends(dividends([100, 300]))
    assert np.flatnonzero(seen).tolist() == [100, 300]
    assert seen[100, 0] == pytest.approx(1 / 0.99 - 1)


def test_a_missing_dividend_is_noted() -> None:
    regular = [60, 123, 186, 249, 312, 375, 438]
    assert check_prices(dividends(regular), CALENDAR, "A") == ()
    table = dividends([row for row in regular if row != 249])
    (found,) = check_prices(table, CALENDAR, "A")
    days = CALENDAR.sessions
    assert (found.check, found.severity) == ("dividend gap", "note")
    assert f"no dividend from {days[186]} to {days[312]}" in found.detail


def test_an_adjustment_that_no_dividend_explains_is_a_warning() -> None:
    table = dividends([100])
    adjusted = table.adjusted_close.copy()
    adjusted[400:] *= 0.9
    broken = PriceTable(CALENDAR.sessions, ("A",), adjusted, close=table.close)
    (found,) = check_prices(broken, CALENDAR, "A")
    assert (found.check, found.severity) == ("adjustment", "warning")
    assert found.detail.endswith(f"by -10.00% on {CALENDAR.sessions[400]}")


def test_a_ticker_of_another_exchange_in_the_home_market_is_remarked() -> None:
    table = PriceTable(CALENDAR.sessions, ("A", "SAP.DE", "BRK.B", "C"), walk(4))
    home, german = Market("NYSE", "A"), Market("XETR", "^GDAXI", (".DE",))
    found, judged = judge_prices(table, Markets(home), {"NYSE": CALENDAR}, QualityLimits())
    assert [(f.ticker, f.check) for f in found] == [("SAP.DE", "calendar")]
    assert "is that of XETR, and it is placed on the sessions of XNYS" in found[0].detail
    assert [v.verdict for v in judged] == ["fine", "usable with remarks", "fine", "fine"]
    sessions = TradingCalendar.exchange("XETR", date(2020, 1, 2), date(2023, 12, 29))
    markets, calendars = Markets(home, (german,)), {"NYSE": CALENDAR, "XETR": sessions}
    assert "is that of XETR" not in str(judge_prices(table, markets, calendars, QualityLimits()))
