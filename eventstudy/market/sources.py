"""From the words of a study file to a source of prices, and from old symbols to their prices."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np

from eventstudy.errors import PriceError, SpecificationError
from eventstudy.market.files import FileSource
from eventstudy.market.prices import (
    FIELDS,
    PriceSource,
    PriceTable,
    Progress,
    TickerOutcome,
    from_rows,
)
from eventstudy.market.simulated import SimulatedMarket
from eventstudy.market.store import PriceStore
from eventstudy.market.stored import StoredSource
from eventstudy.market.yahoo import YahooSource
from eventstudy.symbols import current_symbol, symbol_history

_FORMS = "yahoo, files:PATH or simulated"


def open_source(text: str, *, base: Path, store: PriceStore | None = None) -> PriceSource:
    """Return the source that a study file or command line names.

    Parameters
    ----------
    text
        ``yahoo`` or ``files:PATH``. The third form, ``simulated``, needs a calendar and planted
        effects and is built by the study.
    base
        The folder that a relative PATH starts from.
    store
        Where Yahoo's prices are kept; the user's own store by default.

    Returns
    -------
    PriceSource
        It answers for the symbols of any day: SQ is found under XYZ.

    Raises
    ------
    SpecificationError
        The text is none of the forms.
    PriceError
        There is no such file or folder.
    """
    kind, _, written = text.strip().partition(":")
    if kind == "yahoo" and not written:
        return SymbolHistory(StoredSource(YahooSource(), store or PriceStore()))
    if kind == "files" and written.strip():
        path = base / Path(written.strip()).expanduser()
        if not path.exists():
            raise PriceError(f"There is no price file or folder {path}; check the path.", path=path)
        return SymbolHistory(FileSource(path, written=written.strip()))
    raise SpecificationError(f"Unknown source of prices {text!r}; write {_FORMS}.", value=text)


def with_symbol_history(source: PriceSource) -> PriceSource:
    """Let a source that was handed in answer for the symbols of any day.

    A simulated market lists every symbol as it is asked for and is left alone.
    """
    known = isinstance(source, SymbolHistory | SimulatedMarket)
    return source if known else SymbolHistory(source)


@dataclass(frozen=True)
class SymbolHistory:
    """A source that answers for the symbols of any day.

    Sources file a renamed company's whole history under its last symbol; events bear the symbol
    of their day. A ticker asked for is looked up under its current symbol first and, where that
    has no prices, under itself up to its last day, after which the symbol may be another firm's.
    The answer bears the ticker that was asked for; its outcome says where the prices were filed.
    """

    source: PriceSource

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
        """Return daily prices from ``start`` to ``end``, both inclusive."""
        tickers = list(dict.fromkeys(tickers))
        filed = {ticker: current_symbol(ticker) for ticker in tickers}
        if all(ticker == symbol for ticker, symbol in filed.items()):
            return self.source.fetch(tickers, start, end, progress)
        table = self.source.fetch(list(dict.fromkeys(filed.values())), start, end, progress)
        old = [t for t in tickers if filed[t] not in table and filed[t] != t]
        parts = [(ticker, filed[ticker], table) for ticker in tickers if ticker not in old]
        for ticker in old:
            last = min(end, symbol_history()[ticker].end)
            if last < start:
                parts.append((ticker, filed[ticker], table))
            else:
                parts.append((ticker, ticker, self.source.fetch([ticker], start, last)))
        return _joined(tickers, parts, source=table.source, simulated=table.simulated)


@dataclass(frozen=True, eq=False)
class PartedSource:
    """Several sources, each of which answers for some tickers.

    ``part_of`` names the source of a ticker.
    """

    parts: Mapping[str, PriceSource]
    part_of: Callable[[str], str]

    @property
    def name(self) -> str:
        """The names of the sources, each once."""
        return ", ".join(dict.fromkeys(source.name for source in self.parts.values()))

    @property
    def simulated(self) -> bool:
        """Whether any source's prices are invented."""
        return any(source.simulated for source in self.parts.values())

    def fetch(
        self,
        tickers: Sequence[str],
        start: date,
        end: date,
        progress: Progress | None = None,
    ) -> PriceTable:
        """Return daily prices from ``start`` to ``end``, both inclusive."""
        tickers = list(dict.fromkeys(tickers))
        groups: dict[str, list[str]] = {}
        for ticker in tickers:
            groups.setdefault(self.part_of(ticker), []).append(ticker)
        tables = {
            name: self.parts[name].fetch(group, start, end, progress)
            for name, group in groups.items()
        }
        if len(tables) == 1:
            return next(iter(tables.values()))
        whole = [(ticker, ticker, tables[self.part_of(ticker)]) for ticker in tickers]
        return _joined(tickers, whole, source=self.name, simulated=self.simulated)


def _joined(
    tickers: list[str],
    parts: list[tuple[str, str, PriceTable]],
    *,
    source: str,
    simulated: bool,
) -> PriceTable:
    """Join columns of several tables under the tickers that were asked for."""
    codes, days, failures, details, origins = [], [], {}, {}, {}
    names = [f for f in FIELDS if any(getattr(t, f) is not None for _, _, t in parts)]
    values: dict[str, list[np.ndarray[tuple[int], np.dtype[np.float64]]]] = {f: [] for f in names}
    for ticker, symbol, table in parts:
        outcome: TickerOutcome = table.outcomes[symbol]
        if symbol not in table:
            failures[ticker] = replace(outcome, ticker=ticker)
            continue
        j = table.column(symbol)
        there = ~np.isnan(table.adjusted_close[:, j])
        codes.append(np.full(there.sum(), tickers.index(ticker)))
        days.append(table.sessions[there])
        for field in names:
            column = getattr(table, field)
            values[field].append(
                np.full(there.sum(), np.nan) if column is None else column[there, j]
            )
        note = "" if symbol == ticker else f"prices of {ticker} are filed under {symbol}"
        details[ticker] = "; ".join(filter(None, [note, outcome.detail]))
        origins[ticker] = outcome.origin
    return from_rows(
        tickers,
        np.concatenate([np.empty(0, np.int64), *codes]),
        np.concatenate([np.empty(0, "datetime64[D]"), *days]),
        {field: np.concatenate([np.empty(0), *columns]) for field, columns in values.items()},
        source=source,
        origins=origins,
        details=details,
        failures=failures,
        simulated=simulated,
    )
