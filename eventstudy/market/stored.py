"""A source of prices in front of which a store stands: only what is not stored is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from eventstudy.errors import DataSourceError
from eventstudy.market.prices import (
    FIELDS,
    PriceSource,
    PriceTable,
    Progress,
    TickerOutcome,
    from_rows,
)
from eventstudy.market.store import Coverage, PriceStore, SymbolRows

#: Days fetched again beside a gap, to see whether the stored prices have the same basis.
OVERLAP = timedelta(days=10)
#: Two adjusted closes of one day that differ by more than this share have different bases.
BASIS_TOLERANCE = 2e-6
#: A day's bar may be unfinished until the day is over everywhere (in UTC): it is not asked for.
UNFINISHED = timedelta(days=1)
#: Tickers fetched before what came is written.
BATCH = 20


@dataclass(frozen=True, eq=False)
class StoredSource:
    """A source of prices in front of which a store stands.

    What is stored and settled is not asked for again. When the inner source shows that adjusted
    closes of stored days have changed (a new dividend or split), the whole history of the symbol
    is fetched anew.
    """

    source: PriceSource
    store: PriceStore

    @property
    def name(self) -> str:
        """The inner source's name."""
        return self.source.name

    @property
    def simulated(self) -> bool:
        """Whether the inner source's prices are invented."""
        return self.source.simulated

    def fetch(
        self,
        tickers: Sequence[str],
        start: date,
        end: date,
        progress: Progress | None = None,
    ) -> PriceTable:
        """Return daily prices from ``start`` to ``end``, both inclusive.

        Raises
        ------
        DataSourceError
            The inner source failed as a whole; the message adds what is stored.
        """
        tickers = list(dict.fromkeys(tickers))
        last = min(end, self.store.clock().date() - UNFINISHED)
        coverage = self.store.coverage(self.name, tickers)
        batches: dict[tuple[date, date], list[str]] = {}
        for ticker in tickers:
            if (gap := _gap(coverage.get(ticker), start, last)) is not None:
                batches.setdefault(gap, []).append(ticker)
        total = sum(map(len, batches.values()))
        done, outcomes = 0, dict[str, TickerOutcome]()
        for span, group in sorted(batches.items()):
            for part in (group[n : n + BATCH] for n in range(0, len(group), BATCH)):
                step = _shifted(progress, done, total)
                try:
                    outcomes |= self._fill(part, span, coverage, step)
                except DataSourceError as error:
                    raise type(error)(
                        f"{str(error).rstrip('.')}; {_held(coverage, tickers, start, last)}.",
                        **error.facts,
                    ) from error
                done += len(part)
        return self._stored(tickers, start, end, outcomes)

    def _fill(
        self,
        tickers: Sequence[str],
        span: tuple[date, date],
        coverage: dict[str, Coverage],
        progress: Progress | None,
    ) -> dict[str, TickerOutcome]:
        """Fetch a span of several tickers and store it; return the outcomes."""
        table = self.source.fetch(tickers, *span, progress)
        outcomes = dict(table.outcomes)
        for ticker, outcome in table.outcomes.items():
            known = coverage.get(ticker)
            if outcome.status == "missing_symbol" and known is not None:
                self._note_nothing(ticker, span)
            if outcome.status != "rows":
                continue
            rows = _rows_of(table, ticker)
            if known is None or (span[0] <= known.first and known.last <= span[1]):
                self.store.write(self.name, ticker, rows, span, anew=known is not None)
            elif self._same_basis(known, rows, span):
                self.store.write(self.name, ticker, rows, span)
            else:
                whole = (min(span[0], known.first), max(span[1], known.last))
                again = self.source.fetch([ticker], *whole)
                outcomes[ticker] = again.outcomes[ticker]
                if ticker in again:
                    self.store.write(self.name, ticker, _rows_of(again, ticker), whole, anew=True)
        return outcomes

    def _same_basis(self, known: Coverage, rows: SymbolRows, span: tuple[date, date]) -> bool:
        """Whether fetched and stored rows agree on the settled days they share, if any."""
        stored = self.store.read(self.name, known.symbol, span[0], min(span[1], known.settled))
        _, ours, theirs = np.intersect1d(stored.days, rows.days, return_indices=True)
        old, new = stored.values[ours, 0], rows.values[theirs, 0]
        return len(ours) > 0 and bool(np.allclose(old, new, rtol=BASIS_TOLERANCE, atol=0))

    def _note_nothing(self, ticker: str, span: tuple[date, date]) -> None:
        """Remember that a known symbol has no prices in a span, unless some are stored there."""
        if not len(self.store.read(self.name, ticker, *span).days):
            nothing = SymbolRows(np.empty(0, np.int64), np.empty((0, len(FIELDS))))
            self.store.write(self.name, ticker, nothing, span)

    def _stored(
        self,
        tickers: list[str],
        start: date,
        end: date,
        outcomes: dict[str, TickerOutcome],
    ) -> PriceTable:
        """Answer from the store; a ticker that is not stored keeps the inner source's outcome."""
        found = self.store.read_many(self.name, tickers, start, end) if tickers else {}
        failures, details = {}, {}
        for ticker in tickers:
            outcome = outcomes.get(ticker)
            if outcome is None or outcome.status == "rows":
                details[ticker] = outcome.detail if outcome else ""
            elif len(found[ticker].days):
                details[ticker] = f"stored prices only: {outcome.detail or outcome.status}"
            else:
                failures[ticker] = outcome
        values = np.concatenate([np.empty((0, len(FIELDS))), *(r.values for r in found.values())])
        days = np.concatenate([np.empty(0, np.int64), *(rows.days for rows in found.values())])
        there = ~np.isnan(values).all(axis=0)
        return from_rows(
            tickers,
            np.repeat(np.arange(len(tickers)), [len(found[ticker].days) for ticker in tickers]),
            days.astype("datetime64[D]"),
            {
                name: values[:, n]
                for n, name in enumerate(FIELDS)
                if there[n] or name == "adjusted_close"
            },
            source=self.name,
            details=details,
            failures=failures,
            simulated=self.simulated,
        )


def _gap(known: Coverage | None, start: date, end: date) -> tuple[date, date] | None:
    """Return the one span to fetch so that ``start`` to ``end`` is covered; None when it is."""
    if start > end:
        return None
    if known is None:
        return (start, end)
    early, late = start < known.first, end > known.settled
    if early and late:
        return (start, max(end, known.last))
    if early:
        return (start, min(known.first + OVERLAP, max(known.last, end)))
    if late:
        return (max(known.settled - OVERLAP, known.first), max(end, known.last))
    return None


def _rows_of(table: PriceTable, ticker: str) -> SymbolRows:
    """Return one ticker's rows of a table; a field that the table lacks is NaN."""
    j = table.column(ticker)
    there = ~np.isnan(table.adjusted_close[:, j])
    columns = []
    for name in FIELDS:
        values = getattr(table, name)
        columns.append(np.full(len(there), np.nan) if values is None else values[:, j])
    return SymbolRows(table.sessions[there].astype(np.int64), np.column_stack(columns)[there])


def _held(coverage: dict[str, Coverage], tickers: Sequence[str], start: date, end: date) -> str:
    """Say how much of what was asked for is stored."""
    held = [c for c in coverage.values() if c.first <= start and c.last >= end]
    return f"the local store holds {len(held)} of the {len(tickers)} tickers asked for"


def _shifted(progress: Progress | None, done: int, total: int) -> Progress | None:
    """Let a batch report its steps as steps of the whole."""
    if progress is None:
        return None
    return lambda step, _, what: progress(done + step, total, what)
