"""Which exchange a ticker belongs to."""

from __future__ import annotations

from datetime import date

import pytest

from eventstudy.errors import SpecificationError
from eventstudy.market.markets import Market, Markets

HOME = Market("XNYS", "SPY")
HONG_KONG = Market("XHKG", "^HSI", (".HK",), ("TCEHY",))
FRANKFURT = Market("XFRA", "SPY", (".F",))
MARKETS = Markets(HOME, (HONG_KONG, FRANKFURT))


@pytest.mark.parametrize(
    ("ticker", "market"),
    [
        ("META", HOME),
        ("9988.HK", HONG_KONG),
        ("0700.hk", HONG_KONG),
        ("TCEHY", HONG_KONG),
        ("^HSI", HONG_KONG),
        ("SAP.F", FRANKFURT),
        ("SPY", HOME),  # the home market's own, though another is measured against it too
        ("HK", HOME),
    ],
)
def test_a_ticker_belongs_to_one_market(ticker: str, market: Market) -> None:
    assert MARKETS.of(ticker) is market


def test_the_label_names_every_benchmark() -> None:
    assert Markets(HOME).label == "SPY"
    assert MARKETS.label == "SPY (XNYS), ^HSI (XHKG), SPY (XFRA)"
    assert MARKETS.benchmarks == ("SPY", "^HSI")
    assert Markets(HOME).exchange_label == "XNYS"
    assert MARKETS.exchange_label == "the security's own exchange (XNYS, XHKG, XFRA)"


def test_every_market_has_its_own_sessions() -> None:
    calendars = MARKETS.calendars(date(2026, 3, 30), date(2026, 4, 10))
    days = {name: [str(day) for day in found.sessions] for name, found in calendars.items()}
    assert "2026-04-06" in days["XNYS"]
    assert "2026-04-06" not in days["XHKG"]  # Easter Monday
    assert "2026-04-06" not in days["XFRA"]


@pytest.mark.parametrize(
    ("others", "said"),
    [
        ((Market("XXXX", "I"),), "name the tickers of XXXX"),
        ((HONG_KONG, Market("XSES", "^STI", (".hk",))), "both XHKG and XSES claim .hk"),
    ],
)
def test_markets_that_cannot_be_told_apart_are_refused(
    others: tuple[Market, ...], said: str
) -> None:
    with pytest.raises(SpecificationError, match=said):
        Markets(HOME, others)
