"""Everything Yahoo may do, played on the loopback interface."""

from __future__ import annotations

import json
import logging
import socket
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

from eventstudy.errors import RateLimited, SourceUnavailable
from eventstudy.market.earnings import Earnings
from eventstudy.market.prices import PriceSource, PriceTable
from eventstudy.market.store import PriceStore
from eventstudy.market.stored import StoredSource
from eventstudy.market.yahoo import YahooSource
from tests.market.yahoo_server import Bar, FakeYahoo, bars, chart, serving

START, END = date(2024, 1, 1), date(2024, 3, 1)


@pytest.fixture(autouse=True)
def own_caches(tmp_path: Path) -> None:
    import yfinance
    from yfinance.data import YfData

    yfinance.set_tz_cache_location(str(tmp_path / "yfinance"))
    YfData.cache_get.cache_clear()


@pytest.fixture
def yahoo() -> Iterator[FakeYahoo]:
    fake = FakeYahoo({"AAPL": bars("2024-01-02", 20), "MSFT": bars("2024-01-10", 5, 50.0)})
    with serving(fake):
        yield fake


def source(fake: FakeYahoo, waits: list[float] | None = None, timeout: float = 5.0) -> YahooSource:
    log = [] if waits is None else waits
    return YahooSource(fake.url, timeout=timeout, sleep=log.append)


def fetch(fake: FakeYahoo, *tickers: str, waits: list[float] | None = None) -> PriceTable:
    return source(fake, waits).fetch(tickers, START, END)


def test_prices_of_several_tickers(yahoo: FakeYahoo) -> None:
    steps: list[tuple[int, int, str]] = []
    asked = source(yahoo)
    assert isinstance(asked, PriceSource)
    table = asked.fetch(["AAPL", "MSFT"], START, END, lambda *step: steps.append(step))
    assert table.tickers == ("AAPL", "MSFT")
    assert table.source == "yahoo"
    assert not table.simulated
    assert str(table.sessions[0]) == "2024-01-02"
    assert table.close is not None
    np.testing.assert_array_equal(table.close[:, 0], np.arange(100.0, 120.0))
    np.testing.assert_array_equal(table.adjusted_close[:, 0], np.arange(100.0, 120.0) / 2)
    assert np.isnan(table.adjusted_close[0, 1])
    assert table.outcomes["MSFT"].rows == 5
    assert table.outcomes["MSFT"].first == date(2024, 1, 10)
    assert table.outcomes["AAPL"].origin == "yahoo"
    assert steps == [(1, 2, "AAPL"), (2, 2, "MSFT")]


def test_both_ends_are_inclusive(yahoo: FakeYahoo) -> None:
    table = source(yahoo).fetch(["AAPL"], date(2024, 1, 3), date(2024, 1, 5))
    assert table.sessions.astype(str).tolist() == ["2024-01-03", "2024-01-04", "2024-01-05"]


def test_dividends_splits_and_holes(yahoo: FakeYahoo) -> None:
    days = [bar.day for bar in bars("2024-01-02", 4)]
    yahoo.bars["KO"] = [
        Bar(days[0], 10.0, 9.0),
        Bar(days[1], 10.0, 9.5, dividend=0.5),
        Bar(days[2], None, None),
        Bar(days[3], 11.0, 11.0, split=2.0),
    ]
    table = fetch(yahoo, "KO")
    assert table.dividends is not None
    assert table.splits is not None
    there = ~np.isnan(table.adjusted_close[:, 0])
    assert table.adjusted_close[there, 0].tolist() == [9.0, 9.5, 11.0]
    assert table.dividends[there, 0].tolist() == [0, 0.5, 0]
    assert table.splits[there, 0].tolist() == [0, 0, 2]
    assert days[2] not in table.sessions[there].tolist()


def test_an_unknown_symbol_is_an_outcome_without_new_tries(yahoo: FakeYahoo) -> None:
    waits: list[float] = []
    table = fetch(yahoo, "AAPL", "NOPE", waits=waits)
    assert table.tickers == ("AAPL",)
    assert table.outcomes["NOPE"].status == "missing_symbol"
    assert waits == []


def test_a_symbol_without_prices_in_the_span_is_missing(yahoo: FakeYahoo) -> None:
    table = source(yahoo).fetch(["AAPL", "MSFT"], date(2024, 1, 2), date(2024, 1, 5))
    assert table.outcomes["MSFT"].status == "missing_symbol"
    assert table.outcomes["AAPL"].status == "rows"


def test_a_limit_that_passes_is_waited_for(yahoo: FakeYahoo) -> None:
    # yfinance itself tries a refused request a second time.
    yahoo.faults["AAPL"] = lambda n: (429, "Too Many Requests") if n <= 4 else "go on"
    waits: list[float] = []
    table = fetch(yahoo, "AAPL", waits=waits)
    assert table.outcomes["AAPL"].rows == 20
    assert len(waits) == 2
    assert 1 <= waits[0] < 1.25
    assert 2 <= waits[1] < 2.5


def test_a_lasting_limit_is_an_outcome_of_that_ticker(yahoo: FakeYahoo) -> None:
    yahoo.faults["MSFT"] = lambda n: (429, "Too Many Requests")
    waits: list[float] = []
    table = fetch(yahoo, "AAPL", "MSFT", waits=waits)
    assert table.outcomes["AAPL"].status == "rows"
    assert table.outcomes["MSFT"].status == "rate_limited"
    assert len(waits) == 3


def test_a_limit_for_everybody_stops_the_source(yahoo: FakeYahoo) -> None:
    tickers = [f"T{n}" for n in range(10)]
    yahoo.bars = {ticker: bars("2024-01-02", 3) for ticker in tickers}
    yahoo.faults = {ticker: lambda n: (429, "Too Many Requests") for ticker in tickers}
    with pytest.raises(
        RateLimited, match=r"T0, T1, T2 and 7 more .*try again in an hour.*--prices files"
    ):
        fetch(yahoo, *tickers)
    assert set(yahoo.asked) == {"T0", "T1", "T2"}


def test_after_three_failures_the_rest_is_not_asked(yahoo: FakeYahoo) -> None:
    tickers = ["AAPL", *(f"T{n}" for n in range(6))]
    yahoo.faults = {ticker: lambda n: (500, "oops") for ticker in tickers[1:]}
    table = fetch(yahoo, *tickers)
    assert table.tickers == ("AAPL",)
    assert {table.outcomes[ticker].status for ticker in tickers[1:]} == {"unavailable"}
    assert table.outcomes["T5"].detail == "not asked: Yahoo failed for T2"


@pytest.mark.parametrize(
    ("answer", "status", "words"),
    [
        ((500, "oops"), "unavailable", "error 500"),
        ((200, "<html>Will be right back</html>"), "unavailable", "down"),
        (
            (200, json.dumps(chart("AAPL", bars("2024-01-02", 9)))[:200]),
            "malformed",
            "cannot be read",
        ),
        ((200, '{"chart": {"result": [], "error": null}}'), "missing_symbol", "no prices"),
        (None, "unavailable", "no answer from Yahoo"),
    ],
)
def test_what_goes_wrong_has_its_own_outcome(
    yahoo: FakeYahoo, answer: tuple[int, str] | None, status: str, words: str
) -> None:
    yahoo.faults["AAPL"] = lambda n: answer
    failing = YahooSource(yahoo.url, timeout=0.5, retries=1, sleep=lambda seconds: None)
    table = failing.fetch(["MSFT", "AAPL"], START, END)
    assert table.outcomes["MSFT"].status == "rows"
    assert table.outcomes["AAPL"].status == status
    assert words in table.outcomes["AAPL"].detail


@pytest.mark.parametrize(
    "answer", [(500, "oops"), (200, '{"chart": {"resu'), (200, "Will be right back")]
)
def test_a_failed_answer_is_not_remembered(yahoo: FakeYahoo, answer: tuple[int, str]) -> None:
    yahoo.faults["AAPL"] = lambda n: answer if n <= 2 else "go on"
    assert fetch(yahoo, "AAPL").outcomes["AAPL"].rows == 20


def test_without_a_network_one_sentence_in_seconds() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{free.getsockname()[1]}"
    with pytest.raises(SourceUnavailable) as caught:
        YahooSource(nowhere).fetch(["AAPL", "MSFT"], START, END)
    said = str(caught.value)
    assert "Yahoo cannot be reached" in said
    assert "for prices of AAPL, MSFT from 2024-01-01 to 2024-03-01" in said
    assert "--prices files:PATH" in said
    assert "--prices simulated" in said


def test_the_store_adds_what_it_holds(yahoo: FakeYahoo, tmp_path: Path) -> None:
    now = datetime(2024, 6, 1, tzinfo=UTC)
    store = PriceStore(tmp_path / "p.sqlite", lambda: now)
    first = StoredSource(source(yahoo), store).fetch(["AAPL"], START, END)
    yahoo.asked.clear()
    again = StoredSource(source(yahoo), store).fetch(["AAPL"], START, END)
    assert yahoo.asked == []
    assert again.fingerprint("AAPL") == first.fingerprint("AAPL")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{free.getsockname()[1]}"
    offline = StoredSource(YahooSource(nowhere), store)
    assert offline.fetch(["AAPL"], START, END).tickers == ("AAPL",)
    with pytest.raises(SourceUnavailable, match=r"store holds 1 of the 2 tickers"):
        offline.fetch(["AAPL", "MSFT"], START, END)


def test_nothing_is_logged_and_settings_are_given_back(
    yahoo: FakeYahoo, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    import yfinance

    with caplog.at_level(logging.DEBUG):
        fetch(yahoo, "AAPL", "NOPE")
    assert not [record for record in caplog.records if record.name.startswith("yfinance")]
    assert capfd.readouterr() == ("", "")
    assert yfinance.config.debug.hide_exceptions is True
    assert not logging.getLogger("yfinance").disabled


def test_the_currency_of_the_chart_is_kept_through_the_store(
    yahoo: FakeYahoo, tmp_path: Path
) -> None:
    yahoo.bars["0700.HK"] = bars("2024-01-02", 5)
    yahoo.currencies["0700.HK"] = "HKD"
    store = PriceStore(tmp_path / "p.sqlite", lambda: datetime(2024, 6, 1, tzinfo=UTC))
    for asked in (["AAPL", "0700.HK"], []):
        table = StoredSource(source(yahoo), store).fetch(["AAPL", "0700.HK"], START, END)
        assert table.outcomes["0700.HK"].currency == "HKD"
        assert table.outcomes["AAPL"].currency == "USD"
        assert yahoo.asked == asked
        yahoo.asked.clear()


LISTED = [
    "April 25, 2024 at 6 AM EDT",
    "February 1, 2024 at 4 PM EST",
    "November 2, 2023 at 4 PM EDT",
]
REPORTED = (
    Earnings(date(2023, 11, 2), after=True),
    Earnings(date(2024, 2, 1), after=True),
    Earnings(date(2024, 4, 25), after=False),
)


def test_earnings_dates_and_whether_the_market_had_closed(yahoo: FakeYahoo) -> None:
    yahoo.earnings = {"AAPL": LISTED, "MSFT": (500, "oops"), "OLD": (429, "Too Many Requests")}
    known = source(yahoo).earnings(["AAPL", "SPY", "MSFT", "OLD", "AAPL"], END)
    assert known.days == {"AAPL": REPORTED, "SPY": ()}
    assert known.unknown == {
        "MSFT": "Yahoo answered with error 500",
        "OLD": "Yahoo asks to wait",
    }
    yahoo.earnings["MSFT"] = LISTED[:1]  # the failure was not memoised
    assert source(yahoo).earnings(["MSFT"], END).days == {"MSFT": REPORTED[2:]}


def test_earnings_that_fail_three_times_are_not_asked_further(yahoo: FakeYahoo) -> None:
    tickers = [f"T{n}" for n in range(6)]
    yahoo.earnings = dict.fromkeys(tickers, (500, "oops"))
    known = source(yahoo).earnings(tickers, END)
    assert set(known.unknown) == set(tickers)
    assert set(yahoo.asked) == {f"earnings of T{n}" for n in range(3)}


def test_earnings_without_a_network_are_unknown_and_nothing_is_raised() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nowhere = f"http://127.0.0.1:{free.getsockname()[1]}"
    known = YahooSource(nowhere).earnings(["AAPL", "MSFT"], END)
    assert known.days == {}
    assert list(known.unknown) == ["AAPL", "MSFT"]
    assert known.unknown["MSFT"].startswith("Yahoo cannot be reached (")


def test_earnings_are_kept_in_the_store(yahoo: FakeYahoo, tmp_path: Path) -> None:
    yahoo.earnings = {"AAPL": LISTED}

    def stored(today: str, *, refresh: bool = False) -> StoredSource:
        now = datetime.fromisoformat(today).replace(tzinfo=UTC)
        return StoredSource(source(yahoo), PriceStore(tmp_path / "p", lambda: now), refresh)

    window = date(2024, 4, 30)
    assert stored("2024-05-01").earnings(["AAPL"], window).days == {"AAPL": REPORTED}
    for today, last, asked in (
        ("2024-05-07", window, 0),  # within a week
        ("2024-05-09", window, 1),  # the first answer was too early to be final
        ("2024-09-01", window, 0),  # the second was not
        ("2024-09-01", date(2024, 8, 30), 1),
    ):
        yahoo.asked.clear()
        assert stored(today).earnings(["AAPL"], last).days == {"AAPL": REPORTED}
        assert len(yahoo.asked) == asked, today
    yahoo.asked.clear()
    stored("2024-09-01", refresh=True).earnings(["AAPL"], window)
    assert yahoo.asked == ["earnings of AAPL"]
    yahoo.earnings["AAPL"] = (500, "oops")
    kept = stored("2025-09-01").earnings(["AAPL", "NEW"], date(2025, 8, 30))
    assert (kept.days["AAPL"], kept.unknown) == (REPORTED, {})


def test_two_hundred_tickers(yahoo: FakeYahoo) -> None:
    tickers = [f"T{n}" for n in range(200)]
    yahoo.bars = {ticker: bars("2024-01-02", 40) for ticker in tickers}
    table = fetch(yahoo, *tickers)
    assert len(table.tickers) == 200
    assert (~np.isnan(table.adjusted_close)).all()
