"""Calendar-time portfolios: one portfolio per session of all events whose window holds it.

Events that are correlated on a session end in one number, so that nothing has to be assumed about
their correlation (Jaffe 1974; Mandelker 1974; Fama 1998).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from eventstudy.estimation.abnormal import AbnormalReturns, Window
from eventstudy.estimation.kernels import window_indicator
from eventstudy.inference.distributions import StudentT
from eventstudy.inference.significance import SignificanceResult, sample_note, tabulate

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class CalendarTime:
    """Mean of the portfolio's standardised abnormal return over its sessions, against t(T - 1).

    On each of the T sessions the SAR of all events whose window holds it are averaged (Jaffe 1974
    standardises so that volatile securities do not rule); every session weighs alike. Assumes
    sessions of one variance: one with a single event varies more than one with many, see
    `CalendarTimeWeighted`.
    """

    name: ClassVar[str] = "Calendar time"
    label: ClassVar[str] = "Calendar-time portfolio (Jaffe and Mandelker), OLS"
    null: ClassVar[str] = (
        "the average abnormal return of a portfolio of all events in their window is zero"
    )
    reference: ClassVar[str] = "Jaffe (1974); Mandelker (1974)"

    def compute(
        self, abnormal: AbnormalReturns, windows: Sequence[Window]
    ) -> list[SignificanceResult]:
        """Return one result per window."""
        return _regress(self, abnormal, windows)

    def mean(self, portfolio: FloatArray, events: FloatArray) -> tuple[float, float]:
        """Return the average over sessions and its standard error."""
        return weighted_mean(portfolio, np.ones(len(events)))


@dataclass(frozen=True)
class CalendarTimeWeighted:
    """As `CalendarTime`, sessions weighted by their number of events (WLS).

    With n events of equal variance and no correlation the portfolio's variance is one n-th.
    """

    name: ClassVar[str] = "Calendar time WLS"
    label: ClassVar[str] = "Calendar-time portfolio, weighted by events (WLS)"
    null: ClassVar[str] = CalendarTime.null
    reference: ClassVar[str] = "Jaffe (1974); Mandelker (1974); Fama (1998)"

    def compute(
        self, abnormal: AbnormalReturns, windows: Sequence[Window]
    ) -> list[SignificanceResult]:
        """Return one result per window."""
        return _regress(self, abnormal, windows)

    def mean(self, portfolio: FloatArray, events: FloatArray) -> tuple[float, float]:
        """Return the average over sessions, weighted by events, and its standard error."""
        return weighted_mean(portfolio, events)


@dataclass(frozen=True)
class CalendarTimeNeweyWest:
    """As `CalendarTime`, with the standard error of Newey and West (1987).

    The variance of the mean is (1 / T^2) (g_0 + 2 sum of (1 - l / (L + 1)) g_l) T / (T - 1), g_l
    the sum of products of deviations l sessions apart, with L the whole part of
    4 (T / 100)^(2/9) (Newey and West 1994). T / (T - 1), which the paper of 1987 has not, makes it
    the variance of `CalendarTime` when there is no autocorrelation. The portfolio's sessions count
    as consecutive. Robust to changing variance and to autocorrelation; needs many sessions.
    """

    name: ClassVar[str] = "Calendar time Newey-West"
    label: ClassVar[str] = "Calendar-time portfolio, Newey-West standard error"
    null: ClassVar[str] = CalendarTime.null
    reference: ClassVar[str] = "Jaffe (1974); Mandelker (1974); Newey and West (1987)"

    def compute(
        self, abnormal: AbnormalReturns, windows: Sequence[Window]
    ) -> list[SignificanceResult]:
        """Return one result per window."""
        return _regress(self, abnormal, windows)

    def mean(self, portfolio: FloatArray, events: FloatArray) -> tuple[float, float]:
        """Return the average over sessions and its standard error."""
        T, average = len(events), float(portfolio.mean())
        u = portfolio - average
        lags = math.floor(4.0 * (T / 100.0) ** (2.0 / 9.0))
        variance = float(u @ u)
        for lag in range(1, min(lags, T - 1) + 1):
            variance += 2.0 * (1.0 - lag / (lags + 1.0)) * float(u[lag:] @ u[:-lag])
        return average, math.sqrt(max(variance, 0.0) / (T * (T - 1.0)))


def weighted_mean(values: FloatArray, weights: FloatArray) -> tuple[float, float]:
    """Return the weighted mean of T values and its standard error, on T - 1 degrees of freedom."""
    average = float(weights @ values / weights.sum())
    spread = float(weights @ (values - average) ** 2) / (len(values) - 1)
    return average, math.sqrt(spread / weights.sum())


def portfolios(
    sar: FloatArray, at: IntArray, inside: NDArray[np.bool_]
) -> tuple[FloatArray, FloatArray]:
    """Return the average SAR of every session with an event, in order, and its events.

    Parameters
    ----------
    sar, at
        Standardised abnormal returns and their calendar positions, shape (N, L2); NaN and negative
        positions are left out.
    inside
        Days of the window, shape (L2,).
    """
    values, positions = sar[:, inside], at[:, inside]
    there = np.isfinite(values) & (positions >= 0)
    events = np.bincount(positions[there]).astype(np.float64)
    sums = np.bincount(positions[there], weights=values[there])
    held = events > 0.0
    return sums[held] / events[held], events[held]


def _regress(
    test: CalendarTime | CalendarTimeWeighted | CalendarTimeNeweyWest,
    abnormal: AbnormalReturns,
    windows: Sequence[Window],
) -> list[SignificanceResult]:
    over = abnormal.over(windows)
    n = np.isfinite(over.car).sum(axis=0)
    bounds = np.array(over.windows, dtype=np.int64).reshape(-1, 2)
    statistic, error, length, notes = [], [], [], []
    for w, inside in enumerate(window_indicator(abnormal.tau, bounds).astype(bool)):
        portfolio, events = portfolios(abnormal.sar, abnormal.at_evt, inside)
        note = sample_note(n[w], 1.0, "", least=1)
        if not note and len(portfolio) < 2:
            note = "all events of the window lie on one session, so sessions cannot be compared"
        if not note and not np.ptp(portfolio) > 0.0:
            note = "the portfolio has the same abnormal return on all sessions"
        average, deviation = (math.nan, math.nan) if note else test.mean(portfolio, events)
        statistic.append(average / deviation if deviation > 0.0 else math.nan)
        error.append(deviation)
        length.append(len(portfolio))
        notes.append(note)
    facts = {"sessions": np.array(length), "standard_error": np.array(error)}
    df = [StudentT(float(max(days - 1, 0))) for days in length]
    return tabulate(test, over.windows, np.array(statistic), n, df, notes, facts)
