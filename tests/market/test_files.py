"""Layouts, spellings and traps of price files."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eventstudy.errors import PriceError
from eventstudy.market.files import FileSource, read_prices
from eventstudy.market.prices import PriceSource

FROM, TO = date(2000, 1, 1), date(2030, 1, 1)


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


LONG = """Date,Ticker,Open,High,Low,Close,Adj Close,Volume
2024-01-03,AAPL,9,11,8,10.5,10,100
2024-01-02,AAPL,9,10,8,9.5,9,90
2024-01-02, msft ,20,21,19,20.5,20,
"""


def test_long_file_with_every_field(tmp_path: Path) -> None:
    source = FileSource(write(tmp_path / "prices.csv", LONG))
    assert isinstance(source, PriceSource)
    table = source.fetch(["MSFT", "AAPL", "NOPE"], FROM, TO)
    assert table.tickers == ("MSFT", "AAPL")
    assert table.sessions.astype(str).tolist() == ["2024-01-02", "2024-01-03"]
    np.testing.assert_array_equal(table.adjusted_close, [[20, 9], [np.nan, 10]])
    assert table.close is not None
    np.testing.assert_array_equal(table.close, [[20.5, 9.5], [np.nan, 10.5]])
    assert table.volume is not None
    np.testing.assert_array_equal(table.volume, [[np.nan, 90], [np.nan, 100]])
    assert table.dividends is None
    assert table.outcomes["AAPL"].rows == 2
    assert (table.outcomes["AAPL"].first, table.outcomes["AAPL"].last) == (
        date(2024, 1, 2),
        date(2024, 1, 3),
    )
    assert table.outcomes["AAPL"].origin == "prices.csv"
    assert table.outcomes["NOPE"].status == "missing_symbol"
    assert not table.simulated


def test_both_ends_of_the_span_are_inclusive(tmp_path: Path) -> None:
    source = FileSource(write(tmp_path / "prices.csv", LONG), written="prices.csv")
    assert source.name == "files:prices.csv"
    assert len(source.fetch(["AAPL"], date(2024, 1, 2), date(2024, 1, 3)).sessions) == 2
    assert len(source.fetch(["AAPL"], date(2024, 1, 3), date(2024, 1, 3)).sessions) == 1
    late = source.fetch(["AAPL"], date(2025, 1, 3), date(2025, 1, 3))
    assert late.outcomes["AAPL"].status == "missing_symbol"


@pytest.mark.parametrize("name", ["Adj Close", "adj_close", "ADJUSTED_CLOSE", "AdjClose"])
def test_the_adjusted_close_has_many_names(tmp_path: Path, name: str) -> None:
    path = write(tmp_path / "p.csv", f"date,symbol,{name}\n2024-01-02,A,5\n")
    assert read_prices(path).adjusted_close.tolist() == [[5.0]]


def test_a_close_alone_is_taken_as_adjusted_and_said(tmp_path: Path) -> None:
    table = read_prices(write(tmp_path / "p.csv", "date,ticker,close\n2024-01-02,A,5\n"))
    assert table.adjusted_close.tolist() == [[5.0]]
    assert "close is taken as adjusted" in table.outcomes["A"].detail


def test_wide_tables_may_hold_tickers_that_read_like_fields(tmp_path: Path) -> None:
    path = write(tmp_path / "wide.csv", ",LOW,OPEN,NA\n2024-01-02,1,2,3\n2024-01-03,,2.5,3.5\n")
    table = read_prices(path)
    assert table.tickers == ("LOW", "OPEN", "NA")
    np.testing.assert_array_equal(table.adjusted_close, [[1, 2, 3], [np.nan, 2.5, 3.5]])
    assert "taken as adjusted" in table.outcomes["LOW"].detail
    assert FileSource(path).fetch(["open"], FROM, TO).tickers == ("open",)


def test_a_long_file_may_hold_a_ticker_called_na(tmp_path: Path) -> None:
    table = read_prices(write(tmp_path / "p.csv", "date,ticker,close\n2024-01-02,NA,5\n"))
    assert table.tickers == ("NA",)


def test_a_folder_holds_one_file_per_ticker(tmp_path: Path) -> None:
    write(tmp_path / "aapl.csv", "Date,Close,Adj Close\n2024-01-02,2,1\n")
    write(tmp_path / "BRK.B.csv", "Date,Close\n2024-01-03,3\n")
    write(tmp_path / "BAD.csv", "Date,Close\n2024-01-03,three\n")
    write(tmp_path / "TWO.csv", "Date,Close\n2024-01-03,3\n")
    write(tmp_path / "TWO.txt", "Date,Close\n2024-01-03,3\n")
    write(tmp_path / "README.md", "not a table")
    steps: list[tuple[int, int, str]] = []
    table = FileSource(tmp_path).fetch(
        ["AAPL", "BRK.B", "BAD", "TWO", "NOPE"], FROM, TO, lambda *step: steps.append(step)
    )
    assert table.tickers == ("AAPL", "BRK.B")
    np.testing.assert_array_equal(table.adjusted_close, [[1, np.nan], [np.nan, 3]])
    statuses = {ticker: outcome.status for ticker, outcome in table.outcomes.items()}
    assert statuses == {
        "AAPL": "rows",
        "BRK.B": "rows",
        "BAD": "malformed",
        "TWO": "malformed",
        "NOPE": "missing_symbol",
    }
    assert "'three' where a number is needed" in table.outcomes["BAD"].detail
    assert "two files: TWO.csv, TWO.txt" in table.outcomes["TWO"].detail
    assert table.outcomes["BRK.B"].origin == "BRK.B.csv"
    assert steps[-1] == (5, 5, "NOPE")
    assert read_prices(tmp_path).tickers == ("AAPL", "BRK.B")


def test_a_day_given_twice_is_malformed_not_chosen(tmp_path: Path) -> None:
    rows = "2024-01-02,A,5\n2024-01-02,A,6\n2024-01-02,B,7\n"
    table = read_prices(write(tmp_path / "p.csv", "date,ticker,close\n" + rows))
    assert table.tickers == ("B",)
    assert table.outcomes["A"].status == "malformed"
    assert table.outcomes["A"].detail == "2 rows for 2024-01-02 that differ; keep one per day"


def test_a_row_pasted_twice_is_read_once(tmp_path: Path) -> None:
    rows = "2024-01-02,A,5,\n2024-01-03,A,6,9\n2024-01-02,A,5,\n"
    table = read_prices(write(tmp_path / "p.csv", "date,ticker,adj_close,volume\n" + rows))
    assert table.adjusted_close[:, 0].tolist() == [5.0, 6.0]
    assert table.outcomes["A"].detail.startswith("1 day is listed twice with equal rows, read once")


def test_currency_and_unsaid_adjustment_are_kept(tmp_path: Path) -> None:
    text = "date,ticker,close,currency\n2024-01-02,A,9,HKD\n2024-01-02,B,70,\n"
    outcomes = read_prices(write(tmp_path / "p.csv", text)).outcomes
    assert [outcomes[t].currency for t in "AB"] == ["HKD", ""]
    assert outcomes["A"].taken_as_adjusted
    wide = read_prices(write(tmp_path / "w.csv", "date,A\n2024-01-02,9\n"))
    assert wide.outcomes["A"].taken_as_adjusted
    said = read_prices(write(tmp_path / "s.csv", "date,ticker,adj_close\n2024-01-02,A,9\n"))
    assert not said.outcomes["A"].taken_as_adjusted


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (["2024-03-04", "2024-03-05"], "2024-03-04"),
        (["2024-03-04 00:00:00-05:00", "2024-03-05 00:00:00-05:00"], "2024-03-04"),
        (["20240304", "20240305"], "2024-03-04"),
        (["2024/3/4", "2024/3/5"], "2024-03-04"),
        (["04/03/2024", "13/03/2024"], "2024-03-04"),
        (["03/04/2024", "03/13/2024"], "2024-03-04"),
        (["04.03.2024", "13.03.2024"], "2024-03-04"),
    ],
)
def test_dates_whose_order_the_column_settles(
    tmp_path: Path, written: list[str], read: str
) -> None:
    rows = "".join(f"{day},A,{n + 1}\n" for n, day in enumerate(written))
    table = read_prices(write(tmp_path / "p.csv", "date,ticker,close\n" + rows))
    assert str(table.sessions[0]) == read
    assert table.adjusted_close[:, 0].tolist() == [1.0, 2.0]


def test_ambiguous_dates_are_refused_with_both_readings(tmp_path: Path) -> None:
    path = write(tmp_path / "p.csv", "date,ticker,close\n03/04/2024,A,1\n05/04/2024,A,1\n")
    with pytest.raises(PriceError, match=r"'03/04/2024', which can be 2024-04-03 or 2024-03-04"):
        read_prices(path)


def test_the_two_readings_are_of_a_date_that_has_two(tmp_path: Path) -> None:
    path = write(tmp_path / "p.csv", "date,ticker,close\n01/01/2024,A,1\n02/01/2024,A,2\n")
    with pytest.raises(PriceError, match=r"'02/01/2024', which can be 2024-01-02 or 2024-02-01"):
        read_prices(path)
    path = write(tmp_path / "p.csv", "date,ticker,close\n02/02/2024,A,1\n")
    assert str(read_prices(path).sessions[0]) == "2024-02-02"


@pytest.mark.parametrize(
    "bad", ["2024-13-01", "Apr 17, 2026", "31/12/2024\n12/31/2024", "1704153600"]
)
def test_what_is_no_date_is_named(tmp_path: Path, bad: str) -> None:
    rows = "\n".join(f'"{day}",A,1' for day in bad.split("\n"))
    path = write(tmp_path / "p.csv", f"date,ticker,close\n{rows}\n")
    with pytest.raises(PriceError, match="is no date in the order of the other rows"):
        read_prices(path)


@given(days=st.lists(st.dates(date(1980, 1, 1), date(2029, 12, 31)), min_size=1, unique=True))
@settings(deadline=None, max_examples=40)
def test_iso_dates_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, days: list[date]
) -> None:
    rows = "".join(f"{day},A,{n + 1}\n" for n, day in enumerate(days))
    path = tmp_path_factory.mktemp("dates") / "p.csv"
    table = read_prices(write(path, "date,ticker,close\n" + rows))
    assert table.sessions.tolist() == sorted(days)
    by_day = dict(zip(table.sessions.tolist(), table.adjusted_close[:, 0], strict=True))
    assert by_day == {day: n + 1 for n, day in enumerate(days)}


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_parquet_of_any_unit(tmp_path: Path, unit: str) -> None:
    days = pd.DatetimeIndex(["2024-01-02", "2024-01-03"]).as_unit(unit)  # type: ignore[arg-type]
    frame = pd.DataFrame({"date": days, "ticker": ["A", "A"], "adj_close": [1.0, 2.0]})
    frame.to_parquet(tmp_path / "p.parquet")
    table = read_prices(tmp_path / "p.parquet")
    assert table.sessions.astype(str).tolist() == ["2024-01-02", "2024-01-03"]


def test_moments_with_a_zone_become_the_date_on_that_clock(tmp_path: Path) -> None:
    midnight = pd.DatetimeIndex(
        [datetime(2024, 1, 2, 5, tzinfo=UTC), datetime(2024, 7, 2, 4, tzinfo=UTC)]
    ).tz_convert(ZoneInfo("America/New_York"))
    frame = pd.DataFrame({"A": [1.0, 2.0]}, index=midnight.rename("Date"))
    frame.to_parquet(tmp_path / "wide.parquet")
    table = read_prices(tmp_path / "wide.parquet")
    assert table.sessions.astype(str).tolist() == ["2024-01-02", "2024-07-02"]
    assert table.tickers == ("A",)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name,close\nA,1\n", "has no date column; its columns are 'name', 'close'"),
        ("date,ticker,weight\n2024-01-02,A,1\n", "has no column of closing prices"),
        ("date,Close,close\n2024-01-02,1,1\n", "has 2 columns for close: 'Close', 'close'"),
        ("date,ticker,close\n2024-01-02,A,n/b\n", "holds 'n/b' where a number is needed"),
        ("date,ticker,close\n,A,1\n2024-01-02,A,1\n", "is no date"),
        ("", "is empty or begins with an empty line"),
        ("PK\3\4\0\0", "is no CSV file in UTF-8 and no parquet file"),
        ("date,ticker,close\n2024-01-02,A\n", "cannot be read as CSV or parquet"),
    ],
)
def test_unreadable_files_name_path_and_remedy(tmp_path: Path, text: str, message: str) -> None:
    path = write(tmp_path / "p.csv", text)
    with pytest.raises(PriceError, match=message) as caught:
        read_prices(path)
    assert "p.csv" in str(caught.value)


def test_what_is_not_there_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(PriceError, match=r"There is no price file or folder .*nowhere\.csv"):
        FileSource(tmp_path / "nowhere.csv").fetch(["A"], FROM, TO)
    with pytest.raises(PriceError, match="holds no CSV or parquet file"):
        read_prices(tmp_path)
    (tmp_path / "broken.parquet").write_bytes(b"not parquet")
    with pytest.raises(PriceError, match="cannot be read as CSV or parquet"):
        read_prices(tmp_path / "broken.parquet")


@pytest.mark.real
def test_real_prices_of_the_flagship_study(shared: Path) -> None:
    source = FileSource(shared / "market" / "prices_daily.parquet")
    table = source.fetch(["META", "SNAP", "SPY"], date(2022, 1, 1), date(2023, 12, 31))
    meta = table.to_frame()["META"].pct_change()
    assert meta["2022-02-03"] == pytest.approx(-0.2639, abs=5e-5)
    assert meta["2023-02-02"] == pytest.approx(0.2328, abs=5e-5)
    assert table.to_frame()["SNAP"].pct_change()["2022-05-24"] == pytest.approx(-0.4308, abs=5e-5)
    assert len(table.sessions) == 501
