"""Columns of a price or factor file: reading them, recognising them, and their dates.

A column is recognised by its name without case, blanks and punctuation. A date is never guessed:
a file in which 03/04/2024 can be read both ways is refused with the two readings.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from eventstudy.errors import PriceError

if TYPE_CHECKING:
    import pyarrow as pa

FloatArray = NDArray[np.float64]
DayArray = NDArray[np.datetime64]

CSV_SUFFIXES = (".csv", ".csv.gz", ".txt")
PARQUET_SUFFIXES = (".parquet", ".pq")

#: Names of a date column; an unnamed first column (a saved index) serves when none is named.
DATE_NAMES = (
    "date", "day", "session", "datetime", "timestamp", "tradedate", "tradingday", "caldt",
    "dlycaldt", "time",
)  # fmt: skip
INDEX_NAMES = ("", "unnamed0", "indexlevel0", "index")
_DATE_FORMS = "YYYY-MM-DD, YYYYMMDD or, where a day above 12 settles the order, DD/MM/YYYY"
_YEAR_FIRST = re.compile(r"(\d{4})([-/.]?)(\d{1,2})\2(\d{1,2})(?:[T ].*)?")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?:[T ].*)?")


def plain_name(name: str) -> str:
    """Return a column's name without case, blanks and punctuation: ``Adj Close`` → ``adjclose``."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def is_table(path: Path) -> bool:
    """Whether the file's name says CSV or parquet."""
    return path.name.lower().endswith(CSV_SUFFIXES + PARQUET_SUFFIXES)


def stem(path: Path) -> str:
    """Return the file's name without its CSV or parquet ending."""
    for suffix in sorted(CSV_SUFFIXES + PARQUET_SUFFIXES, key=len, reverse=True):
        if path.name.lower().endswith(suffix):
            return path.name[: -len(suffix)]
    return path.stem


def column_names(path: Path) -> list[str]:
    """Return the names of a file's columns without reading its rows."""
    import pyarrow as pa
    import pyarrow.parquet

    try:
        if path.name.lower().endswith(PARQUET_SUFFIXES):
            return [str(name) for name in pyarrow.parquet.read_schema(path).names]
        line = _first_line(path)
    except (OSError, pa.ArrowInvalid, UnicodeDecodeError) as error:
        raise _unreadable(path, error) from error
    if not line.strip():
        raise PriceError(f"{path} is empty or begins with an empty line.", path=str(path))
    if "\0" in line:
        raise PriceError(
            f"{path} is no CSV file in UTF-8 and no parquet file; save it as one of them.",
            path=str(path),
        )
    return next(csv.reader([line], delimiter=_delimiter(line)), [])


def read_columns(path: Path, names: Sequence[str], text: Iterable[str] = ()) -> pa.Table:
    """Return the named columns of a CSV or parquet file; those in ``text`` stay strings."""
    import pyarrow as pa
    import pyarrow.csv
    import pyarrow.parquet

    text = list(text)
    try:
        if path.name.lower().endswith(PARQUET_SUFFIXES):
            return pyarrow.parquet.read_table(path, columns=list(names), read_dictionary=text)
        return pyarrow.csv.read_csv(
            path,
            parse_options=pyarrow.csv.ParseOptions(delimiter=_delimiter(_first_line(path))),
            convert_options=pyarrow.csv.ConvertOptions(
                include_columns=list(names), column_types=dict.fromkeys(text, pa.string())
            ),
        )
    except (OSError, pa.ArrowInvalid, pa.ArrowKeyError, UnicodeDecodeError) as error:
        raise _unreadable(path, error) from error


def date_column(names: Sequence[str], path: Path, mapped: str | None = None) -> str:
    """Return the name of the date column; raise `PriceError` when there is none.

    ``mapped`` is the name that the user gave.
    """
    if mapped is not None:
        return mapped
    plain = {plain_name(name): name for name in reversed(names)}
    for known in (*DATE_NAMES, *INDEX_NAMES):
        if known in plain:
            return plain[known]
    raise PriceError(
        f"{path} has no date column; its columns are {listing(names)}: name one of them date.",
        path=str(path),
    )


def matching(
    names: Sequence[str],
    aliases: Mapping[str, Sequence[str]],
    path: Path,
    mapped: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """Return field → column for every column whose plain name is an alias of a field.

    ``mapped`` holds the columns that the user named, which go before any alias.

    Raises
    ------
    PriceError
        Two columns are aliases of one field.
    """
    found: dict[str, str] = {}
    mapped = mapped or {}
    for field, known in aliases.items():
        if field in mapped:
            found[field] = mapped[field]
            continue
        columns = [name for name in names if plain_name(name) in known]
        columns = [name for name in columns if name not in mapped.values()]
        if len(columns) > 1:
            raise PriceError(
                f"{path} has {len(columns)} columns for {field}: {listing(columns)}; keep one.",
                path=str(path),
            )
        if columns:
            found[field] = columns[0]
    return found


def check_mapped(names: Sequence[str], mapped: Mapping[str, str], path: Path) -> None:
    """Raise `PriceError` when the user named a column that the file does not have."""
    for field, column in mapped.items():
        if column not in names:
            raise PriceError(
                f"{path} has no column {column!r}, which [prices] columns names for {field}; its "
                f"columns are {listing(names)}.",
                path=str(path),
                column=column,
            )


def listing(names: Sequence[str], most: int = 8) -> str:
    """Return the first names as a list in words."""
    shown = ", ".join(repr(name) for name in names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def numbers(column: pa.ChunkedArray, name: str, path: Path) -> FloatArray:
    """Return a column as float64, NaN where it is empty; raise `PriceError` on words."""
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        values = pc.cast(column, pa.float64())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        bad = next((v for v in column.to_pylist() if not _is_number(v)), None)
        raise PriceError(
            f"Column {name!r} of {path} holds {bad!r} where a number is needed; leave a missing "
            "value empty and write decimals with a point.",
            path=str(path),
            column=name,
            value=bad,
        ) from error
    return np.asarray(values.to_numpy(), dtype=np.float64)


def days(column: pa.ChunkedArray, name: str, path: Path) -> DayArray:
    """Return a column of dates as datetime64[D].

    Moments with a zone become the date on the clock of that zone. Text is read as
    ``YYYY-MM-DD`` (with or without a time), ``YYYYMMDD``, or day and month with the year last
    when the column itself settles their order.

    Raises
    ------
    PriceError
        A value is empty or no date, or day and month can be told apart in no row.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if column.null_count:
        raise PriceError(f"Column {name!r} of {path} has rows without a date; remove them.")
    kind = column.type
    if pa.types.is_timestamp(kind):
        local = pc.local_timestamp(column) if kind.tz else column
        column = local.cast(pa.date32(), safe=False)
    elif not pa.types.is_date(kind):
        encoded = pc.cast(column, pa.string()).dictionary_encode().combine_chunks()
        texts = encoded.dictionary.to_pylist()
        read = np.array(_read_dates(texts, name, path), dtype="datetime64[D]")
        taken: DayArray = read[encoded.indices.to_numpy(zero_copy_only=False)]
        return taken
    return np.asarray(column.to_numpy()).astype("datetime64[D]")


def _read_dates(texts: Sequence[str], name: str, path: Path) -> list[date]:
    """Read the distinct texts of a date column, all in one order of day and month."""
    parts = [_YEAR_FIRST.fullmatch(text.strip()) or _YEAR_LAST.fullmatch(text.strip())
             for text in texts]  # fmt: skip
    year_last = [m for m in parts if m is not None and m.re is _YEAR_LAST]
    day_first = all(int(m[3]) <= 12 for m in year_last)
    unsettled = [m for m in year_last if int(m[1]) != int(m[3])]  # 03/03 is the same either way
    if unsettled and day_first and all(int(m[1]) <= 12 for m in unsettled):
        one = unsettled[0]
        readings = " or ".join(
            f"{one[4]}-{m:0>2}-{d:0>2}" for d, m in ((one[1], one[3]), (one[3], one[1]))
        )
        raise PriceError(
            f"Column {name!r} of {path} holds {one[0]!r}, which can be {readings}; no row settles "
            "the order of day and month: write dates as YYYY-MM-DD.",
            path=str(path),
            column=name,
            value=one[0],
        )
    order = (4, 3, 1) if day_first else (4, 1, 3)
    found = []
    for text, part in zip(texts, parts, strict=True):
        year, month, day = (1, 3, 4) if part and part.re is _YEAR_FIRST else order
        try:
            found.append(date(int(part[year]), int(part[month]), int(part[day])))  # type: ignore[index]
        except (TypeError, ValueError) as error:
            raise PriceError(
                f"Column {name!r} of {path} holds {text!r}, which is no date in the order of the "
                f"other rows; write dates as {_DATE_FORMS}.",
                path=str(path),
                column=name,
                value=text,
            ) from error
    return found


def _is_number(value: object) -> bool:
    try:
        float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return value is None
    return True


def _first_line(path: Path) -> str:
    import pyarrow as pa

    with pa.input_stream(str(path), compression="detect") as stream:
        start = bytes(stream.read(65536)).decode("utf-8-sig", "replace")
    return start.partition("\n")[0].rstrip("\r")


def _delimiter(line: str) -> str:
    return max(",;\t", key=line.count)


def _unreadable(path: Path, error: Exception) -> PriceError:
    if isinstance(error, FileNotFoundError):
        return PriceError(f"There is no file {path}; check the path.", path=str(path))
    why = str(error).splitlines()[0] if str(error) else type(error).__name__
    return PriceError(f"{path} cannot be read as CSV or parquet: {why}", path=str(path))
