"""CSV and parquet files as a source of prices: long or wide, one file or a folder of files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from eventstudy.errors import PriceError
from eventstudy.market.columns import (
    DayArray,
    FloatArray,
    check_mapped,
    column_names,
    date_column,
    days,
    is_table,
    listing,
    matching,
    numbers,
    plain_name,
    read_columns,
    stem,
)
from eventstudy.market.layouts import (
    CRSP_DETAIL,
    CRSP_NAMES,
    INDEX_DETAIL,
    RETURN_NAMES,
    DeclaredReturns,
    crsp_fields,
    is_yfinance,
    looks_like_returns,
    price_index,
    read_yfinance,
)
from eventstudy.market.prices import IntArray, PriceTable, Progress, TickerOutcome, from_rows

if TYPE_CHECKING:
    import pyarrow as pa

TICKER_NAMES = ("ticker", "symbol", "sym", "tic")
CURRENCY_NAMES = ("currency", "ccy", "curr")
PRICE_NAMES: Mapping[str, Sequence[str]] = {
    "adjusted_close": (
        "adjclose", "adjustedclose", "closeadj", "closeadjusted", "adjprice", "adjustedprice",
    ),
    "close": ("close", "closeprice", "closingprice", "price", "last"),
    "open": ("open", "openprice"),
    "high": ("high", "highprice"),
    "low": ("low", "lowprice"),
    "volume": ("volume", "vol"),
    "dividends": ("dividend", "dividends"),
    "splits": ("split", "splits", "stocksplits", "splitratio"),
}  # fmt: skip
_CLOSE_AS_ADJUSTED = (
    "the file has no adjusted close: its close is taken as adjusted, so returns lack dividends "
    "unless it is"
)
_WIDE_AS_ADJUSTED = "the file does not say what its prices are: they are taken as adjusted closes"


@dataclass(frozen=True)
class FileSource:
    """Prices from a CSV or parquet file, or from a folder with one such file per ticker.

    Layouts, told apart by the columns' names (without case, blanks and punctuation):

    - *long*: a date, a ticker, and prices (``adj_close``, ``close``, ``open``, …);
    - *one ticker*: a date and prices; the file's name is the ticker;
    - *wide*: a date and one column per ticker.

    Recognised besides: Stooq's files (``<TICKER>,<PER>,<DATE>,…``; the ending ``.US`` falls
    away), CRSP's (``PERMNO``, ``RET``, ``PRC``, delisting returns), Yahoo's exports and the tables
    that yfinance saves (three lines of header), and files of returns whose kind is declared.

    Parameters
    ----------
    path
        The file or folder.
    written
        The path as the study file writes it, for the source's name; ``path`` when empty.
    columns
        Column of the file by what it holds: ``date``, ``ticker``, ``return`` or one of `FIELDS`.
    returns
        Kind and units of a file that holds returns.
    """

    path: Path
    written: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    returns: DeclaredReturns = field(default_factory=DeclaredReturns)

    @property
    def name(self) -> str:
        """``files:PATH``."""
        return f"files:{self.written or self.path}"

    @property
    def simulated(self) -> bool:
        """Files hold what their author says they hold: False."""
        return False

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
        PriceError
            There is no such file, its columns or dates cannot be read, or the folder holds no
            table. Within a folder, a file that cannot be read is a ``malformed`` outcome.
        """
        return _read(self, list(dict.fromkeys(tickers)), (start, end), progress)


def read_prices(path: str | Path) -> PriceTable:
    """Return every ticker and day of a price file or folder; see `FileSource` for the layouts."""
    return _read(FileSource(Path(path)), None, None, None)


@dataclass(frozen=True, eq=False)
class _Rows:
    """Rows of one file: ``codes`` point into ``tickers``."""

    tickers: list[str]
    codes: IntArray
    days: DayArray
    fields: dict[str, FloatArray]
    detail: str
    currencies: dict[str, str] = field(default_factory=dict)


def _read(
    source: FileSource,
    tickers: list[str] | None,
    span: tuple[date, date] | None,
    progress: Progress | None,
) -> PriceTable:
    path = source.path
    if not path.exists():
        raise PriceError(f"There is no price file or folder {path}; check the path.", path=path)
    parts: list[_Rows] = []
    failures: dict[str, TickerOutcome] = {}
    origins: dict[str, str] = {}
    if path.is_dir():
        found = _files_of(path)
        tickers = list(found) if tickers is None else tickers
        for done, ticker in enumerate(tickers):
            files = found.get(ticker.upper(), [])
            if len(files) > 1:
                names = ", ".join(file.name for file in files)
                failures[ticker] = TickerOutcome(
                    ticker, "malformed", origin=path.name, detail=f"two files: {names}; keep one"
                )
            elif files:
                origins[ticker] = files[0].name
                try:
                    parts.append(_read_file(source, files[0], [ticker], ticker))
                except PriceError as error:
                    failures[ticker] = TickerOutcome(
                        ticker, "malformed", origin=files[0].name, detail=str(error)
                    )
            if progress:
                progress(done + 1, len(tickers), ticker)
    else:
        parts.append(_read_file(source, path, tickers, own_ticker(path)))
        tickers = parts[0].tickers if tickers is None else tickers
        origins = dict.fromkeys(tickers, path.name)
    return _join(parts, tickers, span, source.name, origins, failures)


def _join(
    parts: list[_Rows],
    tickers: list[str],
    span: tuple[date, date] | None,
    name: str,
    origins: dict[str, str],
    failures: dict[str, TickerOutcome],
) -> PriceTable:
    """Put the rows of several files on one axis."""
    place = {ticker: j for j, ticker in enumerate(tickers)}
    names = [field for field in PRICE_NAMES if any(field in part.fields for part in parts)]
    codes = [np.array([place[t] for t in part.tickers], dtype=np.int64)[part.codes]
             for part in parts]  # fmt: skip
    at = np.concatenate([np.empty(0, np.int64), *codes])
    day = np.concatenate([np.empty(0, "datetime64[D]"), *(part.days for part in parts)])
    fields = {
        field: np.concatenate(
            [part.fields.get(field, np.full(len(part.days), np.nan)) for part in parts]
        )
        for field in names
    } or {"adjusted_close": np.empty(0)}
    details = {ticker: part.detail for part in parts for ticker in part.tickers}
    currencies = {t: unit for part in parts for t, unit in part.currencies.items()}
    indexed = [t for t, said in details.items() if said.startswith((CRSP_DETAIL, INDEX_DETAIL))]
    guessed = [t for t, said in details.items() if said in (_CLOSE_AS_ADJUSTED, _WIDE_AS_ADJUSTED)]
    if span is not None:
        inside = (day >= np.datetime64(span[0])) & (day <= np.datetime64(span[1]))
        at, day = at[inside], day[inside]
        fields = {field: values[inside] for field, values in fields.items()}
    return from_rows(
        tickers, at, day, fields,
        source=name, origins=origins, details=details, currencies=currencies,
        taken_as_adjusted=guessed, of_returns=indexed, failures=failures,
    )  # fmt: skip


def _files_of(folder: Path) -> dict[str, list[Path]]:
    """Return the tables of a folder by ticker, which is the file's name in capitals."""
    found: dict[str, list[Path]] = {}
    for file in sorted(folder.iterdir(), key=lambda file: file.name.upper()):
        if is_table(file):
            found.setdefault(own_ticker(file).upper(), []).append(file)
    if not found:
        raise PriceError(
            f"The folder {folder} holds no CSV or parquet file; put one per ticker into it, "
            "such as AAPL.csv.",
            path=str(folder),
        )
    return found


def own_ticker(path: Path) -> str:
    """Return the ticker that a file's name says: ``AAPL.csv``, or Stooq's ``aapl.us.txt``."""
    return _plain_ticker(stem(path))


def _plain_ticker(text: str) -> str:
    """Return a ticker without Stooq's ending for American securities."""
    return text[:-3] if text.lower().endswith(".us") else text


def _read_file(source: FileSource, path: Path, tickers: list[str] | None, own: str) -> _Rows:
    """Read one file; ``own`` is the ticker of its rows when no column says."""
    names = column_names(path)
    if is_yfinance(path, names):
        return _keep(read_yfinance(path), tickers)
    mapped = source.columns
    check_mapped(names, mapped, path)
    day = date_column(names, path, mapped.get("date"))
    fields = matching(names, PRICE_NAMES, path, mapped)
    crsp = matching(names, CRSP_NAMES, path)
    is_crsp = {"permno", "return"} <= crsp.keys() and not mapped
    returns = matching(names, {"return": RETURN_NAMES}, path, mapped).get("return")
    ticker = matching(names, {"ticker": TICKER_NAMES}, path, mapped).get("ticker")
    ticker = ticker or (crsp["permno"] if is_crsp else None)
    priced = bool({"adjusted_close", "close"} & fields.keys())
    if not (priced or is_crsp or returns):
        if ticker is not None:
            raise PriceError(
                f"{path} has no column of closing prices; its columns are {listing(names)}: name "
                "one of them adj_close, or say under [prices] columns which it is.",
                path=str(path),
            )
        return _read_wide(source, path, names, day, tickers)
    used = crsp if is_crsp else fields if priced or returns is None else {"return": returns}
    currency = matching(names, {"currency": CURRENCY_NAMES}, path).get("currency")
    text = [name for name in (ticker, currency) if name is not None]
    wanted = list(dict.fromkeys([day, *text, *used.values()]))
    table = read_columns(path, wanted, text=[day, *text])
    if ticker is None:
        kept = [own] if tickers is None else [t for t in tickers if t.upper() == own.upper()]
        table = table if kept else table.slice(0, 0)
        codes = np.zeros(len(table), dtype=np.int64)
    else:
        table, kept, codes = _pick(table, ticker, tickers)
    currencies = {} if currency is None else _currencies(table, currency, codes, kept, path)
    axis = days(table[day], day, path)
    if is_crsp:
        values, detail = crsp_fields(table, crsp, codes, axis, path)
        return _Rows(kept, codes, axis, values, detail, currencies)
    values = {name: numbers(table[column], column, path) for name, column in used.items()}
    if "return" in values:
        simple = source.returns.decimal(values["return"], f"Column {returns!r}", path)
        return _Rows(kept, codes, axis, {"adjusted_close": price_index(codes, axis, simple)},
                     INDEX_DETAIL, currencies)  # fmt: skip
    detail = "" if "adjusted_close" in values else _CLOSE_AS_ADJUSTED
    values.setdefault("adjusted_close", values.get("close", np.empty(0)))
    return _Rows(kept, codes, axis, values, detail, currencies)


def _keep(found: tuple[list[str], IntArray, DayArray, dict[str, FloatArray]],
          tickers: list[str] | None) -> _Rows:  # fmt: skip
    """Keep the rows of the tickers asked for."""
    names, codes, axis, values = found
    kept = names if tickers is None else [t for t in tickers if t.upper() in names]
    code_of = np.full(len(names), -1, dtype=np.int64)
    for n, ticker in enumerate(kept):
        code_of[names.index(ticker.upper() if tickers is not None else ticker)] = n
    inside = code_of[codes] >= 0
    fields = {name: column[inside] for name, column in values.items()}
    detail = "" if "adjusted_close" in fields else _CLOSE_AS_ADJUSTED
    fields.setdefault("adjusted_close", fields.get("close", np.empty(0)))
    return _Rows(kept, code_of[codes][inside], axis[inside], fields, detail)


def _currencies(
    table: pa.Table, column: str, codes: IntArray, kept: list[str], path: Path
) -> dict[str, str]:
    """Return each ticker's currency; refuse a ticker whose rows are in two."""
    words = np.array([str(word or "").strip() for word in table[column].to_pylist()], dtype=object)
    currencies = {}
    for n, ticker in enumerate(kept):
        found = sorted(set(words[codes == n]) - {""})
        if len(found) > 1:
            raise PriceError(
                f"{path} has prices of {ticker} in {' and '.join(found)}; keep one currency.",
                path=str(path),
                ticker=ticker,
            )
        currencies[ticker] = found[0] if found else ""
    return currencies


def _pick(
    table: pa.Table, column: str, tickers: list[str] | None
) -> tuple[pa.Table, list[str], IntArray]:
    """Keep the rows of the tickers asked for; case and outer blanks do not matter."""
    import pyarrow as pa

    encoded = table[column].combine_chunks()
    if not pa.types.is_dictionary(encoded.type):
        encoded = encoded.dictionary_encode()
    spelled = [
        "" if text is None else _plain_ticker(str(text).strip())
        for text in encoded.dictionary.to_pylist()
    ]
    kept = list(dict.fromkeys(filter(None, spelled))) if tickers is None else tickers
    place = {ticker.upper(): j for j, ticker in enumerate(kept)}
    code_of = np.array([place.get(text.upper(), -1) for text in spelled] + [-1], dtype=np.int64)
    codes = code_of[encoded.indices.fill_null(len(spelled)).to_numpy(zero_copy_only=False)]
    wanted = codes >= 0
    return table.filter(pa.array(wanted)), kept, codes[wanted]


def _read_wide(
    source: FileSource, path: Path, names: list[str], day: str, tickers: list[str] | None
) -> _Rows:
    """Read a table with one column per ticker."""
    column_of = {name.strip().upper(): name for name in names if name != day and plain_name(name)}
    if tickers is None:
        kept = [name.strip() for name in column_of.values()]
    else:
        kept = [ticker for ticker in tickers if ticker.upper() in column_of]
    columns = [column_of[ticker.upper()] for ticker in kept]
    table = read_columns(path, [day, *columns], text=[day])
    prices = [numbers(table[column], column, path) for column in columns]
    axis = days(table[day], day, path)
    codes = np.repeat(np.arange(len(kept)), len(axis))
    each = np.tile(axis, len(kept))
    values = np.concatenate([np.empty(0), *prices])
    detail = _WIDE_AS_ADJUSTED
    if source.returns.kind is not None or looks_like_returns(values):
        simple = source.returns.decimal(values, "The table", path)
        values, detail = price_index(codes, each, simple), INDEX_DETAIL
    return _Rows(kept, codes, each, {"adjusted_close": values}, detail)
