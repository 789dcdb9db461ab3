"""Several writers at once, kills at any moment, damage: nothing committed is lost."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
import threading
import time
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

from eventstudy.errors import DataSourceError
from eventstudy.market.earnings import Earnings
from eventstudy.market.prices import FIELDS, PriceTable
from eventstudy.market.store import PriceStore, SymbolRows, default_location

EMPTY = PriceTable(np.empty(0, "datetime64[D]"), (), np.empty((0, 0)))


def rows(first: str, count: int, value: float = 1.0) -> SymbolRows:
    days = np.datetime64(first).astype(np.int64) + np.arange(count)
    return SymbolRows(days, np.full((count, len(FIELDS)), value))


def span(first: str, last: str) -> tuple[date, date]:
    return date.fromisoformat(first), date.fromisoformat(last)


@pytest.fixture
def store(tmp_path: Path) -> PriceStore:
    return PriceStore(
        tmp_path / "deep" / "prices.sqlite", lambda: datetime(2026, 4, 20, tzinfo=UTC)
    )


ALWAYS = span("1970-01-01", "2100-01-01")


def test_what_is_written_is_read(store: PriceStore) -> None:
    wanted = rows("2024-01-02", 3)
    wanted.values[1, 2] = np.nan
    store.write("yahoo", "AAPL", wanted, span("2024-01-01", "2024-01-05"))
    found = store.read("yahoo", "AAPL", *ALWAYS)
    np.testing.assert_array_equal(found.days, wanted.days)
    np.testing.assert_array_equal(found.values, wanted.values)
    assert len(store.read("yahoo", "AAPL", *span("2024-01-03", "2024-01-03")).days) == 1
    assert len(store.read("other", "AAPL", *ALWAYS).days) == 0
    known = store.coverage("yahoo")["AAPL"]
    assert (known.first, known.last) == span("2024-01-01", "2024-01-05")
    assert known.fetched_at == datetime(2026, 4, 20, tzinfo=UTC)
    assert store.coverage("yahoo", ["MSFT"]) == {}


def test_currency_and_earnings_are_kept_until_they_are_cleared(store: PriceStore) -> None:
    always = span("2024-01-01", "2024-01-05")
    store.write("yahoo", "A", rows("2024-01-02", 3), always, currency="HKD")
    store.write("yahoo", "A", rows("2024-01-02", 3), always)
    assert store.coverage("yahoo")["A"].currency == "HKD"
    days = (Earnings(date(2024, 1, 3), after=True), Earnings(date(2024, 4, 3), after=False))
    store.write_earnings("yahoo", "A", days)
    store.write_earnings("yahoo", "B", ())
    at = datetime(2026, 4, 20, tzinfo=UTC)
    assert store.earnings("yahoo") == {"A": (at, days), "B": (at, ())}
    assert store.earnings("tiingo") == {}
    store.clear(["A"])
    assert store.earnings("yahoo") == {"B": (at, ())}
    store.clear()
    assert store.earnings("yahoo") == {}


def test_spans_that_touch_are_joined(store: PriceStore) -> None:
    store.write("yahoo", "A", rows("2024-01-02", 3, 1.0), span("2024-01-01", "2024-01-10"))
    store.write("yahoo", "A", rows("2024-01-04", 3, 2.0), span("2024-01-04", "2024-01-20"))
    found = store.read("yahoo", "A", *ALWAYS)
    assert found.values[:, 0].tolist() == [1, 1, 2, 2, 2]
    assert store.coverage("yahoo")["A"].last == date(2024, 1, 20)


def test_a_span_apart_replaces_what_was_stored(store: PriceStore) -> None:
    store.write("yahoo", "A", rows("2024-01-02", 3, 1.0), span("2024-01-01", "2024-01-10"))
    store.write("yahoo", "A", rows("2024-03-04", 1, 2.0), span("2024-03-01", "2024-03-20"))
    assert store.read("yahoo", "A", *ALWAYS).values[:, 0].tolist() == [2]
    known = store.coverage("yahoo")["A"]
    assert (known.first, known.last) == span("2024-03-01", "2024-03-20")


def test_a_row_that_the_source_dropped_is_dropped(store: PriceStore) -> None:
    store.write("yahoo", "A", rows("2024-01-02", 3), span("2024-01-01", "2024-01-10"))
    store.write("yahoo", "A", rows("2024-01-02", 2), span("2024-01-01", "2024-01-10"))
    assert len(store.read("yahoo", "A", *ALWAYS).days) == 2


def test_the_end_keeps_the_moment_it_was_fetched(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    early = PriceStore(path, lambda: datetime(2024, 2, 1, tzinfo=UTC))
    late = PriceStore(path, lambda: datetime(2025, 2, 1, tzinfo=UTC))
    early.write("yahoo", "A", rows("2024-01-20", 9), span("2024-01-20", "2024-02-01"))
    late.write("yahoo", "A", rows("2024-01-02", 19), span("2024-01-01", "2024-01-25"))
    known = late.coverage("yahoo")["A"]
    assert known.fetched_at.year == 2024
    assert known.settled == date(2024, 1, 24)
    late.write("yahoo", "A", rows("2024-01-25", 9), span("2024-01-25", "2024-03-01"))
    assert late.coverage("yahoo")["A"].settled == date(2024, 3, 1)


def write_many(path: Path, worker: int) -> None:
    store = PriceStore(path)
    for n in range(10):
        symbol = f"W{worker}-{n}"
        store.write("yahoo", symbol, rows("2024-01-01", 20), span("2024-01-01", "2024-01-20"))


def test_four_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=write_many, args=(path, n)) for n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
        assert worker.exitcode == 0
    with sqlite3.connect(path) as db:
        assert db.execute("SELECT sum(rows) FROM prices").fetchone() == (800,)
    db.close()


def write_for_ever(path: Path) -> None:
    write_from(path, 0)


def write_from(path: Path, start: int) -> None:
    store = PriceStore(path)
    for n in range(start, start + 1_000_000):
        value = float(n)
        store.write("yahoo", "A", rows("2024-01-01", 200, value), span("2024-01-01", "2024-12-31"))


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork, which makes 200 kills affordable")
def test_two_hundred_kills_at_random_moments_damage_nothing(tmp_path: Path) -> None:
    """The child writes ever higher numbers; each kill leaves one of them whole, and never an older.

    Kills fall before, within and between transactions.
    """
    path = tmp_path / "p.sqlite"
    draw = np.random.default_rng(200)
    context = multiprocessing.get_context("fork")
    store, highest, moved = PriceStore(path), -1.0, 0
    for _ in range(200):
        worker = context.Process(target=write_from, args=(path, int(highest) + 1))
        worker.start()
        time.sleep(float(draw.uniform(0.0, 0.1)))
        assert worker.pid is not None
        os.kill(worker.pid, signal.SIGKILL)
        worker.join(10)
        found = store.read("yahoo", "A", *ALWAYS)
        if len(found.days):
            assert len(found.days) == 200
            (value,) = np.unique(found.values)
            assert value >= highest
            moved += value > highest
            highest = max(highest, float(value))
        assert store.faults() == ()
    assert moved > 100  # most kills met a child that was writing
    assert store.notices == []


def test_a_kill_leaves_whole_transactions(tmp_path: Path) -> None:
    path = tmp_path / "p.sqlite"
    context = multiprocessing.get_context("spawn")
    for delay in (0.0, 0.03, 0.07):
        worker = context.Process(target=write_for_ever, args=(path,))
        worker.start()
        store = PriceStore(path)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline and not (path.exists() and store.coverage("yahoo")):
            time.sleep(0.01)
        time.sleep(delay)
        assert worker.pid is not None
        os.kill(worker.pid, signal.SIGKILL)
        worker.join(10)
        found = store.read("yahoo", "A", *ALWAYS)
        assert len(found.days) == 200
        assert len(np.unique(found.values)) == 1
        with sqlite3.connect(path) as db:
            assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        db.close()


def test_a_damaged_file_is_set_aside_and_reported(store: PriceStore) -> None:
    store.path.parent.mkdir()
    store.path.write_bytes(b"this is no database at all " * 100)
    assert store.coverage("yahoo") == {}
    assert len(store.notices) == 1
    assert "is damaged or outdated" in store.notices[0]
    assert "prices.sqlite.damaged-20260420T000000" in store.notices[0]
    assert (store.path.parent / "prices.sqlite.damaged-20260420T000000").exists()


def test_damage_inside_the_file_is_set_aside_too(store: PriceStore) -> None:
    for n in range(40):
        store.write("yahoo", f"S{n}", rows("2024-01-01", 300), span("2024-01-01", "2024-12-31"))
    with sqlite3.connect(store.path) as db:
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    content = bytearray(store.path.read_bytes())
    content[8192:-4096] = b"\xff" * (len(content) - 12288)
    store.path.write_bytes(content)
    with pytest.raises(
        DataSourceError, match=r"is damaged or outdated .* set aside .* Run the command again"
    ):
        store.read("yahoo", "S20", *ALWAYS)
    assert store.coverage("yahoo") == {}


def test_a_place_that_cannot_be_used_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "prices.sqlite").mkdir()
    with pytest.raises(
        DataSourceError, match=r"cannot be opened .*name another file in EVENTSTUDY"
    ):
        PriceStore(tmp_path / "prices.sqlite").coverage("yahoo")


def test_the_location_follows_the_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.delenv("EVENTSTUDY_STORE", raising=False)
    assert default_location() == tmp_path / "eventstudy" / "prices.sqlite"
    monkeypatch.setenv("EVENTSTUDY_STORE", str(tmp_path / "mine.sqlite"))
    assert PriceStore().path == tmp_path / "mine.sqlite"


def test_what_is_stored_can_be_listed_and_forgotten(store: PriceStore) -> None:
    store.write("yahoo", "B", rows("2023-12-30", 5), span("2023-12-30", "2024-01-10"))
    store.write("yahoo", "A", rows("2024-01-02", 3), span("2024-01-01", "2024-01-05"))
    assert [(c.symbol, c.rows, str(c.last)) for c in store.contents()] == [
        ("A", 3, "2024-01-05"),
        ("B", 5, "2024-01-10"),
    ]
    assert store.faults() == ()
    assert store.clear(["B", "NOPE"]) == 1
    assert [c.symbol for c in store.contents()] == ["A"]
    assert len(store.read("yahoo", "B", *ALWAYS).days) == 0
    assert store.clear() == 1
    assert store.contents() == ()


def test_years_are_joined_over_their_ends(store: PriceStore) -> None:
    store.write("yahoo", "A", rows("2023-12-28", 9, 1.0), span("2023-12-28", "2024-01-05"))
    store.write("yahoo", "A", rows("2023-12-31", 2, 2.0), span("2023-12-31", "2024-01-01"))
    found = store.read("yahoo", "A", *ALWAYS)
    assert found.values[:, 0].tolist() == [1, 1, 1, 2, 2, 1, 1, 1, 1]
    assert (np.diff(found.days) == 1).all()


def test_a_broken_year_is_a_fault(store: PriceStore) -> None:
    store.write("yahoo", "A", rows("2024-01-02", 3), span("2024-01-01", "2024-01-05"))
    with sqlite3.connect(store.path) as db:
        db.execute("UPDATE prices SET rows = 4")
    db.close()
    assert store.faults() == ("The rows of A (yahoo) of 2024 cannot be read.",)


def test_a_file_of_another_layout_is_set_aside(store: PriceStore) -> None:
    store.path.parent.mkdir()
    with sqlite3.connect(store.path) as db:
        db.execute("CREATE TABLE prices (symbol TEXT)")
    db.close()
    assert store.contents() == ()
    assert "it has the layout of another version" in store.notices[0]


def test_a_file_that_is_no_store_is_left_alone(tmp_path: Path) -> None:
    thesis = tmp_path / "thesis.txt"
    thesis.write_text("my only copy " * 100)
    with pytest.raises(DataSourceError, match=r"thesis\.txt is no price store and is left alone"):
        PriceStore(thesis).clear()
    assert thesis.read_text() == "my only copy " * 100
    places = tmp_path / "places.sqlite"
    with sqlite3.connect(places) as db:
        db.execute("CREATE TABLE bookmarks (address TEXT)")
    db.close()
    before = places.read_bytes()
    with pytest.raises(DataSourceError, match=r"places\.sqlite is no price store"):
        PriceStore(places).contents()
    assert places.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["places.sqlite", "thesis.txt"]


def test_a_store_that_another_process_begins_at_this_moment_is_waited_for(tmp_path: Path) -> None:
    """SQLite itself answers 'database is locked' at once when a new file is switched to WAL."""
    path = tmp_path / "p.sqlite"
    other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    other.execute("BEGIN IMMEDIATE")
    timer = threading.Timer(0.4, other.execute, ["COMMIT"])
    timer.start()
    PriceStore(path).write("yahoo", "A", rows("2024-01-01", 3), ALWAYS)
    timer.join()
    other.close()
    assert [known.symbol for known in PriceStore(path).contents()] == ["A"]
