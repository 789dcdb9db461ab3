"""Parametric tests of the average cumulative abnormal return, in its own unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from eventstudy.estimation.abnormal import AbnormalReturns, Window, WindowReturns
from eventstudy.estimation.kernels import moments
from eventstudy.inference.distributions import StudentT
from eventstudy.inference.significance import (
    SignificanceResult,
    ratio,
    sample_note,
    students,
    tabulate,
)

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True)
class CrossSectionalT:
    """Mean CAR over its standard error across events, sd / sqrt(n), against t(n - 1).

    Robust to event-induced variance; not to correlation between events, and weak when the
    volatility of the events differs much (Brown and Warner 1980).
    """

    name: ClassVar[str] = "Cross-sectional t"
    label: ClassVar[str] = "Cross-sectional t test"
    null: ClassVar[str] = "the average cumulative abnormal return is zero"
    reference: ClassVar[str] = "Brown and Warner (1980)"

    def compute(
        self, abnormal: AbnormalReturns, windows: Sequence[Window]
    ) -> list[SignificanceResult]:
        """Return one result per window."""
        over = abnormal.over(windows)
        n, mean, deviation = moments(over.car)
        statistic = ratio(mean * np.sqrt(n), deviation)
        notes = [sample_note(*pair, "abnormal returns") for pair in zip(n, deviation, strict=True)]
        facts = {"caar": mean, "standard_error": deviation / np.sqrt(np.maximum(n, 1))}
        return tabulate(self, over.windows, statistic, n, students(n), notes, facts)


@dataclass(frozen=True)
class SkewnessAdjustedT:
    """The cross-sectional t corrected for skewness, against t(n - 1).

    With S = mean / sd and g the skewness, sqrt(n) (S + g S^2 / 3 + g^2 S^3 / 27 + g / (6 n)):
    Johnson's (1978) correction with Hall's (1992) cubic term, which keeps it rising in S. g is
    n / ((n - 1) (n - 2)) times the sum of cubed deviations over sd^3, so three events are needed.
    """

    name: ClassVar[str] = "Skewness-adjusted t"
    label: ClassVar[str] = "Skewness-adjusted t test (Johnson, Hall)"
    null: ClassVar[str] = CrossSectionalT.null
    reference: ClassVar[str] = "Johnson (1978); Hall (1992)"

    def compute(
        self, abnormal: AbnormalReturns, windows: Sequence[Window]
    ) -> list[SignificanceResult]:
        """Return one result per window."""
        over = abnormal.over(windows)
        n, mean, deviation = moments(over.car)
        cubes = np.nansum((over.car - mean) ** 3, axis=0)
        skewness = ratio(n * cubes, (n - 1.0) * (n - 2.0) * deviation**3)
        skewness[n < 3] = np.nan
        s = ratio(mean, deviation)
        statistic = np.sqrt(n) * (
            s + skewness * s**2 / 3.0 + skewness**2 * s**3 / 27.0 + ratio(skewness, 6.0 * n)
        )
        notes = [
            sample_note(count, spread, "abnormal returns", least=3)
            for count, spread in zip(n, deviation, strict=True)
        ]
        facts = {"caar": mean, "skewness": skewness}
        return tabulate(self, over.windows, statistic, n, students(n), notes, facts)


@dataclass(frozen=True)
class Jackknife:
    """Jackknife of the mean SCAR in units of its deviation, against t(n - 1).

    q = mean / sd of the SCAR is computed with all events and without each; the pseudo-values
    n q - (n - 1) q_(-i) are averaged and divided by their standard error (Tukey 1958; for event
    studies whose variance changes Giaccotto and Sfiridis 1996). It takes the bias of q by skewness
    and the variance the event brings about into account. Assumes independent events.
    """

    name: ClassVar[str] = "Jackknife"
    label: ClassVar[str] = "Jackknife test (Giaccotto and Sfiridis)"
    null: ClassVar[str] = "the average standardised cumulative abnormal return is zero"
    reference: ClassVar[str] = "Tukey (1958); Giaccotto and Sfiridis (1996)"

    def compute(
        self, abnormal: AbnormalReturns, windows: Sequence[Window]
    ) -> list[SignificanceResult]:
        """Return one result per window."""
        over = abnormal.over(windows)
        n, mean, deviation = moments(over.scar)
        rest = n - 1.0
        apart = over.scar - mean
        with np.errstate(divide="ignore", invalid="ignore"):
            # Without one event: its mean, and the sum of squares that is left.
            mean_without = mean - apart / rest
            squares = deviation**2 * rest - apart**2 * n / rest
            squares = np.where(squares > 1e-12 * deviation**2 * rest, squares, np.nan)
            without = mean_without / np.sqrt(squares / np.where(n > 2, n - 2.0, np.nan))
            pseudo = n * (mean / deviation) - rest * without
        kept, average, spread = moments(pseudo)
        statistic = ratio(average * np.sqrt(n), spread)
        statistic[kept < n] = np.nan
        what = "standardised abnormal returns"
        notes = [
            sample_note(count, scatter, what, least=3)
            or ("" if np.isfinite(value) else f"without one event the {what} have no variance")
            for count, scatter, value in zip(n, deviation, statistic, strict=True)
        ]
        return tabulate(self, over.windows, statistic, n, students(n), notes)


@dataclass(frozen=True)
class CrudeDependence:
    """Mean CAR over the deviation of average abnormal returns before, S sqrt(days).

    S is the standard deviation, over the T days of the estimation window, of the average residual
    of the events (divisor T - 1), so that correlation between events on one date is in it; the
    statistic is compared with t(T - 1). Days is the average number of days there. It is the formula
    as published: a variance that the event brings about and the error of the predictions are not
    in it, so that it rejects a little too often over long windows (`Lamb` has the latter).
    """

    name: ClassVar[str] = "Crude dependence"
    label: ClassVar[str] = "Crude dependence adjustment (Brown and Warner)"
    null: ClassVar[str] = (
        "the average cumulative abnormal return is zero, and the event leaves its variance "
        "unchanged"
    )
    reference: ClassVar[str] = "Brown and Warner (1980, 1985)"

    def compute(
        self, abnormal: AbnormalReturns, windows: Sequence[Window]
    ) -> list[SignificanceResult]:
        """Return one result per window."""
        over = abnormal.over(windows)
        n, mean, _ = moments(over.car)
        squares, length = _portfolio_squares(abnormal, over)
        df = length - 1.0
        days = ratio(over.days.sum(axis=0), n)
        deviation = np.sqrt(ratio(squares, df) * days)
        return _time_series(self, over, n, mean, deviation, df)


@dataclass(frozen=True)
class Lamb:
    """Crude dependence with the error of prediction of the whole window, against t(T - k).

    As `CrudeDependence`, but S^2 has the divisor T - k, and a window's variance is S^2 times the
    events' average of 1'V1 / sigma^2, which holds the estimation error of the coefficients and its
    covariance between days; over a single day of a market model that is Lamb's (1995)
    1 + 1/T + (Rm - mean)^2 / SS. k is the number of coefficients.
    """

    name: ClassVar[str] = "Lamb"
    label: ClassVar[str] = "Dependence adjustment with prediction error (Lamb)"
    null: ClassVar[str] = CrudeDependence.null
    reference: ClassVar[str] = "Lamb (1995)"

    def compute(
        self, abnormal: AbnormalReturns, windows: Sequence[Window]
    ) -> list[SignificanceResult]:
        """Return one result per window."""
        over = abnormal.over(windows)
        n, mean, _ = moments(over.car)
        squares, length = _portfolio_squares(abnormal, over)
        coefficients = np.median(abnormal.n_obs - abnormal.df) if len(abnormal) else 0.0
        df = np.maximum(length - max(coefficients, 1.0), 0.0)
        _, inflation, _ = moments(over.variance / abnormal.sigma2[:, None])
        deviation = np.sqrt(ratio(squares, df) * inflation)
        return _time_series(self, over, n, mean, deviation, df)


@dataclass(frozen=True)
class IndependenceT:
    """Sum of CAR over the root of the sum of their prediction-error variances.

    Each 1'V1 rests on its own M - k degrees of freedom; the sum is compared with t(v) whose v
    follows Satterthwaite (1946), v = (sum of 1'V1)^2 / sum of (1'V1)^2 / (M - k). For one event it
    is the t test with prediction error, exact for normal returns. Assumes that events are
    independent and leave the variance unchanged.
    """

    name: ClassVar[str] = "Independence t"
    label: ClassVar[str] = "Time-series t test under independence (Brown and Warner)"
    null: ClassVar[str] = CrudeDependence.null
    reference: ClassVar[str] = "Brown and Warner (1980); Satterthwaite (1946)"

    def compute(
        self, abnormal: AbnormalReturns, windows: Sequence[Window]
    ) -> list[SignificanceResult]:
        """Return one result per window."""
        over = abnormal.over(windows)
        n, mean, _ = moments(over.car)
        variance = np.where(np.isfinite(over.car), over.variance, 0.0)
        total = variance.sum(axis=0)
        freedom = np.maximum(abnormal.df, 1).astype(np.float64)
        df = ratio(total**2, (variance**2 / freedom[:, None]).sum(axis=0))
        deviation = ratio(np.sqrt(total), n)
        return _time_series(self, over, n, mean, deviation, df)


def _portfolio_squares(
    abnormal: AbnormalReturns, over: WindowReturns
) -> tuple[FloatArray, FloatArray]:
    """Return per window the squared deviations of the average residual, and its number of days.

    The average of a day is over the residuals of the events that are in the window; shape (W,).
    """
    known: dict[bytes, tuple[float, float]] = {}
    found = []
    for members in np.isfinite(over.car).T:
        key = members.tobytes()
        if key not in known:
            residuals = abnormal.ar_est if members.all() else abnormal.ar_est[members]
            there = np.isfinite(residuals)
            sums = np.where(there, residuals, 0.0).sum(axis=0)
            (length,), _, (deviation,) = moments(ratio(sums, there.sum(axis=0))[:, None])
            known[key] = float(deviation**2 * max(length - 1.0, 0.0)), float(length)
        found.append(known[key])
    squares, days = np.array(found).T
    return squares, days


def _time_series(
    test: CrudeDependence | Lamb | IndependenceT,
    over: WindowReturns,
    n: IntArray,
    mean: FloatArray,
    deviation: FloatArray,
    df: FloatArray,
) -> list[SignificanceResult]:
    statistic = ratio(mean, deviation)
    notes = [
        sample_note(count, 1.0, "", least=1)
        or ("" if np.isfinite(value) else "the estimation residuals leave no variance to compare")
        for count, value in zip(n, statistic, strict=True)
    ]
    facts = {"caar": mean, "standard_error": deviation}
    distributions = [StudentT(float(value)) for value in df]
    return tabulate(test, over.windows, statistic, n, distributions, notes, facts)
