"""A local store of prices: one SQLite file per user.

WAL mode and one transaction per symbol: several processes may write at once, and
a process killed at any moment loses nothing that was committed. For every symbol and source the
store knows one unbroken span of days that it covers and when that span's end was fetched.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np

from eventstudy.errors import DataSourceError
from eventstudy.market.prices import FIELDS, FloatArray, IntArray

#: Environment variable that names the store's file.
LOCATION_VARIABLE = "EVENTSTUDY_STORE"
#: Rows younger than this when they were fetched may still change: five sessions, over any holiday.
UNSETTLED = timedelta(days=8)

_SCHEMA = """
CREATE TABLE IF NOT EXISTS prices (
    symbol TEXT NOT NULL, source TEXT NOT NULL, day INTEGER NOT NULL,
    adjusted_close REAL, close REAL, open REAL, high REAL, low REAL, volume REAL,
    dividend REAL, split REAL,
    PRIMARY KEY (symbol, source, day)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS coverage (
    symbol TEXT NOT NULL, source TEXT NOT NULL,
    first_day INTEGER NOT NULL, last_day INTEGER NOT NULL, fetched_at TEXT NOT NULL,
    PRIMARY KEY (symbol, source)
) WITHOUT ROWID;
"""
_COLUMNS = "adjusted_close, close, open, high, low, volume, dividend, split"


def default_location() -> Path:
    """Return the store's file: ``EVENTSTUDY_STORE``, else the user's XDG data folder."""
    if named := os.environ.get(LOCATION_VARIABLE):
        return Path(named).expanduser()
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "eventstudy" / "prices.sqlite"


def utc_now() -> datetime:
    """Return the present moment: the one clock of the package, replaced in tests."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Coverage:
    """The unbroken span of days stored for one symbol of one source.

    ``fetched_at`` says when the span's end was fetched; days that were younger than `UNSETTLED`
    then are fetched again.
    """

    symbol: str
    source: str
    first: date
    last: date
    fetched_at: datetime

    @property
    def settled(self) -> date:
        """The last day that no longer changes."""
        return min(self.last, self.fetched_at.date() - UNSETTLED)


@dataclass(frozen=True, eq=False)
class SymbolRows:
    """The rows of one symbol: ``days`` as days since 1970, values of shape (n, 8) as `FIELDS`."""

    days: IntArray
    values: FloatArray


@dataclass(frozen=True, eq=False)
class PriceStore:
    """The SQLite file.

    A damaged file is set aside under a new name and an empty store begun in its place;
    ``notices`` says so.

    Parameters
    ----------
    path
        The file; it and its folder are made when first needed.
    clock
        Returns the present moment with a zone.
    """

    path: Path = field(default_factory=default_location)
    clock: Callable[[], datetime] = utc_now
    notices: list[str] = field(default_factory=list)

    def coverage(self, source: str, symbols: Sequence[str] | None = None) -> dict[str, Coverage]:
        """Return what is stored of a source, by symbol; all symbols when none are named."""
        with self._connection() as db:
            rows = db.execute(
                "SELECT symbol, first_day, last_day, fetched_at FROM coverage WHERE source = ? "
                "ORDER BY symbol",
                (source,),
            ).fetchall()
        return {
            symbol: Coverage(
                symbol, source, _day(first), _day(last), datetime.fromisoformat(fetched_at)
            )
            for symbol, first, last, fetched_at in rows
            if symbols is None or symbol in symbols
        }

    def read(self, source: str, symbol: str, start: date, end: date) -> SymbolRows:
        """Return the stored rows of a symbol from ``start`` to ``end``, both inclusive."""
        with self._connection() as db:
            return _select(db, source, symbol, start, end)

    def read_many(
        self, source: str, symbols: Sequence[str], start: date, end: date
    ) -> dict[str, SymbolRows]:
        """Return the stored rows of several symbols over one connection."""
        with self._connection() as db:
            return {symbol: _select(db, source, symbol, start, end) for symbol in symbols}

    def write(
        self,
        source: str,
        symbol: str,
        rows: SymbolRows,
        span: tuple[date, date],
        *,
        anew: bool = False,
    ) -> None:
        """Store the rows that a source has for a span, in one transaction.

        Parameters
        ----------
        span
            First and last day that were asked for. A stored span that touches or overlaps it is
            joined; any other is forgotten with its rows, so that what is covered has no hole.
        anew
            Forget everything stored of the symbol first: its basis has changed.
        """
        first, last = span
        now = self.clock()
        with self._connection() as db, db:
            db.execute("BEGIN IMMEDIATE")
            key = (symbol, source)
            stored = db.execute(
                "SELECT first_day, last_day, fetched_at FROM coverage "
                "WHERE symbol = ? AND source = ?",
                key,
            ).fetchone()
            fetched_at, low, high = now.isoformat(), _number(first), _number(last)
            if stored and (anew or stored[0] > high + 1 or stored[1] < low - 1):
                db.execute("DELETE FROM prices WHERE symbol = ? AND source = ?", key)
            elif stored:
                fetched_at = fetched_at if high >= stored[1] else stored[2]
                low, high = min(low, stored[0]), max(high, stored[1])
            db.execute(
                "DELETE FROM prices WHERE symbol = ? AND source = ? AND day BETWEEN ? AND ?",
                (*key, _number(first), _number(last)),
            )
            db.executemany(
                "INSERT OR REPLACE INTO prices VALUES (?,?,?,?,?,?,?,?,?,?,?)",
                (
                    (*key, day, *row)
                    for day, row in zip(rows.days.tolist(), rows.values.tolist(), strict=True)
                ),
            )
            db.execute(
                "INSERT OR REPLACE INTO coverage VALUES (?,?,?,?,?)", (*key, low, high, fetched_at)
            )

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """Open the file; set a damaged one aside and begin anew."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            db = _open(self.path)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise DataSourceError(
                    f"The price store {self.path} cannot be opened ({error}); name another file "
                    f"in {LOCATION_VARIABLE}.",
                    path=str(self.path),
                ) from error
            self._set_aside(error)
            db = _open(self.path)
        with closing(db):
            try:
                yield db
            except sqlite3.OperationalError as error:
                raise DataSourceError(
                    f"The price store {self.path} cannot be used ({error}); try again, or name "
                    f"another file in {LOCATION_VARIABLE}.",
                    path=str(self.path),
                ) from error
            except sqlite3.DatabaseError as error:
                self._set_aside(error)
                raise DataSourceError(
                    f"{self.notices[-1]} Run the command again to fetch the prices anew.",
                    path=str(self.path),
                ) from error

    def _set_aside(self, error: sqlite3.DatabaseError) -> None:
        stamp = self.clock().strftime("%Y%m%dT%H%M%S")
        aside = self.path.with_name(f"{self.path.name}.damaged-{stamp}")
        for ending in ("", "-wal", "-shm"):
            part = self.path.with_name(self.path.name + ending)
            if part.exists():
                part.replace(aside.with_name(aside.name + ending))
        self.notices.append(
            f"The price store {self.path} is damaged ({error}) and was set aside as {aside.name}."
        )


def _open(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=30.0, isolation_level=None)
    try:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = NORMAL")
        db.executescript(_SCHEMA)
    except BaseException:
        db.close()
        raise
    return db


def _select(db: sqlite3.Connection, source: str, symbol: str, start: date, end: date) -> SymbolRows:
    rows = db.execute(
        f"SELECT day, {_COLUMNS} FROM prices "  # noqa: S608 - a constant
        "WHERE symbol = ? AND source = ? AND day BETWEEN ? AND ? ORDER BY day",
        (symbol, source, _number(start), _number(end)),
    ).fetchall()
    table = np.array(rows, dtype=np.float64).reshape(-1, 1 + len(FIELDS))
    return SymbolRows(table[:, 0].astype(np.int64), table[:, 1:])


def _number(day: date) -> int:
    return (day - date(1970, 1, 1)).days


def _day(number: int) -> date:
    return date(1970, 1, 1) + timedelta(days=number)
