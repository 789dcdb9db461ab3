"""What is asked of the inner source, and what is answered from the store."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

from eventstudy.errors import SourceUnavailable
from eventstudy.market.prices import (
    FloatArray,
    InMemorySource,
    PriceSource,
    PriceTable,
    Progress,
    select,
)
from eventstudy.market.store import PriceStore
from eventstudy.market.stored import StoredSource

SESSIONS = np.arange("2023-01-01", "2026-05-01", dtype="datetime64[D]")
SESSIONS = SESSIONS[np.is_busday(SESSIONS)]


@dataclass
class Exchange:
    """A source that keeps a list of what it was asked; its prices may be rebased."""

    basis: dict[str, float] = field(default_factory=lambda: {"A": 1.0, "B": 1.0})
    listed: str = "2023-01-01"
    delisted: str = "2027-01-01"
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    down: bool = False
    name: str = "exchange"
    simulated: bool = False

    def fetch(
        self, tickers: Sequence[str], start: date, end: date, progress: Progress | None = None
    ) -> PriceTable:
        if self.down:
            raise SourceUnavailable("The exchange cannot be reached.")
        self.asked += [(ticker, str(start), str(end)) for ticker in tickers]
        names = tuple(self.basis)
        base = np.arange(1.0, len(SESSIONS) + 1)[:, None] * np.array(list(self.basis.values()))
        there = (np.datetime64(self.listed) <= SESSIONS) & (
            np.datetime64(self.delisted) >= SESSIONS
        )
        base[~there] = np.nan
        return select(PriceTable(SESSIONS, names, base, source="exchange"), tickers, start, end)


def stored(exchange: Exchange, path: Path, today: str) -> StoredSource:
    now = datetime.fromisoformat(today).replace(tzinfo=UTC)
    return StoredSource(exchange, PriceStore(path / "p.sqlite", lambda: now))


def fetch(source: StoredSource, start: str, end: str, *tickers: str) -> PriceTable:
    return source.fetch(tickers or ["A"], date.fromisoformat(start), date.fromisoformat(end))


def closes(table: PriceTable, ticker: str = "A") -> FloatArray:
    values: FloatArray = table.adjusted_close[:, table.column(ticker)]
    return values


def test_the_second_time_nothing_is_asked(tmp_path: Path) -> None:
    exchange = Exchange()
    source = stored(exchange, tmp_path, "2026-04-20")
    assert isinstance(source, PriceSource)
    first = fetch(source, "2024-01-01", "2025-01-01", "A", "B", "NOPE")
    assert sorted(exchange.asked) == [
        (ticker, "2024-01-01", "2025-01-01") for ticker in ("A", "B", "NOPE")
    ]
    exchange.asked.clear()
    second = fetch(source, "2024-01-01", "2025-01-01", "A", "B", "NOPE")
    assert exchange.asked == []
    assert second.outcomes["NOPE"].status == "missing_symbol"
    assert second.outcomes["NOPE"].detail == (
        "exchange had no prices of NOPE on 2026-04-20; `eventstudy prices fetch NOPE --refresh` "
        "asks again within 7 days"
    )
    assert second.tickers == ("A", "B")
    assert first.fingerprint("A") == second.fingerprint("A")
    assert first.outcomes["NOPE"].status == "missing_symbol"
    assert second.close is None
    assert second.source == "exchange"
    direct = exchange.fetch(["A"], date(2024, 1, 1), date(2025, 1, 1))
    np.testing.assert_array_equal(closes(second), closes(direct))


def test_a_symbol_that_was_not_known_is_asked_again_after_a_week(tmp_path: Path) -> None:
    exchange = Exchange()
    fetch(stored(exchange, tmp_path, "2026-04-01"), "2024-01-01", "2026-04-01", "NEW")
    for today, first, asked in (
        ("2026-04-07", "2024-01-01", []),
        ("2026-04-07", "2023-01-01", [("NEW", "2023-01-01", "2026-04-06")]),
        ("2026-04-13", "2024-01-01", []),
        ("2026-04-14", "2024-01-01", [("NEW", "2023-01-01", "2026-04-13")]),
    ):
        exchange.asked.clear()
        fetch(stored(exchange, tmp_path, today), first, today, "NEW")
        assert exchange.asked == asked
    exchange.basis["NEW"] = 1.0  # listed by now
    assert "NEW" not in fetch(stored(exchange, tmp_path, "2026-04-15"), "2024-01-01",
                              "2026-04-10", "NEW")  # fmt: skip
    table = fetch(stored(exchange, tmp_path, "2026-04-25"), "2024-01-01", "2026-04-10", "NEW")
    assert table.outcomes["NEW"].status == "rows"
    assert len(table.sessions) == np.busday_count("2024-01-01", "2026-04-11")


def test_a_weekend_without_prices_says_nothing_of_the_days_after(tmp_path: Path) -> None:
    exchange = Exchange()
    for today in ("2026-04-20", "2026-04-13"):  # the 12th is a Sunday: long past, or yesterday
        source = stored(exchange, tmp_path / today, today)
        assert "A" not in fetch(source, "2026-04-11", "2026-04-12")
        later = stored(exchange, tmp_path / today, "2026-04-18")
        assert "A" in fetch(later, "2026-04-12", "2026-04-17")


def test_a_refresh_asks_for_everything_anew(tmp_path: Path) -> None:
    exchange = Exchange()
    source = stored(exchange, tmp_path, "2026-04-20")
    fetch(source, "2023-06-01", "2025-01-01", "A", "NEW")
    exchange.basis |= {"A": 2.0, "NEW": 1.0}
    exchange.asked.clear()
    table = fetch(replace(source, refresh=True), "2024-01-01", "2025-02-01", "A", "NEW")
    assert set(exchange.asked) == {(t, "2023-06-01", "2025-02-01") for t in ("A", "NEW")}
    assert table.tickers == ("A", "NEW")
    np.testing.assert_allclose(np.diff(closes(table)), 2.0)
    np.testing.assert_allclose(np.diff(closes(fetch(source, "2023-06-01", "2025-02-01"))), 2.0)


def test_only_the_gap_and_an_overlap_are_asked(tmp_path: Path) -> None:
    exchange = Exchange()
    source = stored(exchange, tmp_path, "2026-04-20")
    fetch(source, "2024-01-01", "2025-01-01")
    exchange.asked.clear()
    table = fetch(source, "2024-06-01", "2025-06-01")
    assert exchange.asked == [("A", "2024-12-22", "2025-06-01")]
    assert len(table.sessions) == np.busday_count("2024-06-01", "2025-06-02")
    exchange.asked.clear()
    fetch(source, "2023-06-01", "2025-06-01")
    assert exchange.asked == [("A", "2023-06-01", "2024-01-11")]
    exchange.asked.clear()
    fetch(source, "2023-06-01", "2025-06-01")
    assert exchange.asked == []


def test_the_last_days_are_asked_again(tmp_path: Path) -> None:
    exchange = Exchange()
    fetch(stored(exchange, tmp_path, "2026-04-20"), "2026-01-01", "2026-04-20")
    exchange.asked.clear()
    fetch(stored(exchange, tmp_path, "2026-04-20"), "2026-01-01", "2026-04-20")
    assert exchange.asked == [("A", "2026-04-02", "2026-04-19")]
    exchange.asked.clear()
    fetch(stored(exchange, tmp_path, "2026-04-20"), "2026-01-01", "2026-04-12")
    assert exchange.asked == []


def test_the_present_day_and_days_to_come_are_not_asked(tmp_path: Path) -> None:
    exchange = Exchange()
    source = stored(exchange, tmp_path, "2026-04-01")
    fetch(source, "2026-01-01", "2026-12-31")
    assert exchange.asked == [("A", "2026-01-01", "2026-03-31")]
    exchange.asked.clear()
    table = fetch(source, "2026-05-01", "2026-12-31")
    assert exchange.asked == []
    assert table.outcomes["A"].status == "missing_symbol"


def test_a_changed_basis_fetches_the_history_anew(tmp_path: Path) -> None:
    exchange = Exchange()
    source = stored(exchange, tmp_path, "2026-04-20")
    fetch(source, "2024-01-01", "2025-01-01")
    exchange.basis["A"] = 0.99  # a dividend since
    exchange.asked.clear()
    table = fetch(source, "2024-01-01", "2025-02-01")
    assert exchange.asked == [("A", "2024-12-22", "2025-02-01"), ("A", "2024-01-01", "2025-02-01")]
    np.testing.assert_allclose(np.diff(closes(table)), 0.99)


def test_a_gap_on_both_sides_is_one_request(tmp_path: Path) -> None:
    exchange = Exchange()
    source = stored(exchange, tmp_path, "2026-04-20")
    fetch(source, "2024-01-01", "2024-02-01")
    exchange.asked.clear()
    fetch(source, "2023-06-01", "2025-02-01")
    assert exchange.asked == [("A", "2023-06-01", "2025-02-01")]


def test_days_before_a_listing_and_after_a_delisting_are_asked_once(tmp_path: Path) -> None:
    exchange = Exchange(listed="2024-03-01", delisted="2024-09-30")
    source = stored(exchange, tmp_path, "2026-04-20")
    fetch(source, "2024-02-01", "2024-12-31")
    fetch(source, "2023-02-01", "2025-12-31")
    fetch(source, "2023-01-02", "2026-01-31")
    exchange.asked.clear()
    table = fetch(source, "2023-01-02", "2026-01-31")
    assert exchange.asked == []
    assert table.outcomes["A"].first == date(2024, 3, 1)
    assert table.outcomes["A"].last == date(2024, 9, 30)


def test_a_source_that_fails_says_what_is_stored(tmp_path: Path) -> None:
    exchange = Exchange()
    source = stored(exchange, tmp_path, "2026-04-20")
    fetch(source, "2024-01-01", "2025-01-01")
    exchange.down = True
    assert len(fetch(source, "2024-01-01", "2025-01-01").sessions) > 200
    with pytest.raises(
        SourceUnavailable, match=r"reached; the local store holds 1 of the 2 tickers asked for\.$"
    ):
        fetch(source, "2024-01-01", "2025-01-01", "A", "B")


def test_what_a_batch_brought_is_kept_when_the_next_fails(tmp_path: Path) -> None:
    names = {f"T{n}": 1.0 for n in range(30)}
    exchange = Exchange(basis=names)
    inner = exchange.fetch

    def limited(
        tickers: Sequence[str], start: date, end: date, progress: Progress | None = None
    ) -> PriceTable:
        exchange.down = bool(exchange.asked)
        if progress:
            progress(len(tickers), len(tickers), tickers[-1])
        return inner(tickers, start, end)

    exchange.fetch = limited  # type: ignore[method-assign]
    source = stored(exchange, tmp_path, "2026-04-20")
    steps: list[tuple[int, int, str]] = []
    with pytest.raises(SourceUnavailable):
        source.fetch(
            list(names), date(2024, 1, 1), date(2025, 1, 1), lambda *step: steps.append(step)
        )
    assert len(source.store.coverage("exchange")) == 20
    assert steps == [(20, 30, "T19"), (30, 30, "T29")]


def test_every_field_survives_the_store(tmp_path: Path) -> None:
    shape = (len(SESSIONS), 1)
    table = PriceTable(
        SESSIONS, ("A",), np.full(shape, 2.0), close=np.full(shape, 3.0), open=np.full(shape, 4.0),
        volume=np.full(shape, 5.0), dividends=np.zeros(shape), splits=np.zeros(shape), source="m",
    )  # fmt: skip
    now = datetime(2026, 4, 20, tzinfo=UTC)
    source = StoredSource(InMemorySource(table), PriceStore(tmp_path / "p.sqlite", lambda: now))
    found = source.fetch(["A"], date(2024, 1, 1), date(2024, 2, 1))
    assert found.close is not None
    assert found.open is not None
    assert found.volume is not None
    assert (found.close[0, 0], found.open[0, 0], found.volume[0, 0]) == (3, 4, 5)
    assert found.high is None
    assert found.dividends is not None
    assert not found.dividends.any()
