"""From the words of a study file to a source of prices, and from old symbols to their prices."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

import numpy as np

from eventstudy.errors import PriceError, SpecificationError
from eventstudy.market.earnings import (
    EarningsSource,
    KnownEarnings,
    earnings_file,
    read_earnings,
)
from eventstudy.market.files import FileSource
from eventstudy.market.layouts import DeclaredReturns
from eventstudy.market.prices import (
    FIELDS,
    PriceSource,
    PriceTable,
    Progress,
    TickerOutcome,
    from_rows,
)
from eventstudy.market.rest import RestSource
from eventstudy.market.services import SERVICES
from eventstudy.market.simulated import SimulatedMarket
from eventstudy.market.store import PriceStore
from eventstudy.market.stored import StoredSource
from eventstudy.market.yahoo import YahooSource
from eventstudy.symbols import current_symbol, symbol_history

#: Entry points under which other packages offer sources: a callable that takes the text after the
#: colon and the study's folder, and returns a `PriceSource`.
ENTRY_POINTS = "eventstudy.price_sources"


def remote_sources() -> tuple[str, ...]:
    """Return the names of the services whose prices are kept in the store."""
    return ("yahoo", *SERVICES)


def check_source(text: str) -> None:
    """Raise `SpecificationError` unless ``text`` has the form of a source of prices."""
    kind, colon, written = text.strip().partition(":")
    plain = kind in ("simulated", *remote_sources()) and not colon
    if plain or (kind == "files" and written.strip()):
        return
    if kind == "files" or _offered(kind) is None:
        others = "".join(f", {entry.name}" for entry in entry_points(group=ENTRY_POINTS))
        forms = f"simulated, {', '.join(remote_sources())}{others} or files:PATH"
        raise SpecificationError(f"write {forms}", value=text)


def open_source(
    text: str,
    *,
    base: Path,
    store: PriceStore | None = None,
    base_url: str | None = None,
    columns: Mapping[str, str] | None = None,
    returns: DeclaredReturns | None = None,
    refresh: bool = False,
) -> PriceSource:
    """Return the source that a study file or command line names.

    Parameters
    ----------
    text
        ``yahoo``, ``tiingo``, ``alphavantage``, ``eodhd``, ``files:PATH``, or a source that
        another package offers. One form more, ``simulated``, needs a calendar and planted effects
        and is built by the study.
    base
        The folder that a relative PATH starts from.
    store
        Where the services' prices are kept; the user's own store by default.
    base_url
        Where a service is reached instead of its own address.
    columns, returns
        How files are to be read, see `FileSource`.
    refresh
        Ask a service for everything anew, whatever is stored.

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
    kind, _, written = (part.strip() for part in text.partition(":"))
    try:
        check_source(text)
    except SpecificationError as error:
        raise SpecificationError(f"Unknown source of prices {text!r}; {error}.") from None
    if kind == "simulated":
        raise SpecificationError("The simulated market is made by a study, for its events.")
    if kind == "files":
        path = base / Path(written).expanduser()
        if not path.exists():
            raise PriceError(f"There is no price file or folder {path}; check the path.", path=path)
        how = returns or DeclaredReturns()
        return SymbolHistory(FileSource(path, written, columns or {}, how))
    if kind in remote_sources():
        service: PriceSource = YahooSource(base_url=base_url)
        if kind != "yahoo":
            service = RestSource(kind, base_url=base_url)
        return SymbolHistory(StoredSource(service, store or PriceStore(), refresh))
    return _opened(kind, written, base)


def stored_prices(service: str, store: PriceStore, tickers: Sequence[str]) -> PriceTable:
    """Return what the store holds of a service's prices; nothing is asked for."""
    inner: PriceSource = YahooSource() if service == "yahoo" else RestSource(service)
    return StoredSource(inner, store).stored(list(map(current_symbol, tickers)))


def _offered(kind: str) -> EntryPoint | None:
    return next(iter(entry_points(group=ENTRY_POINTS, name=kind)), None)


def _opened(kind: str, written: str, base: Path) -> PriceSource:
    """Return a source that another package offers."""
    entry = _offered(kind)
    made = entry.load()(written, base) if entry is not None else None
    if not isinstance(made, PriceSource):
        raise SpecificationError(
            f"The package that offers {kind!r} gave {type(made).__name__}, which is no source of "
            "prices: it lacks name, simulated or fetch.",
            value=kind,
        )
    return with_symbol_history(made)


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
        joined = _joined(tickers, parts, source=table.source, simulated=table.simulated)
        return replace(joined, notices=table.notices)

    def earnings(self, tickers: Sequence[str], last: date) -> KnownEarnings:
        """Return the earnings dates that the inner source knows; nothing where it knows none."""
        if not isinstance(self.source, EarningsSource):
            return KnownEarnings()
        return self.source.earnings(tickers, last)


def known_earnings(
    written: str | None,
    source: PriceSource,
    tickers: Sequence[str],
    last: date,
    *,
    base: Path,
    store: PriceStore | None = None,
    base_url: str | None = None,
) -> KnownEarnings:
    """Return the earnings dates of companies, by the symbols they have today.

    Parameters
    ----------
    written
        As the study file writes it: the path of a file that starts from ``base``, ``yahoo``,
        ``none``, or None for those that the source of prices knows.
    last
        The last day that matters.
    store, base_url
        Where Yahoo's dates are kept and asked for beside a source that is no service, see
        `open_source`.
    """
    if (file := earnings_file(written)) is not None:
        return KnownEarnings(read_earnings(base / file))
    if written == "yahoo":
        source = open_source("yahoo", base=base, store=store, base_url=base_url)
    if written == "none" or not isinstance(source, EarningsSource):
        return KnownEarnings()
    return source.earnings(list(dict.fromkeys(map(current_symbol, tickers))), last)


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
    codes, days, failures, details, origins, currencies = [], [], {}, {}, {}, {}
    taken_as_adjusted, of_returns = [], []
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
        origins[ticker], currencies[ticker] = outcome.origin, outcome.currency
        taken_as_adjusted += [ticker] if outcome.taken_as_adjusted else []
        of_returns += [ticker] if outcome.of_returns else []
    return from_rows(
        tickers,
        np.concatenate([np.empty(0, np.int64), *codes]),
        np.concatenate([np.empty(0, "datetime64[D]"), *days]),
        {field: np.concatenate([np.empty(0), *columns]) for field, columns in values.items()},
        source=source,
        origins=origins,
        details=details,
        currencies=currencies,
        taken_as_adjusted=taken_as_adjusted,
        of_returns=of_returns,
        failures=failures,
        simulated=simulated,
    )
