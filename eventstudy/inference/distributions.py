"""Distributions of statistics under their null."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
#: Values closer than this share of their size are ties.
TIE = 1e-10


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


@dataclass(frozen=True, eq=False)
class Discrete:
    """A distribution known in full: values and their probabilities.

    Attributes
    ----------
    label
        What it is called, such as "exact signed ranks (n = 9)".
    support, probability
        Values in rising order and the probability of each.
    """

    label: str
    support: FloatArray
    probability: FloatArray

    @property
    def df(self) -> None:
        """None."""
        return

    def __str__(self) -> str:
        return self.label

    def sf(self, x: float) -> float:
        """Return P(X >= x); NaN for NaN."""
        if math.isnan(x):
            return math.nan
        return float(self.probability[_at_least(self.support, x)].sum())

    def p_value(self, x: float) -> float:
        """Return the probability of a value as far from zero as ``x``."""
        if math.isnan(x):
            return math.nan
        return min(1.0, float(self.probability[_at_least(np.abs(self.support), abs(x))].sum()))


@dataclass(frozen=True, eq=False)
class Drawn:
    """A distribution known by J values of it, to which the observed one is added.

    With one more value in numerator and denominator no p value is 0, and a test at 5 % rejects a
    true null at most that often (Phipson and Smyth 2010).

    Attributes
    ----------
    label
        What it is called, such as "wild bootstrap (9,999 draws)".
    values
        The J values, shape (J,).
    tails
        Two-sided p values are twice the smaller tail, for distributions that need not be symmetric,
        instead of the share as far from zero.
    """

    label: str
    values: FloatArray
    tails: bool = False

    @property
    def df(self) -> None:
        """None."""
        return

    def __str__(self) -> str:
        return self.label

    def sf(self, x: float) -> float:
        """Return the share of values of at least ``x``; NaN for NaN."""
        return math.nan if math.isnan(x) else self._share(_at_least(self.values, x))

    def p_value(self, x: float) -> float:
        """Return the two-sided p value of ``x``."""
        if math.isnan(x):
            return math.nan
        if self.tails:
            below = self._share(_at_least(-self.values, -x))
            return min(1.0, 2.0 * min(self.sf(x), below))
        return self._share(_at_least(np.abs(self.values), abs(x)))

    def _share(self, hit: NDArray[np.bool_]) -> float:
        return (1.0 + float(hit.sum())) / (1.0 + len(self.values))


def _at_least(values: FloatArray, x: float) -> NDArray[np.bool_]:
    return values >= x - TIE * abs(x)


def sign_count(n: int) -> Discrete:
    """Return the distribution of (w - n/2) / sqrt(n/4), w binomial with n trials of one half."""
    from scipy.special import bdtr

    label = f"exact binomial ({n}, 1/2)"
    if not n:
        return Discrete(label, np.empty(0), np.empty(0))
    w = np.arange(n + 1, dtype=np.float64)
    # Differences of the distribution function in the lower half, mirrored, keep small tails exact.
    lower = bdtr(w[: n // 2 + 1], n, 0.5)
    half = np.diff(lower, prepend=0.0)
    probability = np.concatenate([half, half[: (n + 1) // 2][::-1]])
    return Discrete(label, (w - n / 2.0) / math.sqrt(n / 4.0), probability)


def signed_ranks(ranks: FloatArray) -> Discrete:
    """Return the distribution of the sum of ``ranks`` with random signs over its deviation.

    The ranks may be tied (multiples of one half). All 2^n arrangements are counted by adding one
    rank at a time.
    """
    doubled = np.rint(2.0 * ranks).astype(np.int64)
    probability = np.zeros(int(doubled.sum()) + 1)
    probability[0] = 1.0
    for rank in doubled:
        moved = np.zeros_like(probability)
        moved[rank:] = probability[: len(probability) - rank]
        probability = (probability + moved) / 2.0
    # Position s is twice the sum of the positive ranks; less the negative ones it is s - sum / 2.
    support = np.arange(len(probability)) - doubled.sum() / 2.0
    scale = math.sqrt(float((ranks**2).sum()))
    return Discrete(f"exact signed ranks (n = {len(ranks)})", support / scale, probability)
