"""One study over New York and Hong Kong: each event on its own sessions and benchmark."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from eventstudy import EventStudy, EventStudyResults, InMemorySource, PriceTable
from eventstudy.errors import EstimationError, SpecificationError, SymbolNotFound
from eventstudy.estimation.panel import concatenate
from eventstudy.market.calendars import TradingCalendar
from eventstudy.results.content import report_content

FROM, TO = date(2025, 1, 2), date(2026, 5, 29)
NEW_YORK = TradingCalendar.exchange("XNYS", FROM, TO)
HONG_KONG = TradingCalendar.exchange("XHKG", FROM, TO)
HOME = ("SPY", "BABA")
AXIS = np.union1d(NEW_YORK.sessions, HONG_KONG.sessions)

EVENTS = """\
event_id,ticker,event_type,announced_at,session,zone,review
hk-evening,9988.HK,model_launch,2026-04-02T17:00+08:00,,,confirmed
ny-same-moment,BABA,model_launch,2026-04-02T17:00+08:00,,,confirmed
hk-lunar-new-year,0700.HK,layoff,2026-02-17,unknown,,confirmed
hk-follow-up,0700.HK,layoff,2026-02-24,pre,,confirmed
"""


def market(*tickers: str) -> InMemorySource:
    """Return random walks with each market's prices on its own sessions only."""
    draw = np.random.default_rng(5)
    prices = 50 * np.exp(np.cumsum(draw.normal(0, 0.015, (len(AXIS), len(tickers))), axis=0))
    for j, ticker in enumerate(tickers):
        calendar = NEW_YORK if ticker in HOME else HONG_KONG
        prices[calendar.position(AXIS) < 0, j] = np.nan
    return InMemorySource(PriceTable(AXIS, tickers, prices, source="memory"))


SOURCE = market("SPY", "BABA", "^HSI", "9988.HK", "0700.HK")


def study(tmp_path: Path, **settings: object) -> EventStudy:
    path = tmp_path / "events.csv"
    path.write_text(EVENTS)
    markets = {"XHKG": {"benchmark": "^HSI"}}
    return EventStudy.from_events(path, SOURCE, **settings).with_settings(
        {"markets.XHKG": markets["XHKG"]}
    )


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> EventStudyResults:
    return study(tmp_path_factory.mktemp("exchanges")).run()


def test_day_zeros_by_hand(results: EventStudyResults) -> None:
    """Hong Kong is closed from Good Friday to Tuesday 7 April and from 17 to 19 February 2026."""
    zeros = {item.event.event_id: str(item.day_zero.session) for item in results.placed}
    assert zeros == {
        "hk-evening": "2026-04-08",
        "ny-same-moment": "2026-04-02",
        "hk-lunar-new-year": "2026-02-20",
        "hk-follow-up": "2026-02-24",
    }
    assert results.event_ids == tuple(zeros)  # the order of the file, whatever the market
    assert [str(day) for day in results.panel.day_zero] == list(zeros.values())


@pytest.mark.parametrize(
    ("event_id", "ticker", "index", "calendar"),
    [
        ("hk-evening", "9988.HK", "^HSI", HONG_KONG),
        ("ny-same-moment", "BABA", "SPY", NEW_YORK),
        ("hk-lunar-new-year", "0700.HK", "^HSI", HONG_KONG),
    ],
)
def test_abnormal_returns_by_hand(
    results: EventStudyResults,
    event_id: str,
    ticker: str,
    index: str,
    calendar: TradingCalendar,
) -> None:
    wide = SOURCE.table.to_frame().reindex(pd.DatetimeIndex(calendar.sessions))
    returns = wide / wide.shift() - 1
    row = results.event_ids.index(event_id)
    zero = int(calendar.position(results.panel.day_zero[row]))
    past, near = slice(zero - 260, zero - 10), slice(zero - 10, zero + 11)
    slope, alpha = np.polyfit(returns[index].iloc[past], returns[ticker].iloc[past], 1)
    expected = returns[ticker].iloc[near] - alpha - slope * returns[index].iloc[near]
    np.testing.assert_allclose(results.ar.loc[event_id], expected, atol=1e-12)
    assert results.params.loc[event_id, "beta"] == pytest.approx(slope)
    path = wide[index].iloc[near] / wide[index].iloc[zero - 1] * 100
    np.testing.assert_allclose(results.paths[row, :, 1], path)


def test_the_union_of_the_sessions_carries_every_day(results: EventStudyResults) -> None:
    panel = results.panel
    assert set(panel.sessions) >= set(panel.day_zero)
    zero = int(np.flatnonzero(panel.tau_evt == 0)[0])
    np.testing.assert_array_equal(panel.sessions[panel.at_evt[:, zero]], panel.day_zero)
    row = results.event_ids.index("hk-lunar-new-year")
    days = [str(day) for day in panel.sessions[panel.at_evt[row, zero - 2 : zero + 3]]]
    assert days == ["2026-02-13", "2026-02-16", "2026-02-20", "2026-02-23", "2026-02-24"]


def test_quality_is_judged_by_each_markets_own_sessions(results: EventStudyResults) -> None:
    assert [f for f in results.findings if f.check in ("missing sessions", "off calendar")] == []


def test_news_of_the_firm_is_counted_in_its_own_sessions(results: EventStudyResults) -> None:
    detail = report_content(results).details[results.event_ids.index("hk-lunar-new-year")]
    assert [news.tau for news in detail.others] == [2]


def test_every_benchmark_is_named_and_fingerprinted(results: EventStudyResults) -> None:
    assert report_content(results).benchmark == "SPY (XNYS), ^HSI (XHKG)"
    assert {"SPY", "^HSI"} <= set(results.provenance["prices"]["tickers"])


def test_a_market_without_its_benchmark_is_left_out_and_the_run_goes_on(tmp_path: Path) -> None:
    changed = study(tmp_path).with_settings({"markets.XHKG": {"benchmark": "NOPE"}})
    results = changed.run()
    assert results.event_ids == ("ny-same-moment",)
    left_out = {item.event_id: (item.reason, item.detail) for item in results.excluded}
    assert set(left_out) == {"hk-evening", "hk-lunar-new-year", "hk-follow-up"}
    reason, detail = left_out["hk-evening"]
    assert reason == "prices unavailable"
    assert detail == (
        "The benchmark NOPE has no prices in memory: memory has no prices; name another under "
        "[markets.XHKG] benchmark."
    )


def test_the_home_market_may_be_the_one_without_a_benchmark(tmp_path: Path) -> None:
    results = study(tmp_path, prices__benchmark="NOPE").run()
    assert results.event_ids == ("hk-evening", "hk-lunar-new-year", "hk-follow-up")
    (left_out,) = results.excluded
    assert left_out.event_id == "ny-same-moment"
    assert left_out.detail.endswith("name another under [prices] benchmark.")
    assert report_content(results).market_name == "^HSI"


def test_without_any_benchmark_the_run_stops_and_names_the_place(tmp_path: Path) -> None:
    changed = study(tmp_path, prices__benchmark="NOPE").with_settings(
        {"markets.XHKG": {"benchmark": "NADA"}}
    )
    with pytest.raises(SymbolNotFound, match=r"NOPE has no prices .*\[prices\] benchmark"):
        changed.run()


def test_a_benchmark_of_poor_prices_spoils_its_market_only(tmp_path: Path) -> None:
    prices = SOURCE.table.adjusted_close.copy()
    prices[::7, 2] = np.nan  # ^HSI lacks every seventh day
    spoiled = InMemorySource(replace(SOURCE.table, adjusted_close=prices))
    results = study(tmp_path).with_prices(spoiled).run()
    assert results.event_ids == ("ny-same-moment",)
    assert {item.reason for item in results.excluded} == {"prices too poor"}
    assert results.excluded[0].detail.startswith("^HSI, its benchmark: 1")


def test_an_exchange_without_known_endings_asks_for_them(tmp_path: Path) -> None:
    with pytest.raises(SpecificationError) as caught:
        study(tmp_path).with_settings({"markets.XBUD": {"benchmark": "^BUX"}})
    (mistake,) = caught.value.mistakes
    assert mistake.place == "markets"
    assert "name the tickers of XBUD" in mistake.message


def test_the_simulated_market_has_both_exchanges(tmp_path: Path) -> None:
    results = study(tmp_path).with_prices("simulated").run()
    assert len(results) == 4
    assert results.simulated


def test_closures_and_earnings_of_the_study_are_used(tmp_path: Path) -> None:
    (tmp_path / "closed.csv").write_text("date,calendar\n2026-02-20,XHKG\n")
    (tmp_path / "earnings.csv").write_text("ticker,date,session\n0700.HK,2026-02-23,after\n")
    changed = study(tmp_path).with_settings(
        {
            "prices.closures": str(tmp_path / "closed.csv"),
            "prices.earnings": str(tmp_path / "earnings.csv"),
        }
    )
    results = changed.run()
    zeros = {item.event.event_id: str(item.day_zero.session) for item in results.placed}
    assert zeros["hk-lunar-new-year"] == "2026-02-23"
    known = {(c.event_id, c.tau, c.kind) for c in results.confounders}
    assert known == {("hk-lunar-new-year", 1, "earnings"), ("hk-follow-up", 0, "earnings")}
    shown = report_content(results).details[results.event_ids.index("hk-follow-up")].others
    assert (0, "2026-02-23: earnings reported after the close") in {
        (news.tau, news.text) for news in shown
    }


def test_the_methods_name_every_exchange(results: EventStudyResults) -> None:
    (day_zero, *_) = report_content(results).methods
    assert day_zero.text.startswith(
        "Day zero is the first session of the security's own exchange (XNYS, XHKG) that can react"
    )


def test_a_pool_of_donors_keeps_to_one_exchange(results: EventStudyResults) -> None:
    pooled = replace(results.panel, pool=np.zeros((len(results.panel.sessions), 2)))
    assert concatenate([pooled]) is pooled
    with pytest.raises(EstimationError, match="study one exchange at a time"):
        concatenate([pooled, pooled])
