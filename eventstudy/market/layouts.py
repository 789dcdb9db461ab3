"""Price files of their own layout: CRSP's, yfinance's, and tables of declared returns.

Returns become a price index per security: 100 at its first day, compounded from there. A missing
return leaves the index missing on its day, so the return into and out of it is missing too.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

from eventstudy.errors import PriceError
from eventstudy.market.columns import DayArray, FloatArray, numbers

if TYPE_CHECKING:
    import pyarrow as pa

    from eventstudy.market.prices import IntArray

ReturnKind = Literal["simple", "log"]
ReturnUnits = Literal["decimal", "percent"]

#: CRSP's names, old (SIZ) and new (CIZ), by what they mean here.
CRSP_NAMES: Mapping[str, tuple[str, ...]] = {
    "permno": ("permno",),
    "return": ("ret", "dlyret"),
    "price": ("prc", "dlyprc"),
    "delisting": ("dlret",),
    "price_factor": ("cfacpr", "dlyfacprc"),
    "volume": ("vol", "dlyvol"),
}
RETURN_NAMES = (
    "return", "returns", "ret", "dailyreturn", "simplereturn", "logreturn", "totalreturn",
)  # fmt: skip
YFINANCE_NAMES: Mapping[str, str] = {
    "adjusted_close": "Adj Close", "close": "Close", "open": "Open", "high": "High", "low": "Low",
    "volume": "Volume", "dividends": "Dividends", "splits": "Stock Splits",
}  # fmt: skip
#: A loss of everything would end the index at zero, from which no return can be taken.
_LEAST = -0.999999
_CODE = re.compile(r"\s*[A-Za-z]?\s*")
INDEX_DETAIL = "an index of the file's returns, 100 on its first day"
CRSP_DETAIL = "an index of CRSP's returns, with dividends and delisting returns"
_BID_ASK = "; {n} closes are the middle of bid and ask (negative in the file)"


@dataclass(frozen=True)
class DeclaredReturns:
    """What the study file says of a file's returns; either may be unsaid (None)."""

    kind: ReturnKind | None = None
    units: ReturnUnits | None = None

    def decimal(self, values: FloatArray, what: str, path: Path) -> FloatArray:
        """Return simple decimal returns; raise `PriceError` that asks when kind or unit is unsaid.

        A unit that the size of the numbers contradicts is refused.
        """
        sizes = np.abs(values[np.isfinite(values) & (values != 0)])
        middle = float(np.median(sizes)) if len(sizes) else 0.0
        likely: ReturnUnits = "percent" if middle > 0.1 else "decimal"
        if self.kind is None or self.units is None:
            raise PriceError(
                f"{what} of {path} holds returns (typically {middle:.3g} a day, which looks like "
                f'{likely}); say under [prices] file_returns = "simple" or "log", and file_units = '
                '"decimal" or "percent".',
                path=str(path),
                typical=middle,
            )
        if len(sizes) > 20 and self.units != likely:
            raise PriceError(
                f"{what} of {path} is declared {self.units}, but its typical size of {middle:.3g} "
                f"a day is that of {likely} returns; correct file_units or the file.",
                path=str(path),
                typical=middle,
            )
        decimal = values / 100.0 if self.units == "percent" else values
        return np.expm1(decimal) if self.kind == "log" else decimal


def looks_like_returns(values: FloatArray) -> bool:
    """Whether a table of "prices" has too many values below zero to be one."""
    there = values[np.isfinite(values)]
    return len(there) > 0 and float((there < 0).mean()) > 0.1


def price_index(codes: IntArray, days: DayArray, returns: FloatArray) -> FloatArray:
    """Compound simple returns to an index per security, shape (n,), in the order of the rows."""
    index = np.full(len(returns), np.nan)
    order = np.lexsort((days, codes))
    starts = np.flatnonzero(np.diff(codes[order], prepend=-1))
    for rows in np.split(order, starts[1:]) if len(order) else []:
        own = returns[rows]
        growth = np.where(np.isnan(own), 1.0, 1.0 + np.maximum(own, _LEAST))
        growth[0] = 1.0  # the day before the first is not there
        level = 100.0 * np.cumprod(growth)
        missing = np.isnan(own)
        missing[0] = False
        index[rows] = np.where(missing, np.nan, level)
    return index


def crsp_fields(
    table: pa.Table, columns: Mapping[str, str], codes: IntArray, days: DayArray, path: Path
) -> tuple[dict[str, FloatArray], str]:
    """Return the price fields of CRSP rows, and what must be said of them.

    The delisting return is compounded with the day's own return, if any. A negative price is the
    middle of bid and ask: its size is used. Letters in place of a return are missing values.
    """
    own = _with_codes(table[columns["return"]], columns["return"], path)
    if "delisting" in columns:
        last = _with_codes(table[columns["delisting"]], columns["delisting"], path)
        both = (1 + np.nan_to_num(own)) * (1 + np.nan_to_num(last)) - 1
        own = np.where(np.isnan(own) & np.isnan(last), np.nan, both)
    fields = {"adjusted_close": price_index(codes, days, own)}
    detail = CRSP_DETAIL
    if "price" in columns:
        price = numbers(table[columns["price"]], columns["price"], path)
        middle = int((price < 0).sum())
        detail += _BID_ASK.format(n=middle) if middle else ""
        close = np.where(price == 0, np.nan, np.abs(price))
        if "price_factor" in columns:
            factor = numbers(table[columns["price_factor"]], columns["price_factor"], path)
            close = close / np.where(factor > 0, factor, np.nan)
        fields["close"] = close
    if "volume" in columns:
        volume = numbers(table[columns["volume"]], columns["volume"], path)
        fields["volume"] = np.where(volume < 0, np.nan, volume)
    return fields, detail


def _with_codes(column: pa.ChunkedArray, name: str, path: Path) -> FloatArray:
    """Read numbers among which single letters stand for missing values, as CRSP writes them."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        letters = pc.match_substring_regex(column, f"^{_CODE.pattern}$")
        column = pc.if_else(letters, pa.scalar(None, column.type), column)
    values = numbers(column, name, path)
    return np.where(values < -1, np.nan, values)  # -66.0, -77.0, …: more missing codes


def is_yfinance(path: Path, names: Sequence[str]) -> bool:
    """Whether a CSV file is a table that yfinance saved: lines Price, Ticker and Date on top."""
    if not path.name.lower().endswith(".csv") or not names or names[0] != "Price":
        return False
    with path.open(encoding="utf-8-sig") as lines:
        next(lines)
        return next(lines, "").startswith("Ticker,")


def read_yfinance(
    path: Path,
) -> tuple[list[str], IntArray, DayArray, dict[str, FloatArray]]:
    """Return tickers, and code, day and fields of every row of a table that yfinance saved."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    fields, symbols, body = rows[0][1:], rows[1][1:], [row for row in rows[3:] if row]
    try:
        axis = np.array([row[0][:10] for row in body], dtype="datetime64[D]")
        values = np.array(
            [[float(cell) if cell else np.nan for cell in row[1:]] for row in body], dtype=float
        ).reshape(len(body), len(fields))
    except ValueError as error:
        raise PriceError(f"A row of {path} cannot be read: {error}", path=str(path)) from error
    tickers = list(dict.fromkeys(symbols))
    known = {name: field for field, name in YFINANCE_NAMES.items()}
    found = {}
    for name in dict.fromkeys(fields):
        if name in known:
            columns = {s: n for n, (f, s) in enumerate(zip(fields, symbols, strict=True))
                       if f == name}  # fmt: skip
            nothing = np.full(len(axis), np.nan)
            found[known[name]] = np.concatenate(
                [values[:, columns[t]] if t in columns else nothing for t in tickers]
            )
    codes = np.repeat(np.arange(len(tickers)), len(axis))
    there = np.concatenate([np.empty(0), *found.values()]).reshape(len(found), -1)
    priced = ~np.isnan(there).all(axis=0)
    days = np.tile(axis, len(tickers))
    return tickers, codes[priced], days[priced], {f: v[priced] for f, v in found.items()}
