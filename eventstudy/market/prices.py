"""Prices as aligned matrices, and the protocol every source of prices follows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import PurePath
from typing import Any, Literal, Protocol, runtime_checkable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from eventstudy.errors import PriceError

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
DayArray = NDArray[np.datetime64]

#: What became of one ticker that was asked for.
OutcomeStatus = Literal["rows", "missing_symbol", "rate_limited", "unavailable", "malformed"]

#: Called with (done, total, what) while a source works.
Progress = Callable[[int, int, str], None]

OPTIONAL_FIELDS = ("close", "open", "high", "low", "volume")
ACTION_FIELDS = ("dividends", "splits")
#: Every matrix a `PriceTable` may carry.
FIELDS = ("adjusted_close", *OPTIONAL_FIELDS, *ACTION_FIELDS)


@dataclass(frozen=True, slots=True)
class TickerOutcome:
    """What a source delivered for one ticker, or why it delivered nothing.

    ``origin`` names where the rows came from (a file's name, ``"yahoo"``, ``"simulated"``);
    ``detail`` is a sentence when something is amiss. ``currency`` is empty where the source does
    not say it; ``taken_as_adjusted`` is True where the source does not say whether its closes are
    adjusted, ``of_returns`` where the prices are an index made from returns.
    """

    ticker: str
    status: OutcomeStatus
    rows: int = 0
    first: date | None = None
    last: date | None = None
    origin: str = ""
    detail: str = ""
    currency: str = ""
    taken_as_adjusted: bool = False
    of_returns: bool = False


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
    notices
        What befell the source as a whole, such as a damaged store, in sentences.
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
    notices: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        sessions = np.array(self.sessions, dtype="datetime64[D]")
        if sessions.ndim != 1 or (len(sessions) > 1 and not (sessions[1:] > sessions[:-1]).all()):
            raise PriceError(
                "The sessions of a price table must be one strictly increasing axis of days; "
                "sort them and drop repeated days first."
            )
        sessions.flags.writeable = False
        object.__setattr__(self, "sessions", sessions)
        shape = (len(sessions), len(self.tickers))
        for name in FIELDS:
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
                ticker,
                "missing_symbol",
                detail=f"{without_folder(table.source)} has no prices{known}",
            )
            continue
        kept.append(ticker)
        days = table.sessions[there]
        before = table.outcomes.get(ticker) or TickerOutcome(ticker, "rows", origin=table.source)
        outcomes[ticker] = replace(
            before, rows=len(days), first=days[0].item(), last=days[-1].item()
        )
    columns = np.array([column_of[ticker] for ticker in kept], dtype=np.int64)
    if len(columns):
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


def from_rows(
    tickers: Sequence[str],
    codes: IntArray,
    days: DayArray,
    fields: Mapping[str, FloatArray],
    *,
    source: str,
    origins: Mapping[str, str] | None = None,
    details: Mapping[str, str] | None = None,
    currencies: Mapping[str, str] | None = None,
    taken_as_adjusted: Collection[str] = (),
    of_returns: Collection[str] = (),
    failures: Mapping[str, TickerOutcome] | None = None,
    simulated: bool = False,
) -> PriceTable:
    """Return aligned matrices from rows in any order: the one way from rows to a table.

    Rows that repeat another in every field are read once, and the outcome says so. A ticker with
    two rows for one day that differ is ``malformed`` and left out, because which of them holds
    cannot be known; a ticker without rows is a ``missing_symbol``.

    Parameters
    ----------
    codes, days
        Position in ``tickers`` and day of each of n rows, shapes (n,).
    fields
        Name from `FIELDS` to values of shape (n,), ``adjusted_close`` among them. NaN where there
        is none; in dividends and splits that means 0.
    origins, details, currencies
        Per ticker, where its rows came from, a sentence when something is amiss, and its currency.
    taken_as_adjusted
        The tickers of which the source does not say whether their closes are adjusted.
    of_returns
        The tickers whose prices are an index made from returns.
    failures
        Tickers whose outcome is known already because nothing could be read.
    """
    axis, at = _axis(np.asarray(days, dtype="datetime64[D]"))
    shape = (len(axis), len(tickers))
    cell = at * len(tickers) + codes
    per_cell = np.bincount(cell, minlength=axis.size * len(tickers)).reshape(shape)
    clash = _clashes(cell, fields, per_cell)
    priced = np.zeros(shape, dtype=np.bool_)
    priced.reshape(-1)[cell] = ~np.isnan(fields["adjusted_close"])
    outcomes = dict(failures or {})
    for j, ticker in enumerate(tickers):
        if ticker not in outcomes:
            outcome = _outcome(ticker, axis, per_cell[:, j], clash[:, j], priced[:, j], source)
            said = (outcome.detail, (details or {}).get(ticker, ""))
            outcomes[ticker] = replace(
                outcome,
                origin=(origins or {}).get(ticker, source),
                detail="; ".join(filter(None, said)) if outcome.status == "rows" else said[0],
                currency=(currencies or {}).get(ticker, ""),
                taken_as_adjusted=ticker in taken_as_adjusted,
                of_returns=ticker in of_returns,
            )
    kept = np.array([outcomes[ticker].status == "rows" for ticker in tickers], dtype=np.bool_)
    used = per_cell[:, kept].any(axis=1)
    whole = bool(kept.all() and used.all())
    matrices: dict[str, Any] = {}
    for name, values in fields.items():
        filled = np.full(shape, np.nan)
        filled.reshape(-1)[cell] = values
        filled = filled if whole else filled[np.ix_(used, kept)]
        matrices[name] = np.nan_to_num(filled) if name in ACTION_FIELDS else filled
    return PriceTable(
        sessions=axis[used],
        tickers=tuple(t for t, there in zip(tickers, kept, strict=True) if there),
        **matrices,
        outcomes={ticker: outcomes[ticker] for ticker in tickers},
        source=source,
        simulated=simulated,
    )


def _axis(days: DayArray) -> tuple[DayArray, IntArray]:
    """Return the distinct days in order and each day's position among them, without sorting."""
    if not len(days):
        return days, np.empty(0, dtype=np.int64)
    offset = (days - days.min()).astype(np.int64)
    there = np.zeros(int(offset.max()) + 1, dtype=np.bool_)
    there[offset] = True
    return days.min() + np.flatnonzero(there), (np.cumsum(there) - 1)[offset]


def _clashes(
    cell: IntArray, fields: Mapping[str, FloatArray], per_cell: IntArray
) -> NDArray[np.bool_]:
    """Return the cells with rows that differ in some field, in the shape of ``per_cell``."""
    clash = np.zeros(per_cell.size, dtype=np.bool_)
    if per_cell.size and per_cell.max() > 1:
        last = np.empty(per_cell.size, dtype=np.int64)
        last[cell] = np.arange(len(cell))
        for values in fields.values():
            other = values[last[cell]]
            clash[cell[(values != other) & ~(np.isnan(values) & np.isnan(other))]] = True
    return clash.reshape(per_cell.shape)


def _outcome(
    ticker: str,
    axis: DayArray,
    count: IntArray,
    clash: NDArray[np.bool_],
    priced: NDArray[np.bool_],
    source: str,
) -> TickerOutcome:
    """Judge the rows of one ticker: ``count`` rows on each day, which differ where ``clash``."""
    twice = np.flatnonzero(clash)
    if len(twice):
        more = f" (and on {len(twice) - 1} other days)" if len(twice) > 1 else ""
        detail = f"{count[twice[0]]} rows for {axis[twice[0]]} that differ{more}; keep one per day"
        return TickerOutcome(ticker, "malformed", detail=detail)
    there = axis[priced]
    if not len(there):
        return TickerOutcome(
            ticker, "missing_symbol", detail=f"{without_folder(source)} has no prices of {ticker}"
        )
    repeated = np.flatnonzero(count > 1)
    detail = ""
    if len(repeated):
        days = "1 day is" if len(repeated) == 1 else f"{len(repeated)} days are"
        detail = f"{days} listed twice with equal rows, read once (first {axis[repeated[0]]})"
    return TickerOutcome(
        ticker, "rows", len(there), there[0].item(), there[-1].item(), detail=detail
    )


def without_folder(source: str) -> str:
    """Return a source's name without the folder of its file, which is nobody's business.

    >>> without_folder("files:data/prices.parquet"), without_folder("yahoo")
    ('files:prices.parquet', 'yahoo')
    """
    kind, colon, path = source.partition(":")
    return f"{kind}{colon}{PurePath(path).name}"
