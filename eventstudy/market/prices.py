"""Prices as aligned matrices, and the protocol every source of prices follows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, Protocol, runtime_checkable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from eventstudy.errors import PriceError

FloatArray = NDArray[np.float64]
DayArray = NDArray[np.datetime64]

#: What became of one ticker that was asked for.
OutcomeStatus = Literal["rows", "missing_symbol", "rate_limited", "unavailable", "malformed"]

#: Called with (done, total, what) while a source works.
Progress = Callable[[int, int, str], None]

OPTIONAL_FIELDS = ("close", "open", "high", "low", "volume")


@dataclass(frozen=True, slots=True)
class TickerOutcome:
    """What a source delivered for one ticker, or why it delivered nothing.

    ``origin`` names where the rows came from (a file's name, ``"yahoo"``, ``"simulated"``);
    ``detail`` is a sentence when something is amiss.
    """

    ticker: str
    status: OutcomeStatus
    rows: int = 0
    first: date | None = None
    last: date | None = None
    origin: str = ""
    detail: str = ""


@dataclass(frozen=True, eq=False)
class PriceTable:
    """Daily prices of several tickers on one axis of sessions.

    Attributes
    ----------
    sessions
        datetime64[D] of shape (T,), strictly increasing; the union of all tickers' days.
    tickers
        The K tickers with at least one row, in the order asked for.
    adjusted_close
        float64 of shape (T, K), adjusted for splits and dividends; NaN where there is no price.
        Returns are computed from this and nothing else.
    close, open, high, low, volume
        float64 of shape (T, K) or None. ``close`` is as quoted on the present share basis
        (adjusted for splits only).
    dividends, splits
        float64 of shape (T, K) or None: cash per share and split ratio on the ex-day, 0 elsewhere.
    outcomes
        One `TickerOutcome` per ticker that was asked for, found or not.
    simulated
        True when any price is invented; everything that rests on the table must say so.
    """

    sessions: DayArray
    tickers: tuple[str, ...]
    adjusted_close: FloatArray
    close: FloatArray | None = None
    open: FloatArray | None = None
    high: FloatArray | None = None
    low: FloatArray | None = None
    volume: FloatArray | None = None
    dividends: FloatArray | None = None
    splits: FloatArray | None = None
    outcomes: Mapping[str, TickerOutcome] = field(default_factory=dict)
    source: str = ""
    simulated: bool = False

    def __post_init__(self) -> None:
        sessions = np.array(self.sessions, dtype="datetime64[D]")
        if sessions.ndim != 1 or (len(sessions) > 1 and not (np.diff(sessions) > 0).all()):
            raise PriceError(
                "The sessions of a price table must be one strictly increasing axis of days; "
                "sort them and drop repeated days first."
            )
        sessions.flags.writeable = False
        object.__setattr__(self, "sessions", sessions)
        shape = (len(sessions), len(self.tickers))
        for name in ("adjusted_close", *OPTIONAL_FIELDS, "dividends", "splits"):
            values = getattr(self, name)
            if values is None:
                continue
            values = np.array(values, dtype=np.float64)
            if values.shape != shape:
                raise PriceError(
                    f"{name} of the price table has shape {values.shape}, not {shape} "
                    "(sessions by tickers)."
                )
            values.flags.writeable = False
            object.__setattr__(self, name, values)

    def __repr__(self) -> str:
        span = f"{self.sessions[0]} to {self.sessions[-1]}" if len(self.sessions) else "empty"
        mark = ", SIMULATED" if self.simulated else ""
        return f"<PriceTable: {len(self.tickers)} tickers, {span}, from {self.source}{mark}>"

    def __contains__(self, ticker: object) -> bool:
        return ticker in self.tickers

    def column(self, ticker: str) -> int:
        """Return the column of ``ticker``; raise `PriceError` when there is none."""
        try:
            return self.tickers.index(ticker)
        except ValueError:
            raise PriceError(
                f"The price table from {self.source} has no ticker {ticker!r}.", ticker=ticker
            ) from None

    def to_frame(
        self, field: str = "adjusted_close", tickers: Sequence[str] | None = None
    ) -> pd.DataFrame:
        """Return one field as a frame, sessions by tickers."""
        values = getattr(self, field)
        if values is None:
            raise PriceError(f"The price table from {self.source} has no {field}.", field=field)
        frame = pd.DataFrame(
            values, index=pd.DatetimeIndex(self.sessions, name="session"), columns=self.tickers
        )
        return frame if tickers is None else frame[list(tickers)]

    def fingerprint(self, ticker: str) -> str:
        """Return 16 hex digits that change when any adjusted close of ``ticker`` changes."""
        values = self.adjusted_close[:, self.column(ticker)]
        there = ~np.isnan(values)
        digest = hashlib.sha256(self.sessions[there].astype("int64").tobytes())
        digest.update(np.ascontiguousarray(values[there]).tobytes())
        return digest.hexdigest()[:16]


@runtime_checkable
class PriceSource(Protocol):
    """Where prices come from.

    A source answers for every ticker it is asked for with one `TickerOutcome`; a ticker it cannot
    deliver is an outcome, not an error. Only a failure of the source as a whole (no network, an
    unreadable file) raises `DataSourceError` or `PriceError`. No source falls back to another.
    """

    @property
    def name(self) -> str:
        """How the study file writes it: ``yahoo``, ``simulated``, ``files:PATH``."""
        ...

    @property
    def simulated(self) -> bool:
        """True when the prices are invented."""
        ...

    def fetch(
        self,
        tickers: Sequence[str],
        start: date,
        end: date,
        progress: Progress | None = None,
    ) -> PriceTable:
        """Return daily prices from ``start`` to ``end``, both inclusive."""
        ...


@dataclass(frozen=True, eq=False)
class InMemorySource:
    """A source over a table that is already there: for notebooks, scripts and tests."""

    table: PriceTable
    name: str = "memory"

    @property
    def simulated(self) -> bool:
        """True when the table says so."""
        return self.table.simulated

    def fetch(
        self,
        tickers: Sequence[str],
        start: date,
        end: date,
        progress: Progress | None = None,
    ) -> PriceTable:
        """Return the part of the table that was asked for."""
        del progress  # nothing takes time
        return select(self.table, tickers, start, end)


def select(table: PriceTable, tickers: Sequence[str], start: date, end: date) -> PriceTable:
    """Return ``tickers`` from ``start`` to ``end`` (inclusive) with an outcome for each."""
    rows = (table.sessions >= np.datetime64(start)) & (table.sessions <= np.datetime64(end))
    column_of = {ticker: j for j, ticker in enumerate(table.tickers)}
    outcomes: dict[str, TickerOutcome] = {}
    kept: list[str] = []
    for ticker in dict.fromkeys(tickers):
        j = column_of.get(ticker)
        there = rows if j is None else rows & ~np.isnan(table.adjusted_close[:, j])
        if j is None or not there.any():
            known = "" if j is None else f" between {start} and {end}"
            outcomes[ticker] = TickerOutcome(
                ticker, "missing_symbol", detail=f"{table.source} has no prices{known}"
            )
            continue
        kept.append(ticker)
        days = table.sessions[there]
        before = table.outcomes.get(ticker)
        outcomes[ticker] = TickerOutcome(
            ticker,
            "rows",
            rows=len(days),
            first=days[0].item(),
            last=days[-1].item(),
            origin=before.origin if before else table.source,
            detail=before.detail if before else "",
        )
    columns = [column_of[ticker] for ticker in kept]
    if columns:
        rows &= (~np.isnan(table.adjusted_close[:, columns])).any(axis=1)
    pick = np.ix_(np.flatnonzero(rows), columns)

    def part(values: FloatArray | None) -> FloatArray | None:
        return None if values is None else values[pick]

    return PriceTable(
        sessions=table.sessions[rows],
        tickers=tuple(kept),
        adjusted_close=table.adjusted_close[pick],
        close=part(table.close),
        open=part(table.open),
        high=part(table.high),
        low=part(table.low),
        volume=part(table.volume),
        dividends=part(table.dividends),
        splits=part(table.splits),
        outcomes=outcomes,
        source=table.source,
        simulated=table.simulated,
    )
