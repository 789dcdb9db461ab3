"""A store to parquet and back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

from eventstudy.errors import PriceError
from eventstudy.market.files import read_prices
from eventstudy.market.prices import FIELDS
from eventstudy.market.store import PriceStore, SymbolRows
from eventstudy.market.store_copies import export_store, import_store

SPAN = date(2023, 12, 28), date(2024, 1, 9)


def filled(path: Path) -> PriceStore:
    store = PriceStore(path, lambda: datetime(2024, 3, 1, tzinfo=UTC))
    days = np.arange("2023-12-28", "2024-01-08", dtype="datetime64[D]").astype(np.int64)
    for n, symbol in enumerate(("A", "B")):
        values = np.arange(len(days) * len(FIELDS), dtype=float).reshape(len(days), -1) + n + 1
        values[3, 2] = np.nan
        store.write("yahoo", symbol, SymbolRows(days, values), SPAN)
    return store


def test_a_copy_holds_rows_spans_and_moments(tmp_path: Path) -> None:
    store, copy = filled(tmp_path / "a.sqlite"), tmp_path / "deep" / "copy.parquet"
    assert [c.symbol for c in export_store(store, copy)] == ["A", "B"]
    later = PriceStore(tmp_path / "b.sqlite", lambda: datetime(2025, 1, 1, tzinfo=UTC))
    assert [c.rows for c in import_store(later, copy)] == [11, 11]
    assert later.contents() == store.contents()
    for symbol in ("A", "B"):
        ours, theirs = (s.read("yahoo", symbol, *SPAN) for s in (store, later))
        np.testing.assert_array_equal(ours.days, theirs.days)
        np.testing.assert_array_equal(ours.values, theirs.values)
    assert not list(copy.parent.glob("*.part"))


def test_a_copy_is_a_price_file_too(tmp_path: Path) -> None:
    store, copy = filled(tmp_path / "a.sqlite"), tmp_path / "copy.parquet"
    export_store(store, copy, ["B"])
    table = read_prices(copy)
    assert table.tickers == ("B",)
    np.testing.assert_array_equal(
        table.adjusted_close[:, 0], store.read("yahoo", "B", *SPAN).values[:, 0]
    )


def test_what_is_no_copy_is_refused(tmp_path: Path) -> None:
    store, other = filled(tmp_path / "a.sqlite"), tmp_path / "other.parquet"
    with pytest.raises(PriceError, match=r"There is no file .*other\.parquet"):
        import_store(store, other)
    export_store(store, other)
    import pyarrow.parquet as pq

    pq.write_table(pq.read_table(other).replace_schema_metadata(None), other)
    with pytest.raises(PriceError, match="was not written by `eventstudy prices export`"):
        import_store(store, other)
    with pytest.raises(PriceError, match="holds none of that"):
        export_store(store, other, ["NOPE"])
