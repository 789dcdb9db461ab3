"""A straight line through events, with its band, to see whether larger cuts move prices more."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from eventstudy.reporting import formats

#: Fewer points, or fewer different sizes, give no line.
LEAST_POINTS, LEAST_SIZES = 10, 3


@dataclass(frozen=True, eq=False)
class Trend:
    """A least-squares line with a covariance that allows for unequal variances.

    Attributes
    ----------
    intercept, slope
        Of the line.
    covariance
        Of both, HC3 (MacKinnon and White 1985), shape (2, 2).
    n
        Points.
    """

    intercept: float
    slope: float
    covariance: NDArray[np.float64]
    n: int

    @property
    def p_value(self) -> float:
        """Two-sided p value of the slope, t with n - 2 degrees of freedom."""
        from scipy.special import stdtr

        t = self.slope / math.sqrt(self.covariance[1, 1])
        return float(2 * stdtr(self.n - 2, -abs(t)))

    def band(
        self, x: ArrayLike, level: float
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        """Return the line and the bounds of its mean at ``x``, shape (P,) each."""
        from scipy.special import stdtrit

        design = np.column_stack([np.ones_like(x, dtype=float), np.asarray(x, dtype=float)])
        line = design @ np.array([self.intercept, self.slope])
        se = np.sqrt(np.einsum("ij,jk,ik->i", design, self.covariance, design))
        reach = float(stdtrit(self.n - 2, 0.5 + level / 2)) * se
        return line, line - reach, line + reach

    def sentence(self, step: str) -> str:
        """Say the slope in words; ``step`` says what one unit of x is."""
        return (
            f"{formats.number(100 * self.slope, 2, signed=True)} percentage points {step} "
            f"({formats.said_p(self.p_value)}, n = {self.n})"
        )


def fit_trend(x: ArrayLike, y: ArrayLike) -> Trend | None:
    """Fit a line through the points that have both values; None when they are too few."""
    pairs = np.column_stack([np.asarray(x, dtype=float), np.asarray(y, dtype=float)])
    pairs = pairs[np.isfinite(pairs).all(axis=1)]
    if len(pairs) < LEAST_POINTS or len(np.unique(pairs[:, 0])) < LEAST_SIZES:
        return None
    design = np.column_stack([np.ones(len(pairs)), pairs[:, 0]])
    inverse = np.linalg.inv(design.T @ design)
    beta = inverse @ design.T @ pairs[:, 1]
    leverage = np.einsum("ij,jk,ik->i", design, inverse, design)
    weighted = design * ((pairs[:, 1] - design @ beta) / (1 - leverage))[:, None]
    covariance = inverse @ (weighted.T @ weighted) @ inverse
    return Trend(float(beta[0]), float(beta[1]), covariance, len(pairs))
