"""What is studied instead of returns: trading volume and volatility, as panels like any other.

A measure is a level of its day, not a change from the day before, so a missing day leaves one value
missing. Volume and volatility are much alike from day to day: the days of a window are not
independent as those of returns are, and prediction-error variances of windows are too small. Rank
and cross-sectional tests suffer less (Campbell and Wasley 1996).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

import numpy as np

from eventstudy.errors import OtherMeasure, PriceError
from eventstudy.estimation.returns import (
    DayArray,
    FloatArray,
    ReturnKind,
    ReturnTable,
    on_axis,
    return_table,
)
from eventstudy.market.prices import PriceTable

#: ``return``, or what takes its place.
Measure = Literal["return", "log_volume", "log_range", "absolute_return"]
#: What each measure is called, its formula, and the paper that gives the reason for it.
MEASURES: Mapping[Measure, tuple[str, str, str]] = MappingProxyType(
    {
        "log_volume": (
            "log volume",
            "Y(t) = ln(shares traded on t)",
            "Ajinkya and Jain (1989)",
        ),
        "log_range": (
            "log range",
            "Y(t) = ln(ln(high(t) / low(t)))",
            "Alizadeh, Brandt and Diebold (2002)",
        ),
        "absolute_return": ("absolute return", "Y(t) = |P(t) / P(t-1) - 1|", "Beaver (1968)"),
    }
)


def study_table(
    prices: PriceTable, sessions: DayArray, measure: Measure, kind: ReturnKind, *, bridge: bool
) -> ReturnTable:
    """Compute what a study is of: returns of a ``kind``, or another measure."""
    if measure == "return":
        return return_table(prices, sessions, kind, bridge=bridge)
    return measure_table(prices, sessions, measure)


def measure_table(prices: PriceTable, sessions: DayArray, measure: Measure) -> ReturnTable:
    """Compute a measure of a price table on the sessions of a calendar.

    ``log_volume`` is the logarithm of the shares traded, which must be on one share basis
    throughout. It differs from the logarithm of turnover by that of the shares outstanding, which
    a model with a constant takes up: abnormal values are the same while that number stays. A day
    without volume is missing. ``log_range`` is the logarithm of the day's range of log prices,
    nearly normal and free of the level of prices; a day whose high is its low is missing.
    ``absolute_return`` needs closing prices only, is skewed, and shows what a range shows with
    more noise.

    Raises
    ------
    PriceError
        If the table lacks the volumes, or the highs and lows.
    """
    if measure == "log_volume":
        values = _logarithm(_matrix(prices, "volume", measure))
    elif measure == "log_range":
        high, low = (_logarithm(_matrix(prices, name, measure)) for name in ("high", "low"))
        values = _logarithm(high - low)
    else:
        laid = on_axis(prices.sessions, prices.adjusted_close, sessions)
        usable = np.where(laid > 0, laid, np.nan)
        values = np.full(laid.shape, np.nan)
        values[1:] = np.abs(usable[1:] / usable[:-1] - 1.0)
        return ReturnTable(sessions, prices.tickers, values, "level")
    return ReturnTable(
        sessions, prices.tickers, on_axis(prices.sessions, values, sessions), "level"
    )


def measure_warnings(measure: Measure) -> tuple[OtherMeasure, ...]:
    """Return the warning that every reader of a study without returns must see."""
    if measure == "return":
        return ()
    name = MEASURES[measure][0]
    return (
        OtherMeasure(
            f'This study is of {name}: read "{name}" wherever it says "return", and 1 % as 0.01 of '
            "it; prices are drawn as they are.",
        ),
    )


def _matrix(prices: PriceTable, name: str, measure: str) -> FloatArray:
    values: FloatArray | None = getattr(prices, name)
    if values is None:
        raise PriceError(
            f"The measure {measure} needs the column {name}, and the prices from {prices.source} "
            "have none; choose a source that has it, or another [prices] measure.",
            field=name,
        )
    return values


def _logarithm(values: FloatArray) -> FloatArray:
    """Return the logarithm where it exists, else NaN."""
    return np.log(np.where(values > 0, values, np.nan))
