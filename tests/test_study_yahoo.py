"""A whole study on Yahoo's prices, played on the loopback interface."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from eventstudy import EventStudy, EventStudyResults
from eventstudy.errors import UnknownEarnings
from eventstudy.market.calendars import TradingCalendar
from eventstudy.results.content import report_content
from tests.market.yahoo_server import Bar, FakeYahoo, serving

NEW_YORK = TradingCalendar.exchange("XNYS", date(2023, 10, 2), date(2025, 4, 30))
EVENTS = """\
event_id,ticker,event_type,announced_at,session,review
meta,META,layoff,2025-02-03,pre,confirmed
tencent,0700.HK,layoff,2025-02-04,pre,confirmed
"""


def walk(seed: int) -> list[Bar]:
    """Return a random walk on New York's sessions."""
    steps = np.random.default_rng(seed).normal(0, 0.015, len(NEW_YORK))
    closes = (100 * np.exp(np.cumsum(steps))).tolist()
    return [Bar(d, p, p) for d, p in zip(NEW_YORK.sessions.tolist(), closes, strict=True)]


@pytest.fixture
def yahoo(tmp_path: Path) -> Iterator[FakeYahoo]:
    import yfinance
    from yfinance.data import YfData

    yfinance.set_tz_cache_location(str(tmp_path / "yfinance"))
    YfData.cache_get.cache_clear()
    tickers = ("SPY", "META", "0700.HK")
    fake = FakeYahoo({ticker: walk(seed) for seed, ticker in enumerate(tickers)})
    fake.currencies["0700.HK"] = "HKD"
    fake.earnings["META"] = ["January 29, 2025 at 4 PM EST", "April 30, 2025 at 4 PM EDT"]
    with serving(fake):
        yield fake


def run(folder: Path, yahoo: FakeYahoo, earnings: str = "") -> EventStudyResults:
    (folder / "events.csv").write_text(EVENTS)
    (folder / "study.toml").write_text(
        f"[prices]\nsource = 'yahoo'\nstore = 'own.sqlite'\nbase_url = '{yahoo.url}'\n{earnings}"
    )
    return EventStudy.from_file(folder).run()


def test_earnings_dates_from_yahoo_are_shown_with_the_event(
    yahoo: FakeYahoo, tmp_path: Path
) -> None:
    results = run(tmp_path, yahoo)
    known = [(c.event_id, c.tau, str(c.day), c.detail) for c in results.confounders]
    assert known == [("meta", -2, "2025-01-29", "earnings reported after the close")]
    detail = report_content(results).details[results.event_ids.index("meta")]
    assert (-2, "2025-01-29: earnings reported after the close") in {
        (news.tau, news.text) for news in detail.others
    }
    assert not [w for w in results.warnings if isinstance(w, UnknownEarnings)]
    yahoo.asked.clear()
    assert run(tmp_path, yahoo).confounders == results.confounders
    assert yahoo.asked == []  # all of it is stored


def test_earnings_that_cannot_be_had_are_a_warning_with_its_events(
    yahoo: FakeYahoo, tmp_path: Path
) -> None:
    yahoo.earnings["META"] = (500, "oops")
    results = run(tmp_path, yahoo)
    (warning,) = [w for w in results.warnings if isinstance(w, UnknownEarnings)]
    assert warning.event_ids == ("meta",)
    assert str(warning).startswith(
        "The earnings dates of META are not known (Yahoo answered with error 500)"
    )
    yahoo.asked.clear()
    run(tmp_path, yahoo, "earnings = 'none'\n")
    assert yahoo.asked == []


def test_another_currency_is_remarked_recorded_and_judged(yahoo: FakeYahoo, tmp_path: Path) -> None:
    results = run(tmp_path, yahoo)
    (finding,) = [f for f in results.findings if f.check == "currency"]
    assert finding.ticker == "0700.HK"
    assert "quoted in HKD, the benchmark SPY in USD" in finding.detail
    tickers = results.provenance["prices"]["tickers"]
    assert {t: tickers[t]["currency"] for t in tickers} == {
        "0700.HK": "HKD", "META": "USD", "SPY": "USD",
    }  # fmt: skip
    shown = report_content(results).verdicts
    assert shown[["ticker", "verdict", "currency"]].values.tolist() == [
        ["0700.HK", "usable with remarks", "HKD"],
        ["SPY", "fine", "USD"],
        ["META", "fine", "USD"],
    ]
    assert shown["reasons"].tolist() == ["currency; calendar", "", ""]
    assert (shown["rows"] > 300).all()


def test_a_damaged_store_is_set_aside_and_the_report_says_so(
    yahoo: FakeYahoo, tmp_path: Path
) -> None:
    first = run(tmp_path, yahoo)
    (tmp_path / "own.sqlite").write_bytes(b"no database at all" * 500)
    for ending in ("-wal", "-shm"):
        (tmp_path / f"own.sqlite{ending}").unlink(missing_ok=True)
    again = run(tmp_path, yahoo)
    (said,) = [str(warning) for warning in again.warnings if "store" in str(warning)]
    assert said.startswith("The price store own.sqlite is damaged or outdated (")
    assert "was set aside as own.sqlite.damaged-" in said
    assert str(tmp_path) not in said
    np.testing.assert_array_equal(again.ar, first.ar)
    assert list(tmp_path.glob("own.sqlite.damaged-*"))


def test_a_file_of_earnings_is_checked_before_the_run(yahoo: FakeYahoo, tmp_path: Path) -> None:
    file = tmp_path / "earnings.csv"
    file.write_text("ticker,date\nMETA,31/01/2025\n")
    (tmp_path / "events.csv").write_text(EVENTS)
    (tmp_path / "study.toml").write_text("[prices]\nearnings = 'earnings.csv'\n")
    (mistake,) = EventStudy.from_file(tmp_path).mistakes()
    assert mistake.place == "prices.earnings"
    assert "has the date '31/01/2025'; write YYYY-MM-DD" in mistake.message
    file.write_text("ticker,date\nMETA,2025-01-31\n")
    assert EventStudy.from_file(tmp_path).mistakes() == []
    results = run(tmp_path, yahoo, "earnings = 'earnings.csv'\n")
    assert [(c.tau, c.kind) for c in results.confounders] == [(-1, "earnings")]


def test_yahoos_earnings_beside_prices_of_ones_own(yahoo: FakeYahoo, tmp_path: Path) -> None:
    rows = (f"{bar.day},{t},{bar.close}" for t, bars in yahoo.bars.items() for bar in bars)
    (tmp_path / "p.csv").write_text("\n".join(["date,ticker,adj_close", *rows]) + "\n")
    (tmp_path / "events.csv").write_text(EVENTS)
    (tmp_path / "study.toml").write_text(
        "[prices]\nsource = 'files:p.csv'\nearnings = 'yahoo'\nstore = 'own.sqlite'\n"
        f"base_url = '{yahoo.url}'\n"
    )
    results = EventStudy.from_file(tmp_path).run()
    assert [(c.event_id, c.tau, c.kind) for c in results.confounders] == [("meta", -2, "earnings")]
