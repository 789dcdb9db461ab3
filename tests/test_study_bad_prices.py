"""Wrong prices inside an event's window never reach the averages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from eventstudy import EventStudy, EventStudyResults
from eventstudy.errors import PriceQuality, TooManyExcluded
from eventstudy.market.calendars import TradingCalendar
from eventstudy.market.prices import PriceTable
from eventstudy.market.quality import check_prices
from eventstudy.market.simulated import SimulatedMarket

CALENDAR = TradingCalendar.exchange("XNYS", date(2024, 10, 1), date(2026, 4, 10))
MARKET = SimulatedMarket(seed=3, calendar=CALENDAR)
EVENTS = "event_id,ticker,announced_at,session\n" + "".join(
    f"{ticker.lower()},{ticker},2026-02-03,pre\n" for ticker in ("AAA", "BBB", "CCC")
)
ZERO = date(2026, 2, 3)
Spoil = Callable[[np.ndarray, int], None]


class Spoiled:
    """A source whose prices of one ticker are changed from a day on."""

    name = "spoiled"
    simulated = False

    def __init__(self, ticker: str, day: date, spoil: Spoil) -> None:
        self.ticker, self.day, self.spoil = ticker, day, spoil

    def fetch(
        self, tickers: Sequence[str], start: date, end: date, progress: object = None
    ) -> PriceTable:
        table = MARKET.fetch(tickers, start, end)
        prices = table.adjusted_close.copy()
        row = int(np.searchsorted(table.sessions, np.datetime64(self.day)))
        self.spoil(prices[:, table.column(self.ticker)], row)
        volume = np.full(prices.shape, 1e6)
        return replace(table, adjusted_close=prices, close=None, volume=volume, simulated=False)


def tick(prices: np.ndarray, row: int) -> None:
    prices[row] *= 10


def split(prices: np.ndarray, row: int) -> None:
    prices[row:] = prices[row:] / 2 * (prices[row - 1] / prices[row])


def unit(prices: np.ndarray, row: int) -> None:
    prices[row:] *= 57


def nought(prices: np.ndarray, row: int) -> None:
    prices[row] = 0.0


@pytest.fixture
def study(tmp_path: Path) -> Callable[..., EventStudyResults]:
    path = tmp_path / "events.csv"
    path.write_text(EVENTS)

    def run(ticker: str, day: date, spoil: Spoil, **settings: object) -> EventStudyResults:
        return EventStudy.from_events(path, Spoiled(ticker, day, spoil), **settings).run()

    return run


@pytest.mark.parametrize(
    ("spoil", "check"),
    [
        (tick, "reversing jump"),
        (split, "unlisted split"),
        (unit, "unit change"),
        (nought, "impossible price"),
    ],
)
@pytest.mark.parametrize("day", [ZERO, date(2026, 2, 18)])  # days 0 and +10
def test_a_false_reaction_in_the_window_leaves_the_event_out(
    study: Callable[..., EventStudyResults], spoil: Spoil, check: str, day: date
) -> None:
    results = study("BBB", day, spoil)
    assert results.event_ids == ("aaa", "ccc")
    (excluded,) = results.excluded
    assert (excluded.event_id, excluded.reason) == ("bbb", "prices too poor")
    assert excluded.detail.startswith(f"BBB, {day}, in the event window: {check}, ")
    assert np.abs(results.caar).max() < 0.2


def test_the_way_back_from_a_bad_tick_is_no_reaction_either(
    study: Callable[..., EventStudyResults],
) -> None:
    before = date(2026, 1, 16)  # day -11: day -10 is the way back
    results = study("BBB", before, tick)
    assert results.event_ids == ("aaa", "ccc")
    assert study("BBB", date(2026, 1, 15), tick).event_ids == ("aaa", "bbb", "ccc")


@pytest.mark.parametrize("spoil", [tick, split, unit])
def test_outside_the_window_it_is_a_warning(
    study: Callable[..., EventStudyResults], spoil: Spoil
) -> None:
    for day in (date(2025, 9, 3), date(2026, 2, 19)):  # estimation window; day +11
        results = study("BBB", day, spoil)
        assert results.event_ids == ("aaa", "bbb", "ccc")
        assert any(isinstance(warning, PriceQuality) for warning in results.warnings)


def test_a_wrong_benchmark_spoils_every_event_that_is_held_against_it(
    study: Callable[..., EventStudyResults],
) -> None:
    with pytest.raises(TooManyExcluded, match=r"^0 events .*\(3 prices too poor\)"):
        study("SPY", ZERO, tick)
    assert len(study("SPY", ZERO, tick, model__name="constant_mean")) == 3


def test_too_few_is_said_in_the_right_number(study: Callable[..., EventStudyResults]) -> None:
    with pytest.raises(TooManyExcluded) as two:
        study("BBB", ZERO, tick, study__min_events=3)
    assert str(two.value).startswith("2 events can be estimated and [study] min_events asks for 3 ")
    with pytest.raises(TooManyExcluded, match=r"asks for 4; mend"):
        study("BBB", date(2025, 9, 3), tick, study__min_events=4)


def test_a_tenfold_price_needs_no_volume_to_be_serious() -> None:
    """A halving may be news, so without volumes it is a note; ten times the price is no news."""
    for factor, severity in ((10.0, "warning"), (0.1, "warning"), (0.5, "note")):
        table = MARKET.fetch(["AAA", "SPY"], date(2024, 10, 1), date(2026, 4, 10))
        prices = table.adjusted_close.copy()
        prices[250:, 0] *= factor * prices[249, 0] / prices[250, 0]
        bare = PriceTable(table.sessions, table.tickers, prices)
        (finding,) = check_prices(bare, CALENDAR, "SPY")
        assert (finding.check, finding.severity) == ("unlisted split", severity)
