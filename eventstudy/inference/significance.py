"""What a test of significance is, and what it answers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from eventstudy.estimation.abnormal import AbnormalReturns, Window

# ------------------------------------------------------------------------------ distributions


class Distribution(Protocol):
    """The distribution of a statistic under its null."""

    @property
    def df(self) -> float | None:
        """Degrees of freedom, or None where there are none."""
        ...

    def sf(self, x: float) -> float:
        """Return the probability of a value above ``x`` (at least ``x`` when discrete)."""
        ...

    def p_value(self, x: float) -> float:
        """Return the two-sided p value of ``x``; NaN for NaN."""
        ...


@dataclass(frozen=True, slots=True)
class Normal:
    """The standard normal distribution."""

    @property
    def df(self) -> None:
        """None."""
        return

    def __str__(self) -> str:
        return "standard normal"

    def sf(self, x: float) -> float:
        """Return P(Z > x)."""
        from scipy.special import ndtr

        return float(ndtr(-x))

    def ppf(self, probability: float) -> float:
        """Return the quantile of ``probability``."""
        from scipy.special import ndtri

        return float(ndtri(probability))

    def p_value(self, x: float) -> float:
        """Return the probability of a value as far from zero as ``x``."""
        return 2.0 * self.sf(abs(x))


@dataclass(frozen=True, slots=True)
class StudentT:
    """Student's t distribution with ``df`` degrees of freedom."""

    df: float

    def __str__(self) -> str:
        return f"t({self.df:g})"

    def sf(self, x: float) -> float:
        """Return P(t > x); NaN without degrees of freedom."""
        from scipy.special import stdtr

        return float(stdtr(self.df, -x))

    def ppf(self, probability: float) -> float:
        """Return the quantile of ``probability``."""
        from scipy.special import stdtrit

        return float(stdtrit(self.df, probability))

    def p_value(self, x: float) -> float:
        """Return the probability of a value as far from zero as ``x``."""
        return 2.0 * self.sf(abs(x))


@dataclass(frozen=True)
class RankSum:
    """The exact distribution of Mann and Whitney's U of two samples without ties."""

    n_first: int
    n_second: int

    @property
    def df(self) -> None:
        """None."""
        return

    def __str__(self) -> str:
        return f"exact rank sum ({self.n_first}, {self.n_second})"

    @cached_property
    def _counts(self) -> tuple[int, ...]:
        """How many arrangements give U = 0, 1, 2, ...; Mann and Whitney's (1947) recursion."""
        m, n = self.n_first, self.n_second
        counts = [1] + [0] * (m * n)
        for i in range(1, m + 1):
            for u in range(m * n, n + i - 1, -1):
                counts[u] -= counts[u - n - i]
            for u in range(i, m * n + 1):
                counts[u] += counts[u - i]
        return tuple(counts)

    def sf(self, x: float) -> float:
        """Return P(U >= x)."""
        if math.isnan(x):
            return math.nan
        first = max(math.ceil(x), 0)
        return sum(self._counts[first:]) / sum(self._counts)

    def p_value(self, x: float) -> float:
        """Return twice the smaller tail, at most 1."""
        return min(1.0, 2.0 * self.sf(max(x, self.n_first * self.n_second - x)))


# ------------------------------------------------------------------------------------ results


@dataclass(frozen=True, slots=True)
class SignificanceResult:
    """The answer of one test on one window.

    Attributes
    ----------
    name, label
        Short name and full name of the test.
    null
        The null hypothesis in words.
    statistic, p_value
        The statistic, and its two-sided p value from the survival function of ``distribution``;
        both NaN when the test cannot be computed, and then ``note`` says why.
    df
        Degrees of freedom, or None where the distribution has none.
    distribution
        The distribution of the statistic under the null; its ``sf`` gives one-sided p values.
    window
        First and last relative day.
    n_events
        Events that entered: those with at least one abnormal return in the window.
    reference
        Author and year.
    note
        Why there is no statistic, or what to keep in mind; empty when there is nothing to say.
    facts
        Figures that the test rests on, such as ``r_bar``.
    """

    name: str
    label: str
    null: str
    statistic: float
    p_value: float
    df: float | None
    distribution: Distribution
    window: Window
    n_events: int
    reference: str
    note: str = ""
    facts: Mapping[str, float] = field(default_factory=dict)


class Described(Protocol):
    """The words of a test."""

    @property
    def name(self) -> str:
        """Short name."""
        ...

    @property
    def label(self) -> str:
        """Full name."""
        ...

    @property
    def null(self) -> str:
        """The null hypothesis in words."""
        ...

    @property
    def reference(self) -> str:
        """Author and year."""
        ...


class SignificanceTest(Described, Protocol):
    """What every test offers."""

    def compute(
        self, abnormal: AbnormalReturns, windows: Sequence[Window]
    ) -> list[SignificanceResult]:
        """Return one result per window, in order."""
        ...


def tabulate(
    test: Described,
    windows: Sequence[Window],
    statistic: NDArray[np.float64],
    n_events: NDArray[np.int64],
    distributions: Sequence[Distribution],
    notes: Sequence[str],
    facts: Mapping[str, NDArray[np.float64]] | None = None,
) -> list[SignificanceResult]:
    """Return one result per window from arrays of shape (W,)."""
    facts = facts or {}
    return [
        SignificanceResult(
            name=test.name,
            label=test.label,
            null=test.null,
            statistic=value if math.isfinite(value) else math.nan,
            p_value=distribution.p_value(value) if math.isfinite(value) else math.nan,
            df=distribution.df,
            distribution=distribution,
            window=window,
            n_events=int(n),
            reference=test.reference,
            note=note,
            facts={key: float(values[w]) for key, values in facts.items()},
        )
        for w, (window, value, n, distribution, note) in enumerate(
            zip(windows, statistic.tolist(), n_events, distributions, notes, strict=True)
        )
    ]


def sample_note(n: int, deviation: float, what: str, least: int = 2) -> str:
    """Return why ``n`` values of ``what`` allow no test across events; empty when they do."""
    if n < least:
        there = {0: "there is none", 1: "there is one"}.get(n, f"there are {n}")
        return f"needs at least {least} events with an abnormal return in the window; {there}"
    if not deviation > 0.0:
        return f"the {what} of all {n} events are equal, so they have no variance"
    return ""


def ratio(top: NDArray[Any], bottom: NDArray[Any]) -> NDArray[np.float64]:
    """Divide; NaN where the divisor is zero, negative or missing."""
    out = np.full(np.shape(top), np.nan)
    np.divide(top, bottom, out=out, where=bottom > 0.0)
    return out
