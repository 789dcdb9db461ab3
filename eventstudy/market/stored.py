"""A source of prices in front of which a store stands: only what is not stored is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from eventstudy.errors import DataSourceError
from eventstudy.market.earnings import EarningsSource, KnownEarnings
from eventstudy.market.prices import (
    FIELDS,
    PriceSource,
    PriceTable,
    Progress,
    TickerOutcome,
    from_rows,
)
from eventstudy.market.store import UNSETTLED, Coverage, PriceStore, SymbolRows

#: Days fetched again beside a gap, to see whether the stored prices have the same basis.
OVERLAP = timedelta(days=10)
#: Two adjusted closes of one day that differ by more than this share have different bases.
BASIS_TOLERANCE = 2e-6
#: A day's bar may be unfinished until the day is over everywhere (in UTC): it is not asked for.
UNFINISHED = timedelta(days=1)
#: What a source did not know, or may have to add, is asked for again after this time.
ASK_AGAIN = timedelta(days=7)
#: Tickers fetched before what came is written.
BATCH = 20


@dataclass(frozen=True, eq=False)
class StoredSource:
    """A source of prices in front of which a store stands.

    What is stored and settled is not asked for again, and a symbol that the source did not know
    only after `ASK_AGAIN`. When the inner source shows that adjusted closes of stored days have
    changed (a new dividend or split), the whole history of the symbol is fetched anew.

    Parameters
    ----------
    refresh
        Ask for everything anew, whatever is stored.
    """

    source: PriceSource
    store: PriceStore
    refresh: bool = False

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
            if (gap := self._gap(coverage.get(ticker), start, last)) is not None:
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
        table = self._stored(tickers, start, end, coverage, outcomes)
        path = self.store.path  # its folder is nobody's business
        notices = (notice.replace(str(path), path.name) for notice in self.store.notices)
        return replace(table, notices=tuple(notices))

    def stored(self, tickers: Sequence[str]) -> PriceTable:
        """Return every stored price of some tickers; nothing is asked for."""
        tickers = list(dict.fromkeys(tickers))
        coverage = self.store.coverage(self.name, tickers)
        first = min((known.first for known in coverage.values()), default=date.min)
        last = max((known.last for known in coverage.values()), default=date.min)
        return self._stored(tickers, first, last, coverage, {})

    def earnings(self, tickers: Sequence[str], last: date) -> KnownEarnings:
        """Return the earnings dates that the inner source knows; it is asked for what may be new.

        Dates fetched after ``last`` and all that may still have changed then, or within
        `ASK_AGAIN`, are taken from the store.
        """
        if not isinstance(self.source, EarningsSource):
            return KnownEarnings()
        now, held = self.store.clock(), self.store.earnings(self.name)
        due = [
            ticker
            for ticker in dict.fromkeys(tickers)
            if self.refresh
            or ticker not in held
            or (held[ticker][0].date() <= last + UNSETTLED and now - held[ticker][0] >= ASK_AGAIN)
        ]
        found = self.source.earnings(due, last) if due else KnownEarnings()
        for ticker, days in found.days.items():
            self.store.write_earnings(self.name, ticker, days)
        known = {ticker: held[ticker][1] for ticker in tickers if ticker in held}
        unknown = {ticker: why for ticker, why in found.unknown.items() if ticker not in held}
        return KnownEarnings({**known, **found.days}, unknown)

    def _gap(self, known: Coverage | None, start: date, end: date) -> tuple[date, date] | None:
        """Return the one span to fetch so that ``start`` to ``end`` is covered, if any."""
        if start > end or known is None:
            return None if start > end else (start, end)
        whole = (min(start, known.first), max(end, known.last))
        if self.refresh:
            return whole
        if not known.rows:
            recent = self.store.clock() - known.fetched_at < ASK_AGAIN
            # A week without prices up to the last day there was tells of the days since.
            to_the_end = known.last >= known.fetched_at.date() - UNFINISHED
            telling = to_the_end and known.last - known.first >= ASK_AGAIN
            asked = known.first <= start and (end <= known.last or telling)
            return None if recent and asked else whole
        return _uncovered(known, start, end)

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
            if outcome.status == "missing_symbol":
                self._note_nothing(ticker, span)
            if outcome.status != "rows":
                continue
            if known is None or (span[0] <= known.first and known.last <= span[1]):
                self._write(table, ticker, span, anew=known is not None)
            elif self._same_basis(known, _rows_of(table, ticker), span):
                self._write(table, ticker, span)
            else:
                whole = (min(span[0], known.first), max(span[1], known.last))
                again = self.source.fetch([ticker], *whole)
                outcomes[ticker] = again.outcomes[ticker]
                if ticker in again:
                    self._write(again, ticker, whole, anew=True)
        return outcomes

    def _write(
        self, table: PriceTable, ticker: str, span: tuple[date, date], *, anew: bool = False
    ) -> None:
        """Store one ticker of a table that was fetched for a span."""
        currency = table.outcomes[ticker].currency
        rows = _rows_of(table, ticker)
        self.store.write(self.name, ticker, rows, span, anew=anew, currency=currency)

    def _same_basis(self, known: Coverage, rows: SymbolRows, span: tuple[date, date]) -> bool:
        """Whether fetched and stored rows agree on the settled days they share, if any."""
        stored = self.store.read(self.name, known.symbol, span[0], min(span[1], known.settled))
        _, ours, theirs = np.intersect1d(stored.days, rows.days, return_indices=True)
        old, new = stored.values[ours, 0], rows.values[theirs, 0]
        return len(ours) > 0 and bool(np.allclose(old, new, rtol=BASIS_TOLERANCE, atol=0))

    def _note_nothing(self, ticker: str, span: tuple[date, date]) -> None:
        """Remember that a symbol has no prices in a span, unless some are stored there."""
        if not len(self.store.read(self.name, ticker, *span).days):
            nothing = SymbolRows(np.empty(0, np.int64), np.empty((0, len(FIELDS))))
            self.store.write(self.name, ticker, nothing, span)

    def _stored(
        self,
        tickers: list[str],
        start: date,
        end: date,
        coverage: dict[str, Coverage],
        outcomes: dict[str, TickerOutcome],
    ) -> PriceTable:
        """Answer from the store; a ticker that is not stored keeps the inner source's outcome."""
        found = self.store.read_many(self.name, tickers, start, end) if tickers else {}
        failures, details = {}, {}
        currencies = {ticker: known.currency for ticker, known in coverage.items()}
        for ticker in tickers:
            outcome, known = outcomes.get(ticker), coverage.get(ticker)
            currencies[ticker] = (outcome and outcome.currency) or currencies.get(ticker, "")
            if outcome is None and known is not None and not known.rows:
                detail = (
                    f"{self.name} had no prices of {ticker} on {known.fetched_at:%Y-%m-%d}; "
                    f"`eventstudy prices fetch {ticker} --refresh` asks again within "
                    f"{ASK_AGAIN.days} days"
                )
                failures[ticker] = TickerOutcome(ticker, "missing_symbol", detail=detail)
            elif outcome is None or outcome.status == "rows":
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
            currencies=currencies,
            failures=failures,
            simulated=self.simulated,
        )


def _uncovered(known: Coverage, start: date, end: date) -> tuple[date, date] | None:
    """Return the one span that joins what is stored and covers ``start`` to ``end``, if any."""
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
    held = [c for c in coverage.values() if c.rows and c.first <= start and c.last >= end]
    return f"the local store holds {len(held)} of the {len(tickers)} tickers asked for"


def _shifted(progress: Progress | None, done: int, total: int) -> Progress | None:
    """Let a batch report its steps as steps of the whole."""
    if progress is None:
        return None
    return lambda step, _, what: progress(done + step, total, what)
