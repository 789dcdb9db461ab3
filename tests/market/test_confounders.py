"""Dividends, splits and earnings dates in the window of an event."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from eventstudy.errors import PriceError
from eventstudy.market.confounders import confounders
from eventstudy.market.earnings import Earnings, read_earnings
from eventstudy.market.prices import PriceTable

DAYS = np.array(["2026-03-12", "2026-03-13", "2026-03-16", "2026-03-17"], "datetime64[D]")
WINDOW = dict(zip((-1, 0, 1), DAYS[1:], strict=True))
CLOSE = np.array([[100.0], [100.0], [101.0], [102.0]])


def column(*values: float) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return np.array(values, dtype=np.float64)[:, None]


def test_listed_dividends_and_splits_are_said_by_day() -> None:
    table = PriceTable(
        DAYS, ("META",), CLOSE,
        dividends=column(0.5, 0, 0.525, 0), splits=column(0, 2, 0, 0.1),
    )  # fmt: skip
    found = confounders("e", "META", WINDOW, table, {})
    assert [(c.tau, str(c.day), c.kind, c.detail) for c in found] == [
        (-1, "2026-03-13", "split", "2-for-1 split"),
        (0, "2026-03-16", "dividend", "ex-day of a dividend of 0.525 per share"),
        (1, "2026-03-17", "split", "1-for-10 split"),
    ]


def test_dividends_are_seen_between_the_two_closes() -> None:
    adjusted = CLOSE * column(0.99, 0.99, 1, 1)
    (found,) = confounders("e", "A", WINDOW, PriceTable(DAYS, ("A",), adjusted, close=CLOSE), {})
    assert (found.tau, found.detail) == (0, "ex-day of a dividend of about 1.01%")
    assert confounders("e", "A", WINDOW, PriceTable(DAYS, ("A",), adjusted), {}) == ()


def test_earnings_react_on_the_first_session_that_can(tmp_path: Path) -> None:
    path = tmp_path / "earnings.csv"
    path.write_text(
        "ticker,date,session\nFB,2026-03-13,after\nMETA,2026-03-14,\nMETA,2026-03-17,after\n"
        "META,2025-03-14,pre\n"
    )
    earnings = read_earnings(path)
    assert len(earnings["META"]) == 4  # FB is Meta's symbol of another day
    table = PriceTable(DAYS, ("META",), CLOSE)
    found = confounders("e", "META", WINDOW, table, earnings)
    assert [(c.tau, str(c.day), c.detail) for c in found] == [
        (0, "2026-03-13", "earnings reported after the close"),
        (0, "2026-03-14", "earnings reported"),
    ]
    assert earnings["META"][0] == Earnings(found[0].day, after=True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ticker,day\nA,2026-01-01\n", "no column date"),
        ("ticker,date\nA,1/2/2026\n", "Line 2 of .* has the date '1/2/2026'"),
        ("ticker,date,session\nA,2026-01-02,evening\n", "Line 2 of .* has the session 'evening'"),
    ],
)
def test_a_wrong_earnings_file_says_where(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "earnings.csv"
    path.write_text(text)
    with pytest.raises(PriceError, match=said):
        read_earnings(path)
    with pytest.raises(PriceError, match="cannot be read"):
        read_earnings(tmp_path / "none.csv")
