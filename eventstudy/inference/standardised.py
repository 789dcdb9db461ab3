"""Parametric tests of standardised abnormal returns, each in units of its prediction error."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from eventstudy.estimation.abnormal import AbnormalReturns, Window, WindowReturns
from eventstudy.estimation.dependence import ResidualCorrelation, pairs_that_meet
from eventstudy.estimation.kernels import moments
from eventstudy.inference.distributions import Normal
from eventstudy.inference.significance import (
    SignificanceResult,
    ratio,
    sample_note,
    students,
    tabulate,
)

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

#: Of the pairs that make up r, the share with common event days below which r is said to overdo.
FEW_TOGETHER = 0.1
#: Degrees of freedom that a residual variance must exceed to have a variance itself.
LEAST_FREEDOM = 2
#: Growth of the variance, 1 + (n - 1) r, below which nothing is said.
LITTLE_GROWTH = 1.1


@dataclass(frozen=True)
class Patell:
    """Sum of SCAR over sqrt(sum of Q), Q = (M - k) / (M - k - 2), against the standard normal.

    SCAR divides by the standard deviation of the prediction error of the whole window, sqrt(1'V1),
    so that the covariance of the days is in it. Under the null each SCAR is a t(M - k) variable,
    whose variance is Q (Patell 1976). Assumes that the event leaves the variance as it was and that
    events are independent. Events with M - k of 2 or less have no variance and are left out.
    """

    name: ClassVar[str] = "Patell"
    label: ClassVar[str] = "Patell standardised residual test"
    null: ClassVar[str] = (
        "the average standardised cumulative abnormal return is zero, and the event leaves its "
        "variance unchanged"
    )
    reference: ClassVar[str] = "Patell (1976)"

    def compute(
        self, abnormal: AbnormalReturns, windows: Sequence[Window]
    ) -> list[SignificanceResult]:
        """Return one result per window."""
        over = abnormal.over(windows)
        statistic, n, notes = _patell(abnormal, over)
        return tabulate(self, over.windows, statistic, n, [Normal()] * len(n), notes)


@dataclass(frozen=True)
class BMP:
    """Mean SCAR over its standard error across events, against t(n - 1).

    The standardised cross-sectional test: SCAR are scaled by their prediction errors and their
    variance is then measured across events, so that a variance the event brings about does no harm
    (Boehmer, Musumeci and Poulsen 1991). Assumes independent events.
    """

    name: ClassVar[str] = "BMP"
    label: ClassVar[str] = "Standardised cross-sectional test (Boehmer, Musumeci and Poulsen)"
    null: ClassVar[str] = "the average standardised cumulative abnormal return is zero"
    reference: ClassVar[str] = "Boehmer, Musumeci and Poulsen (1991)"

    def compute(
        self, abnormal: AbnormalReturns, windows: Sequence[Window]
    ) -> list[SignificanceResult]:
        """Return one result per window."""
        over = abnormal.over(windows)
        statistic, n, notes = _bmp(over)
        return tabulate(self, over.windows, statistic, n, students(n), notes)


@dataclass(frozen=True)
class KolariPynnonen:
    """BMP times sqrt((1 - r) / (1 + (n - 1) r)), against t(n - 1).

    r is the average correlation of the estimation residuals over all pairs of the window's n
    events, taken on calendar dates (`residual_correlation`). It keeps the size of BMP when events
    share dates (Kolari and Pynnönen 2010). A negative r is used as it is. Pairs whose estimation
    windows overlap enter r though their event windows may not; the note tells when most are such.
    """

    name: ClassVar[str] = "KP-BMP"
    label: ClassVar[str] = "BMP adjusted for cross-correlation (Kolari and Pynnönen)"
    null: ClassVar[str] = "the average standardised cumulative abnormal return is zero"
    reference: ClassVar[str] = "Kolari and Pynnönen (2010)"

    def compute(
        self, abnormal: AbnormalReturns, windows: Sequence[Window]
    ) -> list[SignificanceResult]:
        """Return one result per window."""
        over = abnormal.over(windows)
        statistic, n, notes = _bmp(over)
        members = np.isfinite(over.scar)
        factor, notes, facts = _adjustment(abnormal, over, members, notes, shrunk=True)
        return tabulate(self, over.windows, statistic * factor, n, students(n), notes, facts)


@dataclass(frozen=True)
class KolariPynnonenPatell:
    """Patell's z over sqrt(1 + (n - 1) r), against the standard normal.

    r as in `KolariPynnonen`. Still assumes that the event leaves the variance as it was.
    """

    name: ClassVar[str] = "KP-Patell"
    label: ClassVar[str] = "Patell adjusted for cross-correlation (Kolari and Pynnönen)"
    null: ClassVar[str] = Patell.null
    reference: ClassVar[str] = "Kolari and Pynnönen (2010)"

    def compute(
        self, abnormal: AbnormalReturns, windows: Sequence[Window]
    ) -> list[SignificanceResult]:
        """Return one result per window."""
        over = abnormal.over(windows)
        statistic, n, notes = _patell(abnormal, over)
        members = np.isfinite(over.scar) & (abnormal.df > LEAST_FREEDOM)[:, None]
        factor, notes, facts = _adjustment(abnormal, over, members, notes, shrunk=False)
        normal = [Normal()] * len(n)
        return tabulate(self, over.windows, statistic * factor, n, normal, notes, facts)


def _patell(
    abnormal: AbnormalReturns, over: WindowReturns
) -> tuple[FloatArray, IntArray, list[str]]:
    df = abnormal.df.astype(np.float64)
    usable = df > LEAST_FREEDOM
    variance = np.where(usable, df / np.where(usable, df - 2.0, 1.0), np.nan)
    there = np.isfinite(over.scar)
    left_out = (there & ~usable[:, None]).sum(axis=0)
    there &= usable[:, None]
    n = there.sum(axis=0)
    total = np.where(there, over.scar, 0.0).sum(axis=0)
    statistic = ratio(total, np.sqrt(np.where(there, variance[:, None], 0.0).sum(axis=0)))
    notes = [
        "; ".join(
            part
            for part in (
                sample_note(count, 1.0, "", least=1),
                f"{out} events with two or fewer degrees of freedom are left out" if out else "",
            )
            if part
        )
        for count, out in zip(n, left_out, strict=True)
    ]
    return statistic, n, notes


def _bmp(over: WindowReturns) -> tuple[FloatArray, IntArray, list[str]]:
    n, mean, deviation = moments(over.scar)
    statistic = ratio(mean * np.sqrt(n), deviation)
    what = "standardised abnormal returns"
    return statistic, n, [sample_note(*pair, what) for pair in zip(n, deviation, strict=True)]


def _adjustment(
    abnormal: AbnormalReturns,
    over: WindowReturns,
    members: BoolArray,
    notes: list[str],
    *,
    shrunk: bool,
) -> tuple[FloatArray, list[str], dict[str, FloatArray]]:
    """Return the factor of Kolari and Pynnönen per window, notes, and the facts it rests on.

    ``members`` of shape (N, W) tells which events a window has; r belongs to them alone.
    """
    factors, said, facts = [], [], []
    for window, own, note in zip(over.windows, members.T, notes, strict=True):
        found = abnormal.residual_correlation(own)
        spread = 1.0 + (int(own.sum()) - 1.0) * found.mean
        top = max(1.0 - found.mean, 0.0) if shrunk else 1.0
        factors.append(math.sqrt(top / spread) if spread > 0.0 else math.nan)
        first, last = abnormal.spans(window)
        together = pairs_that_meet(first[own], last[own])
        said.append(note or _said(found, spread, together))
        facts.append((found.mean, found.n_pairs, found.n_counted, found.median_shared, together))
    names = ("r_bar", "n_pairs", "n_pairs_counted", "median_shared_dates", "n_pairs_together")
    values = np.array(facts, dtype=np.float64).reshape(-1, len(names)).T
    return np.array(factors), said, dict(zip(names, values, strict=True))


def _said(found: ResidualCorrelation, spread: float, together: int) -> str:
    """Say why there is no adjustment, or what to keep in mind about it."""
    if not found.n_pairs:
        return "needs at least 2 events with residuals to measure their correlation"
    if not found.n_counted:
        return "no two events share enough estimation dates, so no correlation is adjusted for"
    if not spread > 0.0:
        return f"the average correlation {found.mean:.4f} is too negative"
    return _caution(found, spread, together)


def _caution(found: ResidualCorrelation, growth: float, together: int) -> str:
    """Say when an r that matters comes from pairs that hardly meet in the event window."""
    if growth < LITTLE_GROWTH or together >= FEW_TOGETHER * found.n_counted:
        return ""
    return (
        f"few of the pairs behind the correlation share event days ({together:,} of "
        f"{found.n_counted:,}), so the adjustment is too cautious here; compare with the test "
        "without it"
    )
