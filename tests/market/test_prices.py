"""Rows to matrices, and the parts of a table."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventstudy.errors import PriceError
from eventstudy.market.prices import (
    InMemorySource,
    PriceSource,
    PriceTable,
    TickerOutcome,
    from_rows,
    select,
)


def days(*texts: str) -> np.ndarray[tuple[int], np.dtype[np.datetime64]]:
    return np.array(texts, dtype="datetime64[D]")


@pytest.fixture
def table() -> PriceTable:
    return from_rows(
        ["B", "A", "TWICE", "NONE", "DOWN"],
        np.array([1, 0, 1, 2, 2, 1]),
        days("2024-01-03", "2024-01-02", "2024-01-02", "2024-01-02", "2024-01-02", "2024-01-04"),
        {
            "adjusted_close": np.array([2.0, 5, 1, 7, 8, np.nan]),
            "dividends": np.array([np.nan, np.nan, 0.5, 0, 0, 0]),
        },
        source="here",
        details={"A": "a remark"},
        failures={"DOWN": TickerOutcome("DOWN", "unavailable", detail="time-out")},
    )


def test_rows_in_any_order_become_matrices(table: PriceTable) -> None:
    assert table.tickers == ("B", "A")
    np.testing.assert_array_equal(table.sessions, days("2024-01-02", "2024-01-03", "2024-01-04"))
    np.testing.assert_array_equal(table.adjusted_close, [[5, 1], [np.nan, 2], [np.nan, np.nan]])
    assert table.dividends is not None
    np.testing.assert_array_equal(table.dividends, [[0, 0.5], [0, 0], [0, 0]])
    assert table.close is None


def test_every_ticker_asked_for_has_one_outcome(table: PriceTable) -> None:
    assert list(table.outcomes) == ["B", "A", "TWICE", "NONE", "DOWN"]
    assert table.outcomes["A"] == TickerOutcome(
        "A", "rows", 2, date(2024, 1, 2), date(2024, 1, 3), "here", "a remark"
    )
    assert table.outcomes["TWICE"].detail == "2 rows for 2024-01-02 that differ; keep one per day"
    assert table.outcomes["NONE"].status == "missing_symbol"
    assert table.outcomes["DOWN"].status == "unavailable"


def test_rows_that_repeat_each_other_are_read_once_with_a_remark() -> None:
    repeated = from_rows(
        ["A", "B"],
        np.array([0, 0, 0, 0, 1, 1]),
        days(*["2024-01-02", "2024-01-03"] * 2, "2024-01-02", "2024-01-02"),
        {
            "adjusted_close": np.array([1.0, 2, 1, 2, 5, 5]),
            "volume": np.array([np.nan, 7, np.nan, 7, 100, 101]),
        },
        source="here",
        details={"A": "a remark", "B": "another"},
    )
    assert repeated.tickers == ("A",)
    assert repeated.adjusted_close[:, 0].tolist() == [1.0, 2.0]
    assert repeated.outcomes["A"].rows == 2
    assert repeated.outcomes["A"].detail == (
        "2 days are listed twice with equal rows, read once (first 2024-01-02); a remark"
    )
    assert repeated.outcomes["B"].status == "malformed"  # volumes that differ, too


def test_currency_and_guessed_adjustment_stay_with_the_ticker() -> None:
    made = from_rows(
        ["A", "B"],
        np.array([0, 1]),
        days("2024-01-02", "2024-01-02"),
        {"adjusted_close": np.array([1.0, 2.0])},
        source="here",
        currencies={"A": "HKD"},
        taken_as_adjusted=["B"],
    )
    part = select(made, ["B", "A"], date(2024, 1, 1), date(2024, 1, 3))
    assert [part.outcomes[t].currency for t in "AB"] == ["HKD", ""]
    assert [part.outcomes[t].taken_as_adjusted for t in "AB"] == [False, True]


def test_no_rows_at_all_is_an_empty_table() -> None:
    none = np.empty(0)
    empty = from_rows(["A"], none.astype(int), days(), {"adjusted_close": none}, source="here")
    assert (empty.tickers, len(empty.sessions)) == ((), 0)
    assert empty.outcomes["A"].status == "missing_symbol"


def test_select_keeps_order_span_and_outcomes(table: PriceTable) -> None:
    part = select(table, ["A", "NONE", "A"], date(2024, 1, 3), date(2024, 1, 4))
    assert part.tickers == ("A",)
    assert part.adjusted_close.tolist() == [[2.0]]
    assert part.outcomes["A"].rows == 1
    assert part.outcomes["A"].detail == "a remark"
    assert part.outcomes["NONE"].status == "missing_symbol"
    source = InMemorySource(table)
    assert isinstance(source, PriceSource)
    assert source.fetch(["B"], date(2024, 1, 1), date(2024, 2, 1)).adjusted_close.tolist() == [[5]]


def test_a_table_is_checked_and_read_only(table: PriceTable) -> None:
    with pytest.raises(ValueError, match="read-only"):
        table.adjusted_close[0, 0] = 1
    with pytest.raises(PriceError, match="no ticker 'NONE'"):
        table.column("NONE")
    with pytest.raises(PriceError, match="strictly increasing"):
        PriceTable(days("2024-01-03", "2024-01-02"), ("A",), np.ones((2, 1)))
    with pytest.raises(PriceError, match=r"shape \(1, 2\), not \(1, 1\)"):
        PriceTable(days("2024-01-03"), ("A",), np.ones((1, 2)))


@given(
    cells=st.dictionaries(
        st.tuples(st.integers(0, 3), st.integers(0, 30)), st.floats(0.01, 1e6), max_size=40
    )
)
@settings(deadline=None, max_examples=50)
def test_from_rows_equals_filling_cell_by_cell(cells: dict[tuple[int, int], float]) -> None:
    start = np.datetime64("2024-01-01")
    made = from_rows(
        ["A", "B", "C", "D"],
        np.array([ticker for ticker, _ in cells], dtype=np.int64),
        start + np.array([day for _, day in cells], dtype="timedelta64[D]"),
        {"adjusted_close": np.array(list(cells.values()), dtype=float)},
        source="here",
    )
    found = {
        ("ABCD".index(ticker), int((session - start).astype(int))): float(value)
        for session, row in zip(made.sessions, made.adjusted_close, strict=True)
        for ticker, value in zip(made.tickers, row, strict=True)
        if not np.isnan(value)
    }
    assert found == cells
