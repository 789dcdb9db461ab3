"""Adjusted against quoted closes: the dividends between them, and what contradicts a dividend.

With P the close adjusted for splits and A the one adjusted for dividends too, A/P is constant but
for ex-days, where it rises by the dividend over the price. A fall of A/P, or a rise beyond any
dividend, is a fault of one of the two; a long time without a rise, in a series that pays at
regular intervals, is a dividend that the adjusted close lacks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from eventstudy.market.prices import FloatArray, IntArray, PriceTable

#: A smaller change of A/P is the rounding of prices to cents or an exchange's tick.
LEAST_STEP = 2e-4
#: A larger one is no ordinary dividend.
LARGEST_STEP = 0.25


@dataclass(frozen=True, slots=True)
class AdjustmentFault:
    """A fault of one series: its column, the row of the day, and the facts in words."""

    kind: Literal["contradiction", "dividend gap"]
    column: int
    row: int
    words: str


def implied_dividends(table: PriceTable) -> FloatArray:
    """Return dividends as shares of the price on each ex-day, shape (T, K); 0 elsewhere.

    They are read from the change of adjusted over quoted close; where either is missing the change
    falls on the next day that has both. Without quoted closes nothing can be seen and all is 0.
    """
    steps = _steps(table)
    return np.where((steps > LEAST_STEP) & (steps < LARGEST_STEP), steps, 0.0)


def adjustment_faults(table: PriceTable, usual_intervals: float) -> Iterator[AdjustmentFault]:
    """Yield what does not fit between adjusted and quoted closes.

    A dividend is taken to be missing where none was seen for ``usual_intervals`` times the usual
    interval (the lower median) between the dividends of the series.
    """
    steps = _steps(table)
    bad = (steps < -LEAST_STEP) | (steps >= LARGEST_STEP)
    for j in np.flatnonzero(bad.any(axis=0)):
        rows = np.flatnonzero(bad[:, j])
        rows = rows[~_undone(steps[:, j], rows)]
        if len(rows):
            worst = rows[np.abs(steps[rows, j]).argmax()]
            yield AdjustmentFault(
                "contradiction",
                int(j),
                int(rows[0]),
                f"adjusted and quoted close differ on {len(rows)} days in a way that no dividend "
                f"explains, by {steps[worst, j]:+.2%} on {table.sessions[worst]}",
            )
    if table.close is None:
        return
    paid = implied_dividends(table) > 0
    both = np.isfinite(table.adjusted_close) & np.isfinite(table.close)
    for j in np.flatnonzero(paid.sum(axis=0) >= 3):
        rows = np.flatnonzero(paid[:, j])
        rows = rows[~_undone(steps[:, j], rows)]
        if len(rows) < 3:
            continue
        intervals = np.diff(table.sessions[rows]).astype(np.int64)
        usual = float(np.sort(intervals)[(len(intervals) - 1) // 2])
        priced = np.isfinite(table.adjusted_close[:, j])
        seen = np.add.reduceat(priced & ~both[:, j], rows)[:-1] == 0  # no quoted close is missing
        seen &= steps[rows[:-1], j] > 3 * LEAST_STEP  # the next one would have been seen too
        long = np.flatnonzero(seen & (intervals > max(usual_intervals * usual, 40)))
        if len(long):
            n = long[intervals[long].argmax()]
            often = f" ({len(long)} such times)" if len(long) > 1 else ""
            yield AdjustmentFault(
                "dividend gap",
                int(j),
                int(rows[n]),
                f"no dividend from {table.sessions[rows[n]]} to {table.sessions[rows[n + 1]]}, "
                f"{intervals[n]} days, though one usually comes after {usual:.0f}{often}: the "
                "adjusted close may lack one",
            )


def _steps(table: PriceTable) -> FloatArray:
    """Return the relative change of adjusted over quoted close since the last day with both."""
    steps = np.zeros(table.adjusted_close.shape)
    if table.close is None:
        return steps
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = table.adjusted_close / table.close
    for j in range(factor.shape[1]):
        there = np.flatnonzero(np.isfinite(factor[:, j]) & (factor[:, j] > 0))
        steps[there[1:], j] = factor[there[1:], j] / factor[there[:-1], j] - 1
    return steps


def _undone(steps: FloatArray, rows: IntArray) -> NDArray[np.bool_]:
    """Whether each step is taken back by the one after or takes back the one before: rounding."""
    small = np.abs(steps) < 5 * LEAST_STEP
    before = steps[np.maximum(rows - 1, 0)]
    after = steps[np.minimum(rows + 1, len(steps) - 1)]
    back = np.minimum(np.abs(steps[rows] + before), np.abs(steps[rows] + after))
    return np.asarray(small[rows] & (back < LEAST_STEP))
