"""Tests whose distribution is made from the sample: sign permutations and wild bootstraps.

Signs and weights are drawn per calendar date, never per event: events on one date keep their
correlation in every draw. All draws and windows are computed at once, in blocks; equal seeds give
equal results.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from eventstudy.estimation.abnormal import AbnormalReturns, Window
from eventstudy.estimation.kernels import moments, row_blocks
from eventstudy.inference.clustered import ClusterSums, cluster_sums, date_codes
from eventstudy.inference.distributions import Discrete, Distribution, Drawn
from eventstudy.inference.significance import SignificanceResult, ratio, sample_note, tabulate

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Weights = Literal["rademacher", "webb"]

#: Up to this many dates all sign permutations are enumerated.
EXACT_DATES = 14
#: With fewer dates the two values of Rademacher weights give too few different draws.
WEBB_BELOW = 12
DRAWS = 9_999
#: Webb's (2014) six values, each as likely; mean 0 and variance 1.
WEBB = np.array([-np.sqrt(1.5), -1.0, -np.sqrt(0.5), np.sqrt(0.5), 1.0, np.sqrt(1.5)])


@dataclass(frozen=True)
class SignPermutation:
    """Sum of CAR over the root of the sum of squared date sums, against all signs of the dates.

    Under the null the CAR of a date may as well have had the other sign. All 2^G arrangements are
    enumerated up to `EXACT_DATES` dates, else ``draws`` of them are drawn. Robust to heavy tails,
    event-induced variance and correlation within dates; needs symmetric CAR and independent dates.
    With G dates no p value is below 2^(1 - G).
    """

    draws: int = DRAWS
    seed: int = 0

    name: ClassVar[str] = "Sign permutation"
    label: ClassVar[str] = "Permutation of signs, by date"
    null: ClassVar[str] = "the cumulative abnormal returns of every date are symmetric about zero"
    reference: ClassVar[str] = "Fisher (1935); Canay, Romano and Shaikh (2017)"

    def compute(
        self, abnormal: AbnormalReturns, windows: Sequence[Window]
    ) -> list[SignificanceResult]:
        """Return one result per window."""
        over = abnormal.over(windows)
        clusters = cluster_sums(over.car, date_codes(abnormal))
        n, (_, mean, _) = np.isfinite(over.car).sum(axis=0), moments(over.car)
        scale = np.sqrt((clusters.sums**2).sum(axis=0))
        statistic = ratio(clusters.sums.sum(axis=0), scale)
        distributions: list[Distribution] = []
        notes = []
        n_clusters = clusters.n_clusters
        drawn = self._drawn(clusters.sums, scale, bool((n_clusters > EXACT_DATES).any()))
        for w, g in enumerate(n_clusters):
            note = _date_note(n[w], scale[w], int(g))
            if g < 2:
                statistic[w] = np.nan
            distributions.append(
                all_signs(clusters.sums[clusters.counts[:, w] > 0, w], scale[w])
                if g <= EXACT_DATES
                else Drawn(f"sign permutation ({self.draws:,} draws)", drawn[:, w])
            )
            notes.append(note)
        facts = {"caar": mean, "n_dates": n_clusters}
        return tabulate(self, over.windows, statistic, n, distributions, notes, facts)

    def _drawn(self, sums: FloatArray, scale: FloatArray, needed: bool) -> FloatArray:
        if not needed:
            return np.empty((0, sums.shape[1]))
        blocks = draw_weights(len(sums), self.draws, self.seed, "rademacher")
        return np.concatenate([ratio(w @ sums, np.broadcast_to(scale, (len(w), len(scale))))
                               for w in blocks])  # fmt: skip


@dataclass(frozen=True)
class WildBootstrap:
    """The t test clustered by date, against its bootstrap under the null.

    The CAR, whose average is zero under the null, are multiplied by one weight per date and the
    clustered t statistic is computed again, ``draws`` times (Liu 1988; Cameron, Gelbach and Miller
    2008). Weights are Webb's (2014) six values below `WEBB_BELOW` dates and Rademacher's +-1 from
    there on. Robust to event-induced variance and to correlation within dates.
    """

    draws: int = DRAWS
    seed: int = 0
    weights: Weights | None = None

    name: ClassVar[str] = "Wild bootstrap"
    label: ClassVar[str] = "Wild bootstrap of the t test, weights by date"
    null: ClassVar[str] = "the average cumulative abnormal return is zero"
    reference: ClassVar[str] = "Cameron, Gelbach and Miller (2008); Webb (2014)"

    def compute(
        self, abnormal: AbnormalReturns, windows: Sequence[Window]
    ) -> list[SignificanceResult]:
        """Return one result per window."""
        return _wild(self, abnormal, windows, abnormal.over(windows).car)


@dataclass(frozen=True)
class BMPBootstrap:
    """The BMP test clustered by date, against its wild bootstrap under the null.

    As `WildBootstrap`, with SCAR in place of CAR; where no two events share a date the statistic is
    that of `eventstudy.inference.standardised.BMP`.
    """

    draws: int = DRAWS
    seed: int = 0
    weights: Weights | None = None

    name: ClassVar[str] = "BMP bootstrap"
    label: ClassVar[str] = "Wild bootstrap of the standardised cross-sectional test, by date"
    null: ClassVar[str] = "the average standardised cumulative abnormal return is zero"
    reference: ClassVar[str] = "Boehmer, Musumeci and Poulsen (1991); Webb (2014)"

    def compute(
        self, abnormal: AbnormalReturns, windows: Sequence[Window]
    ) -> list[SignificanceResult]:
        """Return one result per window."""
        return _wild(self, abnormal, windows, abnormal.over(windows).scar)


def draw_weights(
    n_clusters: int, draws: int, seed: int, weights: Weights | None
) -> Iterator[FloatArray]:
    """Yield ``draws`` rows of weights, one column per cluster, in blocks of bounded size."""
    rng = np.random.default_rng(seed)
    kind = weights or ("webb" if n_clusters < WEBB_BELOW else "rademacher")
    for rows in row_blocks(draws, n_clusters):
        shape = (rows.stop - rows.start, n_clusters)
        if kind == "webb":
            yield WEBB[rng.integers(0, 6, shape)]
        else:
            yield 2.0 * rng.integers(0, 2, shape, dtype=np.int8).astype(np.float64) - 1.0


def wild_t(clusters: ClusterSums, weights: FloatArray) -> FloatArray:
    """Return the clustered t statistic of every draw and window, shape (B, W).

    With S_g and n_g the sum and number of a cluster and w its weight, the squared deviations are
    the sum of w^2 S_g^2 - 2 m w n_g S_g + m^2 n_g^2 with m the draw's mean.
    """
    sums, counts, n = clusters.sums, clusters.counts, clusters.n
    g = clusters.n_clusters
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = (weights @ sums) / n
        first = weights**2 @ sums**2
        squares = first - 2.0 * mean * (weights @ (counts * sums)) + mean**2 * (counts**2).sum(0)
        # A draw without any deviation is as far out as can be.
        squares = np.where(squares > 1e-14 * first, squares, 0.0)
        statistic: FloatArray = mean * n / np.sqrt(squares * g / (g - 1.0))
    return np.where(np.isnan(statistic), 0.0, statistic)


def all_signs(sums: FloatArray, scale: float) -> Discrete:
    """Return the distribution of sum(+-sums) / scale over all 2^G signs."""
    totals = np.zeros(1)
    for value in sums:
        totals = np.concatenate([totals - value, totals + value])
    label = f"all {len(totals):,} signs of {len(sums)} dates"
    support = np.sort(totals) / scale if scale > 0.0 else totals
    return Discrete(label, support, np.full(len(totals), 1.0 / len(totals)))


def _wild(
    test: WildBootstrap | BMPBootstrap,
    abnormal: AbnormalReturns,
    windows: Sequence[Window],
    values: FloatArray,
) -> list[SignificanceResult]:
    over = abnormal.over(windows)
    n, mean, deviation = moments(values)
    clusters = cluster_sums(values, date_codes(abnormal))
    n_clusters = clusters.n_clusters
    statistic = ratio(mean, np.sqrt(clusters.variance(mean)))
    statistic[~(deviation > 0.0)] = np.nan
    blocks = draw_weights(len(clusters.sums), test.draws, test.seed, test.weights)
    drawn = np.concatenate([wild_t(clusters, weights) for weights in blocks])
    label = f"wild bootstrap by date ({test.draws:,} draws)"
    distributions = [Drawn(label, drawn[:, w]) for w in range(len(over.windows))]
    notes = [
        sample_note(count, spread, "abnormal returns") or _date_note(count, 1.0, int(g))
        for count, spread, g in zip(n, deviation, n_clusters, strict=True)
    ]
    facts = {"caar": moments(over.car)[1], "n_dates": n_clusters}
    return tabulate(test, over.windows, statistic, n, distributions, notes, facts)


def _date_note(n: int, scale: float, dates: int) -> str:
    if note := sample_note(n, 1.0, "", least=1):
        return note
    if not scale > 0.0:
        return "all abnormal returns of the window are zero"
    if dates < 2:
        events = "the only event has" if n == 1 else f"all {n} events share"
        return f"{events} one date, whose sign or weight cannot be compared with another's"
    if dates < 6:
        return f"only {dates} dates: few different draws, so p values are coarse"
    return ""
