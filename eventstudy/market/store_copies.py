"""Copies of the store as parquet files: to look at, to keep, to carry to another machine."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import numpy as np

from eventstudy.errors import PriceError
from eventstudy.market.prices import FIELDS
from eventstudy.market.store import Coverage, PriceStore, SymbolRows

#: Key of the parquet file's own notes, where the covered spans are kept.
_KEY = b"eventstudy coverage"
_COLUMNS = ("symbol", "source", "date", *FIELDS)


def export_store(
    store: PriceStore, path: Path, symbols: Sequence[str] | None = None
) -> tuple[Coverage, ...]:
    """Write the store, or some symbols of it, to a long parquet file; return what was written.

    The file is a price file like any other (``files:PATH``) where it holds one source only.

    Raises
    ------
    PriceError
        There is nothing to write.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    known = [c for c in store.contents() if c.rows and (symbols is None or c.symbol in symbols)]
    if not known:
        raise PriceError(f"The price store {store.path} holds none of that; nothing is written.")
    parts = [(c, store.read(c.source, c.symbol, c.first, c.last)) for c in known]
    values = np.concatenate([rows.values for _, rows in parts])
    days = np.concatenate([rows.days for _, rows in parts]).astype("datetime64[D]")
    counts = [len(rows.days) for _, rows in parts]
    table = pa.table(
        {
            "symbol": np.repeat([c.symbol for c in known], counts),
            "source": np.repeat([c.source for c in known], counts),
            "date": pa.array(days),
            **{name: pa.array(values[:, n], from_pandas=True) for n, name in enumerate(FIELDS)},
        }
    )
    spans = [
        [c.symbol, c.source, str(c.first), str(c.last), c.fetched_at.isoformat(), c.currency]
        for c in known
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    pq.write_table(table.replace_schema_metadata({_KEY: json.dumps(spans).encode()}), part)
    part.replace(path)  # whole or not at all
    return tuple(known)


def import_store(store: PriceStore, path: Path) -> tuple[Coverage, ...]:
    """Take what `export_store` wrote into a store; return what was taken.

    A symbol's span in the file joins or replaces the stored one, as newly fetched prices do.

    Raises
    ------
    PriceError
        The file is missing, no parquet, or was not written by `export_store`.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    if not path.exists():
        raise PriceError(f"There is no file {path}; check the path.", path=str(path))
    try:
        table = pq.read_table(path)
    except (OSError, pa.ArrowInvalid) as error:
        why = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise PriceError(f"{path} cannot be read as parquet: {why}", path=str(path)) from error
    notes = (table.schema.metadata or {}).get(_KEY)
    if notes is None or not set(_COLUMNS) <= set(table.column_names):
        raise PriceError(
            f"{path} was not written by `eventstudy prices export`; use it as files:{path}.",
            path=str(path),
        )
    keys = np.array([f"{a}\0{b}" for a, b in zip(table["symbol"].to_pylist(),
                     table["source"].to_pylist(), strict=True)])  # fmt: skip
    days = table["date"].to_numpy().astype("datetime64[D]").astype(np.int64)
    values = np.column_stack([table[name].to_numpy() for name in FIELDS])
    taken = []
    for symbol, source, first, last, moment, currency in json.loads(notes):
        own = keys == f"{symbol}\0{source}"
        span = date.fromisoformat(first), date.fromisoformat(last)
        at = datetime.fromisoformat(moment)
        rows = SymbolRows(days[own], values[own])
        store.write(source, symbol, rows, span, fetched_at=at, currency=currency)
        taken.append(Coverage(symbol, source, *span, at, len(rows.days), currency))
    return tuple(taken)
