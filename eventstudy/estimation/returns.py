"""Prices to returns on a calendar's sessions; gaps stay gaps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from eventstudy.market.prices import PriceTable

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
DayArray = NDArray[np.datetime64]
#: ``level`` is no return: a measure of the day, such as volume, which does not compound.
ReturnKind = Literal["simple", "log", "level"]


@dataclass(frozen=True, eq=False)
class ReturnTable:
    """Returns of K tickers on T sessions of one calendar.

    ``returns`` is float64 of shape (T, K), decimal fractions, NaN where the price of the session
    or of the session before it is missing. With ``spans``, of the same shape, a return reaches
    back to the last price before it, over that many sessions; NaN where there is none.
    """

    sessions: DayArray
    tickers: tuple[str, ...]
    returns: FloatArray
    kind: ReturnKind = "simple"
    spans: FloatArray | None = None

    def of(self, ticker: str) -> FloatArray:
        """Return the returns of one ticker over one session each, shape (T,)."""
        column = self.tickers.index(ticker)
        returns = self.returns[:, column]
        if self.spans is None:
            return returns
        return np.where(self.spans[:, column] == 1, returns, np.nan)


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
    price leaves two returns missing; nothing is filled and no gap is bridged
    (`trade_to_trade_returns` does that).
    """
    usable = np.where(prices > 0, prices, np.nan)
    returns = np.full(prices.shape, np.nan)
    ratio = usable[1:] / usable[:-1]
    returns[1:] = np.log(ratio) if kind == "log" else ratio - 1
    return returns


def trade_to_trade_returns(
    prices: FloatArray, kind: ReturnKind = "simple"
) -> tuple[FloatArray, FloatArray]:
    """Return from each price back to the last price before it (Maynes and Rumsey 1993).

    Parameters
    ----------
    prices
        Shape (T, K); NaN or not positive where there was no trade.

    Returns
    -------
    tuple
        Returns over the gaps and the number of sessions that each spans, shape (T, K); both NaN
        on sessions without a price and on the first price.
    """
    usable = np.where(prices > 0, prices, np.nan)
    session = np.arange(len(prices))[:, None]
    last = np.maximum.accumulate(np.where(np.isfinite(usable), session, -1), axis=0)
    before = np.full(last.shape, -1)
    before[1:] = last[:-1]
    ratio = usable / np.take_along_axis(usable, np.maximum(before, 0), axis=0)
    there = np.isfinite(ratio) & (before >= 0)
    ratio[~there] = np.nan
    spans: FloatArray = np.where(there, session - before, np.nan)
    return np.log(ratio) if kind == "log" else ratio - 1, spans


def over_spans(
    series: FloatArray, at: IntArray, span: FloatArray | None, kind: ReturnKind
) -> FloatArray:
    """Cut one-session returns at positions, compounded over the spans that end there.

    Parameters
    ----------
    series
        One-session returns, shape (T, F).
    at
        Positions of the last session, shape (N, L); -1 outside.
    span
        Number of sessions, shape (N, L), NaN for none; None means one everywhere.
    kind
        Simple returns compound, the others add up.

    Returns
    -------
    FloatArray
        Shape (N, L, F); NaN outside, without a span, and where a session of the span is missing.
    """
    one: FloatArray = np.where((at >= 0)[:, :, None], series[at], np.nan)
    if span is None:
        return one
    longer = span > 1
    if longer.any():
        growth = np.log1p(series) if kind == "simple" else series
        known, start = np.isfinite(growth), np.zeros((1, series.shape[1]))
        total = np.cumsum(np.concatenate([start, np.where(known, growth, 0.0)]), axis=0)
        absent = np.cumsum(np.concatenate([start, ~known]), axis=0)
        end = at[longer] + 1
        begin = end - span[longer].astype(np.int64)
        grown = total[end] - total[begin]
        grown[absent[end] > absent[begin]] = np.nan
        one[longer] = np.expm1(grown) if kind == "simple" else grown
    one[np.isnan(span)] = np.nan
    return one


def return_table(
    prices: PriceTable, sessions: DayArray, kind: ReturnKind, *, bridge: bool = False
) -> ReturnTable:
    """Compute the returns of a price table on the sessions of a calendar.

    With ``bridge`` the first return after a gap spans the gap, see `trade_to_trade_returns`.
    """
    laid = on_axis(prices.sessions, prices.adjusted_close, sessions)
    if not bridge:
        return ReturnTable(sessions, prices.tickers, returns_from_prices(laid, kind), kind)
    returns, spans = trade_to_trade_returns(laid, kind)
    return ReturnTable(sessions, prices.tickers, returns, kind, spans)
