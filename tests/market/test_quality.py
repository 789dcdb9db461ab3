"""Planted faults are found, real news is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from eventstudy.market.calendars import TradingCalendar
from eventstudy.market.files import FileSource
from eventstudy.market.findings import Finding, QualityLimits
from eventstudy.market.prices import PriceTable
from eventstudy.market.quality import check_prices
from eventstudy.market.simulated import SimulatedMarket
from eventstudy.market.verdicts import verdicts

START, END = date(2022, 1, 3), date(2023, 12, 29)
TICKERS = ["SPY", "A", "B"]


@pytest.fixture(scope="module")
def calendar() -> TradingCalendar:
    return TradingCalendar.exchange("XNYS", START, END)


@pytest.fixture(scope="module")
def clean(calendar: TradingCalendar) -> PriceTable:
    return replace(SimulatedMarket(5, calendar).fetch(TICKERS, START, END), close=None)


def brief(found: tuple[Finding, ...]) -> list[tuple[str, str, str]]:
    return [(finding.ticker, finding.check, str(finding.day)) for finding in found]


def test_clean_prices_have_no_findings(clean: PriceTable, calendar: TradingCalendar) -> None:
    assert check_prices(clean, calendar, "SPY") == ()


def test_missing_sessions_are_counted_and_named(
    clean: PriceTable, calendar: TradingCalendar
) -> None:
    prices = clean.adjusted_close.copy()
    prices[[100, 101, 102, 200], 1] = np.nan
    prices[:50, 2] = np.nan  # a late listing is no hole
    found = check_prices(replace(clean, adjusted_close=prices), calendar, "SPY")
    assert brief(found) == [("A", "missing sessions", str(clean.sessions[100]))]
    days = ", ".join(str(clean.sessions[t]) for t in (100, 101, 102))
    assert found[0].detail == f"no price on 4 sessions: {days} and 1 more"


def test_a_session_that_no_ticker_has_is_a_question_to_the_calendar(
    clean: PriceTable, calendar: TradingCalendar
) -> None:
    keep = np.arange(len(clean.sessions)) != 300
    table = PriceTable(clean.sessions[keep], clean.tickers, clean.adjusted_close[keep])
    found = check_prices(table, calendar, "SPY")
    day = clean.sessions[300]
    assert brief(found) == [("SPY", "calendar", str(day))]
    assert found[0].detail == f"no series has a price on {day}, a session of XNYS"
    assert "[prices] closures" in found[0].action


def test_prices_off_the_calendar_are_found(clean: PriceTable, calendar: TradingCalendar) -> None:
    saturday = np.datetime64("2022-05-07")
    at = int(np.searchsorted(clean.sessions, saturday))
    row = np.array([[np.nan, 12.0, np.nan]])
    table = PriceTable(
        np.insert(clean.sessions, at, saturday),
        clean.tickers,
        np.vstack([clean.adjusted_close[:at], row, clean.adjusted_close[at:]]),
    )
    found = [f for f in check_prices(table, calendar, "SPY") if f.check == "off calendar"]
    assert brief(tuple(found)) == [("A", "off calendar", "2022-05-07")]
    assert found[0].detail == "a price on 1 day without a session of XNYS: 2022-05-07"


def test_impossible_prices_are_errors(clean: PriceTable, calendar: TradingCalendar) -> None:
    prices = clean.adjusted_close.copy()
    prices[10, 1], prices[20, 1], prices[30, 2] = 0, -5, np.inf
    found = check_prices(replace(clean, adjusted_close=prices), calendar, "SPY")
    assert brief(found) == [
        ("A", "impossible price", str(clean.sessions[10])),
        ("B", "impossible price", str(clean.sessions[30])),
    ]
    assert {finding.severity for finding in found} == {"error"}


@pytest.mark.parametrize("factor", [0.1, 0.5, 1.6, 10.0])
def test_a_bad_tick_is_found_once(
    clean: PriceTable, calendar: TradingCalendar, factor: float
) -> None:
    prices = clean.adjusted_close.copy()
    prices[250, 2] *= factor
    found = check_prices(replace(clean, adjusted_close=prices, volume=None), calendar, "SPY")
    assert brief(found) == [("B", "reversing jump", str(clean.sessions[250]))]
    assert "like a bad tick" in found[0].detail


@pytest.mark.parametrize(
    ("factor", "words"),
    [
        (1 / 2, "2-for-1 split"),
        (1 / 3, "3-for-1 split"),
        (1 / 20, "20-for-1 split"),
        (10.0, "1-for-10 reverse split"),
    ],
)
def test_a_split_that_is_not_listed_is_found(
    clean: PriceTable, calendar: TradingCalendar, factor: float, words: str
) -> None:
    prices = clean.adjusted_close.copy()
    prices[250:, 1] *= factor
    assert clean.volume is not None
    volume = clean.volume.copy()
    volume[250:, 1] /= factor
    broken = replace(clean, adjusted_close=prices, volume=volume)
    found = check_prices(broken, calendar, "SPY")
    assert brief(found) == [("A", "unlisted split", str(clean.sessions[250]))]
    assert words in found[0].detail
    splits = np.zeros_like(prices)
    splits[250, 1] = 1 / factor
    assert check_prices(replace(broken, splits=splits), calendar, "SPY") == ()


def test_a_halving_on_heavy_volume_is_news(clean: PriceTable, calendar: TradingCalendar) -> None:
    prices = clean.adjusted_close.copy()
    prices[250:, 1] *= 0.5
    assert clean.volume is not None
    volume = clean.volume.copy()
    volume[250, 1] *= 15
    news = replace(clean, adjusted_close=prices, volume=volume)
    assert check_prices(news, calendar, "SPY") == ()


def test_stale_runs_and_thin_trading(clean: PriceTable, calendar: TradingCalendar) -> None:
    prices = clean.adjusted_close.copy()
    prices[100:106, 1] = prices[100, 1]
    prices[1::2, 2] = prices[0:-1:2, 2]
    found = check_prices(replace(clean, adjusted_close=prices, volume=None), calendar, "SPY")
    assert brief(found) == [
        ("A", "stale run", str(clean.sessions[100])),
        ("B", "thin trading", str(clean.sessions[0])),
    ]
    assert found[0].detail == "1 run of 5 or more equal closes, the longest of 6"
    assert found[1].detail == "50% of its returns are zero"


def test_a_series_that_ends_early_is_noted(clean: PriceTable, calendar: TradingCalendar) -> None:
    prices = clean.adjusted_close.copy()
    prices[-30:, 1] = np.nan
    found = check_prices(replace(clean, adjusted_close=prices), calendar, "SPY")
    assert brief(found) == [("A", "ends early", str(clean.sessions[-31]))]
    assert found[0].severity == "note"


def test_a_day_that_most_series_have_is_a_question_to_the_calendar(
    clean: PriceTable, calendar: TradingCalendar
) -> None:
    days = np.union1d(clean.sessions, np.array(["2022-07-04"], "datetime64[D]"))
    prices = np.full((len(days), 3), 10.0) + np.arange(len(days))[:, None] / 100
    found = check_prices(PriceTable(days, clean.tickers, prices), calendar, "SPY")
    assert brief(found) == [("SPY", "calendar", "2022-07-04")]


def test_another_currency_is_a_unit_change(clean: PriceTable, calendar: TradingCalendar) -> None:
    prices = clean.adjusted_close.copy()
    prices[250:, 1] *= 7.78  # from Hong Kong dollars
    found = check_prices(replace(clean, adjusted_close=prices, volume=None), calendar, "SPY")
    assert brief(found)[0] == ("A", "unit change", str(clean.sessions[250]))


def said(table: PriceTable, **facts: dict[str, object]) -> PriceTable:
    """Return the table with facts of its outcomes changed, by ticker."""
    outcomes = {t: replace(o, **facts.get(t, {})) for t, o in table.outcomes.items()}  # type: ignore[arg-type]
    return replace(table, outcomes=outcomes)


def test_a_halving_without_volumes_is_serious_where_the_adjustment_is_guessed(
    clean: PriceTable, calendar: TradingCalendar
) -> None:
    """Adjusted closes hold no split, so their halving is more likely news; quoted ones do."""
    prices = clean.adjusted_close.copy()
    prices[250:, 1] *= 0.5 * prices[249, 1] / prices[250, 1]
    halved = replace(clean, adjusted_close=prices, volume=None)
    (finding,) = check_prices(halved, calendar, "SPY")
    assert (finding.check, finding.severity) == ("unlisted split", "note")
    assert finding.detail.endswith("explains; without volumes it may be news as well")
    guessed = said(halved, A={"taken_as_adjusted": True, "detail": "taken as adjusted"})
    remark, split = check_prices(guessed, calendar, "SPY")
    assert (remark.check, remark.severity) == ("as read", "warning")
    assert (split.check, split.severity) == ("unlisted split", "warning")
    assert split.detail.endswith("that no split list explains")


def test_what_a_source_remarked_is_a_finding(clean: PriceTable, calendar: TradingCalendar) -> None:
    (found,) = check_prices(said(clean, B={"detail": "filed under X"}), calendar, "SPY")
    assert (found.ticker, found.check, found.detail) == ("B", "as read", "filed under X")
    assert found.severity == "note"


@pytest.mark.parametrize(
    ("security", "market", "remark"),
    [("HKD", "USD", True), ("USD", "USD", False), ("GBp", "GBP", False), ("", "USD", False),
     ("HKD", "", False)],
)  # fmt: skip
def test_another_currency_than_the_benchmarks_is_remarked(
    clean: PriceTable, calendar: TradingCalendar, security: str, market: str, remark: bool
) -> None:
    table = said(clean, A={"currency": security}, SPY={"currency": market})
    found = check_prices(table, calendar, "SPY")
    assert bool(found) == remark
    if remark:
        assert (found[0].ticker, found[0].check, found[0].severity) == ("A", "currency", "warning")
        assert found[0].detail.startswith("quoted in HKD, the benchmark SPY in USD")


def test_thresholds_can_be_set(clean: PriceTable, calendar: TradingCalendar) -> None:
    prices = clean.adjusted_close.copy()
    prices[100:104, 1] = prices[100, 1]
    table = replace(clean, adjusted_close=prices, volume=None)
    assert check_prices(table, calendar, "SPY") == ()
    assert len(check_prices(table, calendar, "SPY", QualityLimits(stale_run=4))) == 1


def test_returns_know_no_splits_and_may_end_in_total_loss(
    clean: PriceTable, calendar: TradingCalendar
) -> None:
    """An index of CRSP's returns: -33.3 % is news there, and -100 % the end of a share."""
    prices = clean.adjusted_close.copy()
    prices[300:, 1] *= 2 / 3 * prices[299, 1] / prices[300, 1]
    prices[400:, 1] *= 50.0
    prices[400:, 2] *= 1e-6
    volume = np.full(prices.shape, 1000.0)
    broken = replace(clean, adjusted_close=prices, volume=volume)
    _, a, b = clean.tickers
    assert [(f.ticker, f.check) for f in check_prices(broken, calendar, "SPY")] == [
        (a, "unit change"), (a, "unlisted split"), (b, "unit change")
    ]  # fmt: skip
    outcomes = {t: replace(outcome, of_returns=True) for t, outcome in clean.outcomes.items()}
    found = check_prices(replace(broken, outcomes=outcomes), calendar, "SPY")
    assert [(f.ticker, f.check, f.day) for f in found] == [
        (a, "unit change", calendar.sessions[400].item())
    ]


def test_a_huge_jump_is_written_short(clean: PriceTable, calendar: TradingCalendar) -> None:
    prices = clean.adjusted_close.copy()
    prices[300, 1] = 1e300
    (found,) = check_prices(replace(clean, adjusted_close=prices), calendar, "SPY")
    assert len(found.detail) < 100
    assert found.detail.startswith("times ")


def test_an_empty_table_has_no_findings(calendar: TradingCalendar) -> None:
    empty = PriceTable(np.array([], dtype="datetime64[D]"), (), np.empty((0, 0)))
    assert check_prices(empty, calendar, "SPY") == ()


@pytest.mark.real
def test_real_jumps_are_no_false_alarm(shared: Path) -> None:
    """META -26 % and +23 %, SNAP -43 %, NVDA -17 %: news, and nothing is said of them."""
    calendar = TradingCalendar.exchange("XNYS", date(1990, 1, 1), date(2026, 12, 31))
    source = FileSource(shared / "market" / "prices_daily.parquet")
    table = source.fetch(["META", "SNAP", "NVDA", "SPY", "^VIX"], date(2004, 1, 1), END)
    assert {finding.ticker for finding in check_prices(table, calendar, "SPY")} == {"^VIX"}


@pytest.mark.real
def test_what_the_checks_find_in_sixty_real_series(shared: Path) -> None:
    from eventstudy.market.files import read_prices

    table = read_prices(shared / "market" / "prices_daily.parquet")
    calendar = TradingCalendar.exchange("XNYS", date(1990, 1, 1), date(2026, 12, 31))
    found = check_prices(table, calendar, "SPY")
    serious = {(f.ticker, f.check) for f in found if f.severity != "note"}
    assert serious == {("^VIX", "missing sessions"), ("^VIX", "off calendar")}
    (gap,) = [f for f in found if (f.ticker, f.check) == ("BABA", "dividend gap")]
    assert "no dividend from 2023-12-20 to 2025-06-12" in gap.detail
    ended = {f.ticker for f in found if f.check == "ends early"}
    assert {"ADBE", "^GSPC", "^VIX", "CIBR"} <= ended
    assert not {"META", "SNAP", "XYZ"} & ended


@pytest.mark.real
@pytest.mark.parametrize(
    ("panel", "tickers", "most"),
    [("panel_us_large_daily", 610, 9), ("panel_us1000_adjclose_2024_2026", 1001, 3)],
)
def test_the_panels_raise_few_alarms(shared: Path, panel: str, tickers: int, most: int) -> None:
    from eventstudy.market.files import read_prices

    table = read_prices(shared / "market" / f"{panel}.parquet")
    assert len(table.tickers) == tickers
    calendar = TradingCalendar.exchange("XNYS", date(2009, 1, 1), date(2026, 12, 31))
    found = check_prices(table, calendar, "SPY")
    jumps = ("reversing jump", "unlisted split", "unit change")
    alarms = [f for f in found if f.check in jumps and f.severity == "warning"]
    assert len(alarms) <= most
    judged = verdicts(table, calendar, found)
    assert sum(verdict.verdict == "excluded" for verdict in judged) <= 1
