"""Factor returns from tables and from the raw files of Kenneth French's data library.

Factors come in two units. The unit is declared (or fixed by the layout: French's files are in
percent), checked against the size of the numbers, and a contradiction is refused: percent factors
beside decimal returns are a classic fault that no regression complains about.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike

from eventstudy.errors import PriceError
from eventstudy.market.columns import (
    DayArray,
    FloatArray,
    column_names,
    date_column,
    days,
    listing,
    numbers,
    read_columns,
)

if TYPE_CHECKING:
    import pyarrow as pa

Units = Literal["decimal", "percent"]

#: A typical day's factor return is below 2 % and above 0.02 per cent points: the median absolute
#: value of daily factors is near 0.003 in decimals and 0.3 in percent.
_BOUNDARY = 0.03
#: A daily risk-free return above this (decimal; about 65 % a year) is a wrong unit.
_HIGHEST_RF = 0.002
_MISSING = (-99.99, -999.0)
_NUMBER = re.compile(r"[-+]?\d*\.?\d+([eE][-+]?\d+)?")
_FRENCH_ROW = re.compile(r"\s*(\d{4,8})\s*,")


@dataclass(frozen=True, eq=False)
class FactorTable:
    """Daily factor returns as decimal fractions.

    Attributes
    ----------
    sessions
        datetime64[D] of shape (T,), strictly increasing.
    names
        The F factors in lower case: ``mkt_rf``, ``smb``, …
    values
        float64 of shape (T, F), NaN where the file has none.
    rf
        Risk-free return per day, shape (T,), or None.
    origin
        The file's name, and its vintage where it says one.
    fingerprints
        SHA-256 of the bytes of each file, by its name.
    """

    sessions: DayArray
    names: tuple[str, ...]
    values: FloatArray
    rf: FloatArray | None
    origin: str
    fingerprints: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("sessions", "values", "rf"):
            array = getattr(self, name)
            if array is not None:
                array = np.array(array)
                array.flags.writeable = False
                object.__setattr__(self, name, array)

    def __repr__(self) -> str:
        span = f"{self.sessions[0]} to {self.sessions[-1]}" if len(self.sessions) else "empty"
        return f"<FactorTable: {', '.join(self.names)}, {span}, from {self.origin}>"

    def on(self, sessions: ArrayLike, names: Sequence[str]) -> FloatArray:
        """Return the named factors on the given days, shape (n, F); NaN where there is none.

        Raises
        ------
        PriceError
            A name is not in the table.
        """
        unknown = [name for name in names if name not in self.names]
        if unknown:
            raise PriceError(
                f"{self.origin} has no factor {unknown[0]!r}; it has {listing(self.names)}.",
                factor=unknown[0],
            )
        columns = np.array([self.names.index(name) for name in names], dtype=np.int64)
        return self._at(sessions, self.values[:, columns])

    def rf_on(self, sessions: ArrayLike) -> FloatArray:
        """Return the risk-free return on the given days, shape (n,); NaN where there is none."""
        if self.rf is None:
            raise PriceError(f"{self.origin} has no risk-free rate; add a column rf.")
        return self._at(sessions, self.rf)

    def _at(self, sessions: ArrayLike, values: FloatArray) -> FloatArray:
        wanted = np.asarray(sessions, dtype="datetime64[D]")
        found = np.full((len(wanted), *values.shape[1:]), np.nan)
        if len(self.sessions):
            at = np.minimum(np.searchsorted(self.sessions, wanted), len(self.sessions) - 1)
            there = self.sessions[at] == wanted
            found[there] = values[at[there]]
        return found


def read_factors(path: str | Path, units: Units | None = None) -> FactorTable:
    """Read daily factor returns.

    Parameters
    ----------
    path
        A CSV or parquet table with a date and one column per factor (``rf`` is the risk-free
        return; columns of words are left out), or a raw file of Kenneth French's library
        (CSV or zip: preamble, header that begins with a comma, rows ``YYYYMMDD,…``).
    units
        ``"decimal"`` or ``"percent"``. By default a table is decimal and French's layout percent,
        as its author defines it. Codes -99.99 and -999 are missing values.

    Raises
    ------
    PriceError
        There is no such file, it cannot be read, it is not daily, days are repeated, or the size
        of its numbers contradicts the units.
    """
    path = Path(path)
    if not path.exists():
        raise PriceError(f"There is no factor file {path}; check the path.", path=str(path))
    text = _french_text(path)
    if text is not None:
        axis, names, values, vintage = _read_french(text, path)
        units = units or "percent"
    else:
        axis, names, values = _read_table(path)
        units, vintage = units or "decimal", ""
    order = np.argsort(axis, kind="stable")
    axis, values = axis[order], values[order]
    repeated = axis[1:][axis[1:] == axis[:-1]]
    if len(repeated):
        raise PriceError(f"{path} has two rows for {repeated[0]}; keep one row per day.")
    values = np.where(np.isin(values, _MISSING), np.nan, values)
    is_rf = np.array([name == "rf" for name in names])
    _check_units(values[:, ~is_rf], units, path)
    if units == "percent":
        values = values / 100.0
    rf = values[:, is_rf][:, 0] if is_rf.any() else None
    if rf is not None and np.nanmax(np.abs(rf), initial=0.0) > _HIGHEST_RF:
        raise PriceError(
            f"The risk-free rate of {path} reaches {np.nanmax(np.abs(rf)):.2%} a day when read as "
            f"{units}; give it per day and in the unit of the factors.",
            path=str(path),
        )
    factors = tuple(name for name in names if name != "rf")
    origin = f"{path.name} ({vintage})" if vintage else path.name
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return FactorTable(axis, factors, values[:, ~is_rf], rf, origin, {path.name: digest})


def _check_units(values: FloatArray, units: Units, path: Path) -> None:
    """Refuse a unit that the size of the numbers contradicts."""
    sizes = np.abs(values[~np.isnan(values) & (values != 0)])
    if not len(sizes):
        raise PriceError(f"{path} holds no factor returns.", path=str(path))
    middle = float(np.median(sizes))
    seen: Units = "decimal" if middle < _BOUNDARY else "percent"
    if seen != units:
        raise PriceError(
            f"The factors of {path} are declared {units}, but their typical size of {middle:.3g} "
            f'a day is that of {seen} returns; write factor_units = "{seen}" or correct the file.',
            path=str(path),
            declared=units,
            typical=middle,
        )


def _read_table(path: Path) -> tuple[DayArray, list[str], FloatArray]:
    names = column_names(path)
    day = date_column(names, path)
    table = read_columns(path, names, text=[day])
    numeric = [name for name in names if name != day and _holds_numbers(table[name])]
    if not numeric:
        raise PriceError(
            f"{path} has no column of numbers beside {day!r}; its columns are {listing(names)}.",
            path=str(path),
        )
    values = np.column_stack([numbers(table[name], name, path) for name in numeric])
    return days(table[day], day, path), [_factor_name(name) for name in numeric], values


def _holds_numbers(column: pa.ChunkedArray) -> bool:
    """Whether a column is one of numbers, though a word may stand among them."""
    import pyarrow as pa

    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return any(word and _NUMBER.fullmatch(word.strip()) for word in column.to_pylist())
    return bool(
        pa.types.is_floating(kind) or pa.types.is_integer(kind) or pa.types.is_decimal(kind)
    )


def _french_text(path: Path) -> str | None:
    """Return the text of a raw file of the French library; None for any other file."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            inside = [
                name for name in archive.namelist() if name.lower().endswith((".csv", ".txt"))
            ]
            if len(inside) != 1:
                raise PriceError(
                    f"{path} holds {len(inside)} CSV files; give an archive with one, or the CSV "
                    "file itself.",
                    path=str(path),
                )
            try:
                return archive.read(inside[0]).decode("latin-1")
            except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError) as error:
                raise PriceError(
                    f"{path} is a broken archive ({error}); fetch it again.", path=str(path)
                ) from error
    if path.suffix.lower() not in (".csv", ".txt"):
        return None
    text = path.read_text(encoding="latin-1")
    return text if _french_header(text.splitlines()) is not None else None


def _french_header(lines: Sequence[str]) -> int | None:
    """Return the line of the header: it begins with a comma, and a row of numbers follows."""
    for number, line in enumerate(lines[:60]):
        if line.lstrip().startswith(","):
            follower = lines[number + 1] if number + 1 < len(lines) else ""
            return number if _FRENCH_ROW.match(follower) else None
    return None


def _read_french(text: str, path: Path) -> tuple[DayArray, list[str], FloatArray, str]:
    lines = text.splitlines()
    header = _french_header(lines)
    if header is None:
        raise PriceError(
            f"{path} is not laid out like a file of the French library: no header that begins "
            "with a comma over rows YYYYMMDD,…",
            path=str(path),
        )
    rows = []
    for line in lines[header + 1 :]:
        found = _FRENCH_ROW.match(line)
        if found is None:
            break
        if len(found[1]) != 8:
            raise PriceError(
                f"{path} has rows such as {line.strip()[:20]!r}, which are not daily; use the "
                "daily file of the library.",
                path=str(path),
            )
        rows.append(line)
    names = [_factor_name(name) for name in lines[header].split(",")[1:]]
    try:
        table = np.loadtxt(io.StringIO("\n".join(rows)), delimiter=",", ndmin=2)
        stamps = [f"{int(day):08d}" for day in table[:, 0]]
        axis = np.array([f"{d[:4]}-{d[4:6]}-{d[6:]}" for d in stamps], dtype="datetime64[D]")
    except ValueError as error:
        raise PriceError(f"A row of {path} cannot be read: {error}", path=str(path)) from error
    if table.shape[1] != len(names) + 1:
        raise PriceError(
            f"{path} names {len(names)} factors but its rows have {table.shape[1] - 1} values.",
            path=str(path),
        )
    vintage = re.search(r"(\d{6}) CRSP", " ".join(lines[:header]))
    return axis, names, table[:, 1:], f"CRSP {vintage[1]}" if vintage else ""


def _factor_name(name: str) -> str:
    """``Mkt-RF`` → ``mkt_rf``, as the models name their factors."""
    return re.sub(r"[^0-9a-z]+", "_", name.strip().lower()).strip("_")
