"""A local store of prices: one SQLite file per user.

WAL mode and one transaction per symbol: several processes may write at once, and
a process killed at any moment loses nothing that was committed. For every symbol and source the
store knows one unbroken span of days that it covers and when that span's end was fetched.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np

from eventstudy.errors import DataSourceError
from eventstudy.market.earnings import Earnings
from eventstudy.market.prices import FIELDS, FloatArray, IntArray
from eventstudy.market.store_file import LOCATION_VARIABLE, open_file

#: Rows younger than this when they were fetched may still change: five sessions, over any holiday.
UNSETTLED = timedelta(days=8)

#: A year of one symbol is one blob: its days and then each of `FIELDS`, as little-endian doubles.
_CELL = np.dtype("<f8")
_LINES = 1 + len(FIELDS)


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
    then are fetched again. ``rows`` counts the stored prices: none where the source did not know
    the symbol. ``currency`` is empty where the source does not say it.
    """

    symbol: str
    source: str
    first: date
    last: date
    fetched_at: datetime
    rows: int = 0
    currency: str = ""

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
    ``notices`` says so. A file of another kind, or another program's database, is left alone and
    refused.

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
        return {
            known.symbol: known
            for known in self.contents()
            if known.source == source and (symbols is None or known.symbol in symbols)
        }

    def contents(self) -> tuple[Coverage, ...]:
        """Return what is stored, by source and symbol."""
        with self._connection() as db:
            rows = db.execute(
                "SELECT symbol, source, first_day, last_day, fetched_at, (SELECT "
                "coalesce(sum(rows), 0) FROM prices AS p WHERE p.symbol = c.symbol AND "
                "p.source = c.source), currency FROM coverage AS c ORDER BY source, symbol"
            ).fetchall()
        return tuple(
            Coverage(symbol, source, _day(first), _day(last), datetime.fromisoformat(at), *facts)
            for symbol, source, first, last, at, *facts in rows
        )

    def read(self, source: str, symbol: str, start: date, end: date) -> SymbolRows:
        """Return the stored rows of a symbol from ``start`` to ``end``, both inclusive."""
        return self.read_many(source, [symbol], start, end)[symbol]

    def read_many(
        self, source: str, symbols: Sequence[str], start: date, end: date
    ) -> dict[str, SymbolRows]:
        """Return the stored rows of several symbols, read in one transaction."""
        with self._connection() as db:
            db.execute("BEGIN")
            return {symbol: _select(db, source, symbol, start, end) for symbol in symbols}

    def write(
        self,
        source: str,
        symbol: str,
        rows: SymbolRows,
        span: tuple[date, date],
        *,
        anew: bool = False,
        fetched_at: datetime | None = None,
        currency: str = "",
    ) -> None:
        """Store the rows that a source has for a span, in one transaction.

        Parameters
        ----------
        rows
            Days of the span in increasing order, and their values.
        span
            First and last day that were asked for. A stored span that touches or overlaps it is
            joined; any other is forgotten with its rows, so that what is covered has no hole.
        anew
            Forget everything stored of the symbol first: its basis has changed.
        fetched_at
            When the source was asked; now by default.
        currency
            Of the prices; what is stored stays where the source does not say it.
        """
        first, last = span
        moment, low, high = (fetched_at or self.clock()).isoformat(), _number(first), _number(last)
        key = (symbol, source)
        with self._connection() as db, db:
            db.execute("BEGIN IMMEDIATE")
            stored = db.execute(
                "SELECT first_day, last_day, fetched_at, currency FROM coverage "
                "WHERE symbol = ? AND source = ?",
                key,
            ).fetchone()
            if stored and (anew or stored[0] > high + 1 or stored[1] < low - 1):
                db.execute("DELETE FROM prices WHERE symbol = ? AND source = ?", key)
            elif stored:
                rows = _merged(_select(db, source, symbol, date(first.year, 1, 1),
                                       date(last.year, 12, 31)), rows, low, high)  # fmt: skip
                moment = moment if high >= stored[1] else stored[2]
                low, high = min(low, stored[0]), max(high, stored[1])
            db.execute(
                "DELETE FROM prices WHERE symbol = ? AND source = ? AND year BETWEEN ? AND ?",
                (*key, first.year, last.year),
            )
            db.executemany(
                "INSERT INTO prices VALUES (?,?,?,?,?)",
                ((*key, year, count, blob) for year, count, blob in _packed(rows)),
            )
            currency = currency or (stored[3] if stored else "")
            db.execute(
                "INSERT OR REPLACE INTO coverage VALUES (?,?,?,?,?,?)",
                (*key, low, high, moment, currency),
            )

    def earnings(self, source: str) -> dict[str, tuple[datetime, tuple[Earnings, ...]]]:
        """Return when the earnings dates of each symbol of a source were fetched, and the dates."""
        with self._connection() as db:
            rows = db.execute(
                "SELECT symbol, fetched_at, days FROM earnings WHERE source = ?", (source,)
            ).fetchall()
        return {
            symbol: (
                datetime.fromisoformat(at),
                tuple(Earnings(date.fromisoformat(d), after) for d, after in json.loads(days)),
            )
            for symbol, at, days in rows
        }

    def write_earnings(self, source: str, symbol: str, days: Sequence[Earnings]) -> None:
        """Store the earnings dates of a symbol in the place of those that are stored."""
        text = json.dumps([[str(item.day), item.after] for item in days])
        with self._connection() as db, db:
            db.execute(
                "INSERT OR REPLACE INTO earnings VALUES (?,?,?,?)",
                (symbol, source, self.clock().isoformat(), text),
            )

    def clear(self, symbols: Sequence[str] | None = None) -> int:
        """Forget some symbols, or everything; return how many series that were."""
        with self._connection() as db, db:
            db.execute("BEGIN IMMEDIATE")
            known = [symbol for (symbol,) in db.execute("SELECT symbol FROM coverage")]
            gone = [symbol for symbol in known if symbols is None or symbol in symbols]
            for table in ("prices", "coverage", "earnings"):
                where = "" if symbols is None else "WHERE symbol = ?"
                db.executemany(
                    f"DELETE FROM {table} {where}",  # noqa: S608 - constants
                    [()] if symbols is None else [(symbol,) for symbol in symbols],
                )
        return len(gone)

    def faults(self) -> tuple[str, ...]:
        """Return what is wrong with the file, in sentences; nothing when it is sound."""
        with self._connection() as db:
            found = [str(line) for (line,) in db.execute("PRAGMA integrity_check") if line != "ok"]
            for symbol, source, year, count, blob in db.execute("SELECT * FROM prices"):
                packed = np.frombuffer(blob, _CELL) if len(blob) == 8 * count * _LINES else None
                if packed is None or not (np.diff(packed[:count]) > 0).all():
                    found.append(f"The rows of {symbol} ({source}) of {year} cannot be read.")
        return tuple(found)

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """Open the file; set a damaged one aside and begin anew."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        try:
            db = open_file(self.path)
        except sqlite3.DatabaseError as error:
            if isinstance(error, sqlite3.OperationalError):
                raise DataSourceError(
                    f"The price store {self.path} cannot be opened ({error}); name another file "
                    f"in {LOCATION_VARIABLE}.",
                    path=str(self.path),
                ) from error
            self._set_aside(error)
            db = open_file(self.path)
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
            f"The price store {self.path} is damaged or outdated ({error}) and was set aside as "
            f"{aside.name}."
        )


def _select(db: sqlite3.Connection, source: str, symbol: str, start: date, end: date) -> SymbolRows:
    blobs = db.execute(
        "SELECT data FROM prices WHERE symbol = ? AND source = ? AND year BETWEEN ? AND ? "
        "ORDER BY year",
        (symbol, source, start.year, end.year),
    )
    years = [np.frombuffer(blob, _CELL).reshape(_LINES, -1) for (blob,) in blobs]
    table = np.concatenate([np.empty((_LINES, 0)), *years], axis=1)
    first, last = np.searchsorted(table[0], [_number(start), _number(end) + 1])
    return SymbolRows(table[0, first:last].astype(np.int64), table[1:, first:last].T)


def _merged(stored: SymbolRows, fetched: SymbolRows, low: int, high: int) -> SymbolRows:
    """Put what was fetched from ``low`` to ``high`` in the place of what is stored there."""
    before, after = stored.days < low, stored.days > high
    return SymbolRows(
        np.concatenate([stored.days[before], fetched.days, stored.days[after]]),
        np.concatenate([stored.values[before], fetched.values, stored.values[after]]),
    )


def _packed(rows: SymbolRows) -> Iterator[tuple[int, int, bytes]]:
    """Yield year, number of rows and blob of every year."""
    year_of = rows.days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    for year in np.unique(year_of):
        own = year_of == year
        table = np.vstack([rows.days[own], rows.values[own].T]).astype(_CELL)
        yield int(year), int(own.sum()), table.tobytes()


def _number(day: date) -> int:
    return (day - date(1970, 1, 1)).days


def _day(number: int) -> date:
    return date(1970, 1, 1) + timedelta(days=number)
