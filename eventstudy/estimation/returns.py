"""Prices to returns on a calendar's sessions; gaps stay gaps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from eventstudy.market.prices import PriceTable

FloatArray = NDArray[np.float64]
DayArray = NDArray[np.datetime64]
ReturnKind = Literal["simple", "log"]


@dataclass(frozen=True, eq=False)
class ReturnTable:
    """Returns of K tickers on T sessions of one calendar.

    ``returns`` is float64 of shape (T, K), decimal fractions, NaN where the price of the session
    or of the session before it is missing.
    """

    sessions: DayArray
    tickers: tuple[str, ...]
    returns: FloatArray
    kind: ReturnKind = "simple"

    def of(self, ticker: str) -> FloatArray:
        """Return the returns of one ticker, shape (T,)."""
        return self.returns[:, self.tickers.index(ticker)]


def on_axis(days: DayArray, values: FloatArray, axis: DayArray) -> FloatArray:
    """Lay ``values`` (T, ...) of ``days`` (T,) on the days of ``axis``; NaN where there is none.

    Both axes are strictly increasing. Days that are not on ``axis`` are left out (the price
    checks report them).
    """
    laid = np.full((len(axis), *values.shape[1:]), np.nan)
    at = np.searchsorted(axis, days)
    known = at < len(axis)
    known[known] = axis[at[known]] == days[known]
    laid[at[known]] = values[known]
    return laid


def returns_from_prices(prices: FloatArray, kind: ReturnKind = "simple") -> FloatArray:
    """Turn prices (T, ...) into returns (T, ...) over one session each.

    The simple return divides by the EARLIER price: P_t / P_(t-1) - 1. A missing or non-positive
    price leaves two returns missing; nothing is filled and no gap is bridged.
    """
    usable = np.where(prices > 0, prices, np.nan)
    returns = np.full(prices.shape, np.nan)
    ratio = usable[1:] / usable[:-1]
    returns[1:] = np.log(ratio) if kind == "log" else ratio - 1
    return returns


def return_table(prices: PriceTable, sessions: DayArray, kind: ReturnKind) -> ReturnTable:
    """Compute the returns of a price table on the sessions of a calendar."""
    laid = on_axis(prices.sessions, prices.adjusted_close, sessions)
    return ReturnTable(sessions, prices.tickers, returns_from_prices(laid, kind), kind)
