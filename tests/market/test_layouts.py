"""Files of other people's making: CRSP, Stooq, yfinance, tables of returns, named columns."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from eventstudy.errors import PriceError
from eventstudy.market.files import FileSource, read_prices
from eventstudy.market.layouts import DeclaredReturns
from eventstudy.market.prices import PriceTable

FROM, TO = date(2000, 1, 1), date(2030, 1, 1)


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def returns_of(table: PriceTable, ticker: str) -> list[float]:
    prices = table.adjusted_close[:, table.column(ticker)]
    return [round(float(r), 12) for r in prices[1:] / prices[:-1] - 1]


CRSP = """PERMNO,date,TICKER,PRC,VOL,RET,DLRET,CFACPR
14593,20240102,AAPL,184.00,100,C,,1
14593,20240103,AAPL,-182.16,90,-0.01,,1
14593,20240104,AAPL,185.00,80,0.02,,1
90319,20240102,GONE,10,5,0.5,,2
90319,20240103,GONE,8,5,-0.2,,2
90319,20240104,GONE,,,B,-0.9,2
"""


def test_crsp_returns_prices_and_delisting(tmp_path: Path) -> None:
    table = read_prices(write(tmp_path / "crsp.csv", CRSP))
    assert table.tickers == ("AAPL", "GONE")
    assert returns_of(table, "AAPL") == [-0.01, 0.02]
    assert returns_of(table, "GONE") == [-0.2, -0.9]
    assert table.close is not None
    np.testing.assert_array_equal(table.close[:, 0], [184, 182.16, 185])
    np.testing.assert_array_equal(table.close[:, 1], [5, 4, np.nan])
    assert table.outcomes["AAPL"].detail == (
        "an index of CRSP's returns, with dividends and delisting returns; 1 closes are the middle "
        "of bid and ask (negative in the file)"
    )


def test_crsp_by_permno_with_both_returns_on_the_last_day(tmp_path: Path) -> None:
    text = "permno,date,ret,dlret\n1,2024-01-02,0.1,\n1,2024-01-03,-0.5,-0.5\n1,2024-01-04,-66.0,\n"
    table = FileSource(write(tmp_path / "crsp.csv", text)).fetch(["1"], FROM, TO)
    np.testing.assert_allclose(returns_of(table, "1"), [-0.75, np.nan])  # -66 is a missing code


def test_a_missing_return_leaves_two_missing(tmp_path: Path) -> None:
    text = "date,ticker,ret\n2024-01-02,A,0.5\n2024-01-03,A,0.1\n2024-01-04,A,\n2024-01-05,A,0.2\n"
    path = write(tmp_path / "r.csv", text + "2024-01-08,A,0.3\n2024-01-04,B,0.0\n")
    table = FileSource(path, returns=DeclaredReturns("simple", "decimal")).fetch(
        ["A", "B"], FROM, TO
    )
    np.testing.assert_allclose(
        returns_of(table, "A"), [0.1, np.nan, np.nan, 0.3], rtol=1e-12, equal_nan=True
    )


STOOQ = """<TICKER>,<PER>,<DATE>,<TIME>,<OPEN>,<HIGH>,<LOW>,<CLOSE>,<VOL>,<OPENINT>
AAPL.US,D,20240102,000000,187.15,188.44,183.885,185.64,82488674,0
AAPL.US,D,20240103,000000,184.22,185.88,183.43,184.25,58414460,0
"""


def test_stooq_files_and_folders(tmp_path: Path) -> None:
    folder = tmp_path / "stooq"
    folder.mkdir()
    path = write(folder / "aapl.us.txt", STOOQ)
    for found in (read_prices(path), FileSource(folder).fetch(["AAPL"], FROM, TO)):
        assert found.tickers == ("AAPL",)
        assert found.adjusted_close[:, 0].tolist() == [185.64, 184.25]
        assert "taken as adjusted" in found.outcomes["AAPL"].detail


YFINANCE = """Price,Adj Close,Adj Close,Close,Close
Ticker,AAPL,MSFT,AAPL,MSFT
Date,,,,
2024-01-02,184,,185,
2024-01-03,183,369,184,371
"""


def test_the_table_that_yfinance_saves(tmp_path: Path) -> None:
    path = write(tmp_path / "yf.csv", YFINANCE)
    table = FileSource(path).fetch(["msft", "AAPL", "NOPE"], FROM, TO)
    assert table.tickers == ("msft", "AAPL")
    np.testing.assert_array_equal(table.adjusted_close, [[np.nan, 184], [369, 183]])
    assert table.close is not None
    assert table.close[1].tolist() == [371, 184]
    assert table.outcomes["NOPE"].status == "missing_symbol"
    broken = write(tmp_path / "bad.csv", YFINANCE.replace("369", "many"))
    with pytest.raises(PriceError, match=r"A row of .*bad\.csv cannot be read"):
        read_prices(broken)


def test_columns_named_by_the_study(tmp_path: Path) -> None:
    text = "when,who,PX_LAST,Close\n2024-01-02,A,9,10\n2024-01-03,A,9.5,10.5\n"
    path = write(tmp_path / "p.csv", text)
    columns = {"date": "when", "ticker": "who", "adjusted_close": "PX_LAST"}
    table = FileSource(path, columns=columns).fetch(["A"], FROM, TO)
    assert table.adjusted_close[:, 0].tolist() == [9, 9.5]
    assert table.close is not None
    assert table.close[:, 0].tolist() == [10, 10.5]
    wrong = FileSource(path, columns={"adjusted_close": "PX"})
    with pytest.raises(PriceError, match=r"no column 'PX', which .* names for adjusted_close"):
        wrong.fetch(["A"], FROM, TO)


LONG_RETURNS = "date,ticker,return\n2024-01-02,A,0\n2024-01-03,A,1.5\n2024-01-04,A,-2\n"
WIDE_RETURNS = "date,A,B\n2024-01-02,0.010,-0.020\n2024-01-03,-0.015,0.005\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [(LONG_RETURNS, "typically 1.75 a day, which looks like percent"), (WIDE_RETURNS, "decimal")],
)
def test_returns_of_unsaid_kind_are_asked_for(tmp_path: Path, text: str, said: str) -> None:
    path = write(tmp_path / "r.csv", text)
    with pytest.raises(PriceError, match=f'{said}.*file_returns = "simple" or "log"'):
        read_prices(path)


@pytest.mark.parametrize(
    ("kind", "units", "text", "expected"),
    [
        ("simple", "percent", LONG_RETURNS, [0.015, -0.02]),
        ("log", "percent", LONG_RETURNS, [np.expm1(0.015), np.expm1(-0.02)]),
        ("simple", "decimal", WIDE_RETURNS, [-0.015]),
    ],
)
def test_declared_returns_become_an_index(
    tmp_path: Path, kind: str, units: str, text: str, expected: list[float]
) -> None:
    path = write(tmp_path / "r.csv", text)
    declared = DeclaredReturns(kind, units)  # type: ignore[arg-type]
    table = FileSource(path, returns=declared).fetch(["A"], FROM, TO)
    np.testing.assert_allclose(returns_of(table, "A"), expected, atol=1e-12)


def test_a_unit_that_the_numbers_contradict_is_refused(tmp_path: Path) -> None:
    rows = "".join(f"2024-01-{n:02},A,{(-1) ** n * 1.2}\n" for n in range(2, 31))
    path = write(tmp_path / "r.csv", "date,ticker,return\n" + rows)
    with pytest.raises(PriceError, match=r"declared decimal, but .* is that of percent returns"):
        FileSource(path, returns=DeclaredReturns("simple", "decimal")).fetch(["A"], FROM, TO)


def test_two_currencies_of_one_ticker_are_refused(tmp_path: Path) -> None:
    text = "date,ticker,close,currency\n2024-01-02,A,9,USD\n2024-01-03,A,70,HKD\n"
    with pytest.raises(PriceError, match="prices of A in HKD and USD; keep one currency"):
        read_prices(write(tmp_path / "p.csv", text))
    same = text.replace("HKD", "USD")
    assert read_prices(write(tmp_path / "q.csv", same)).tickers == ("A",)
