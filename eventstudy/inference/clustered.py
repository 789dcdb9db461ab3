"""Tests of the average CAR whose standard error lets events of one date or firm be correlated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from eventstudy.estimation.abnormal import AbnormalReturns, Window
from eventstudy.estimation.kernels import moments
from eventstudy.inference.distributions import StudentT
from eventstudy.inference.significance import SignificanceResult, ratio, sample_note, tabulate
from eventstudy.symbols import current_symbol

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
#: With fewer clusters a cluster-robust standard error is known to be too small.
FEW = 10


@dataclass(frozen=True, eq=False)
class ClusterSums:
    """CAR summed over clusters of events.

    Attributes
    ----------
    sums, counts
        Sum of the CAR of each cluster in each window and its number of events, shape (G, W); zeros
        where a cluster is not in a window.
    """

    sums: FloatArray
    counts: FloatArray

    @property
    def n(self) -> FloatArray:
        """Events per window, shape (W,)."""
        total: FloatArray = self.counts.sum(axis=0)
        return total

    @property
    def n_clusters(self) -> IntArray:
        """Clusters per window, shape (W,)."""
        number: IntArray = (self.counts > 0.0).sum(axis=0)
        return number

    def variance(self, mean: FloatArray) -> FloatArray:
        """Return the cluster-robust variance of the average, with the factor G / (G - 1)."""
        squares = ((self.sums - self.counts * mean) ** 2).sum(axis=0)
        clusters = self.n_clusters
        return ratio(clusters * squares, (clusters - 1.0) * self.n**2)


def cluster_sums(values: FloatArray, codes: IntArray) -> ClusterSums:
    """Sum ``values`` of shape (N, W), NaN left out, over the clusters that ``codes`` (N,) name."""
    n_clusters = int(codes.max()) + 1 if len(codes) else 0
    there = np.isfinite(values)
    sums, counts = (np.zeros((n_clusters, values.shape[1])) for _ in range(2))
    np.add.at(sums, codes, np.where(there, values, 0.0))
    np.add.at(counts, codes, there.astype(np.float64))
    return ClusterSums(sums, counts)


def date_codes(abnormal: AbnormalReturns) -> IntArray:
    """Return the numbers of the events' day zeros from 0; events on one date share a number."""
    codes: IntArray = np.unique(abnormal.day_zero, return_inverse=True)[1]
    return codes.reshape(-1)


def firm_codes(abnormal: AbnormalReturns) -> IntArray:
    """Return the numbers of the events' firms from 0; a symbol and its successor share one."""
    current = {ticker: current_symbol(ticker) for ticker in set(abnormal.tickers)}
    symbols = np.array([current[ticker] for ticker in abnormal.tickers], dtype=str)
    codes: IntArray = np.unique(symbols, return_inverse=True)[1]
    return codes.reshape(-1)


@dataclass(frozen=True)
class ClusteredByDate:
    """Mean CAR over its standard error clustered by day zero, against t(G - 1).

    The variance of the mean is G / (G - 1) times the sum over dates of the squared sum of
    deviations, over n^2 (Liang and Zeger 1986). Events on one date may be correlated, dates may
    not; below `FEW` dates the wild bootstrap is better (Cameron, Gelbach and Miller 2008).
    """

    name: ClassVar[str] = "Clustered by date"
    label: ClassVar[str] = "t test with standard errors clustered by date"
    null: ClassVar[str] = "the average cumulative abnormal return is zero"
    reference: ClassVar[str] = "Liang and Zeger (1986); Cameron and Miller (2015)"

    def compute(
        self, abnormal: AbnormalReturns, windows: Sequence[Window]
    ) -> list[SignificanceResult]:
        """Return one result per window."""
        return _one_way(self, abnormal, windows, date_codes(abnormal), "date")


@dataclass(frozen=True)
class ClusteredByFirm:
    """Mean CAR over its standard error clustered by security, against t(G - 1).

    As `ClusteredByDate`, for securities with several events.
    """

    name: ClassVar[str] = "Clustered by firm"
    label: ClassVar[str] = "t test with standard errors clustered by firm"
    null: ClassVar[str] = ClusteredByDate.null
    reference: ClassVar[str] = ClusteredByDate.reference

    def compute(
        self, abnormal: AbnormalReturns, windows: Sequence[Window]
    ) -> list[SignificanceResult]:
        """Return one result per window."""
        return _one_way(self, abnormal, windows, firm_codes(abnormal), "firm")


@dataclass(frozen=True)
class ClusteredTwoWay:
    """Mean CAR over its standard error clustered by date and by firm.

    The variance is that by date plus that by firm less that by both, each with its own
    G / (G - 1), against t(G - 1) of the fewer clusters (Cameron, Gelbach and Miller 2011). In small
    samples the difference can be negative; then there is no statistic.
    """

    name: ClassVar[str] = "Clustered two-way"
    label: ClassVar[str] = "t test with standard errors clustered by date and by firm"
    null: ClassVar[str] = ClusteredByDate.null
    reference: ClassVar[str] = "Cameron, Gelbach and Miller (2011)"

    def compute(
        self, abnormal: AbnormalReturns, windows: Sequence[Window]
    ) -> list[SignificanceResult]:
        """Return one result per window."""
        over = abnormal.over(windows)
        n, mean, deviation = moments(over.car)
        date, firm = date_codes(abnormal), firm_codes(abnormal)
        both = np.unique(date * (len(firm) + 1) + firm, return_inverse=True)[1].reshape(-1)
        by_date, by_firm, by_both = (cluster_sums(over.car, c) for c in (date, firm, both))
        variance = by_date.variance(mean) + by_firm.variance(mean) - by_both.variance(mean)
        fewer = np.minimum(by_date.n_clusters, by_firm.n_clusters)
        statistic = ratio(mean, np.sqrt(np.where(variance > 0.0, variance, np.nan)))
        notes = []
        for w in range(len(n)):
            note = _cluster_note(n[w], deviation[w], fewer[w], "date or firm")
            negative = np.isnan(statistic[w]) and (not note or fewer[w] > 1 < n[w])
            notes.append("the two-way variance is not positive" if negative else note)
        facts = {
            "caar": mean,
            "standard_error": np.sqrt(np.where(variance > 0.0, variance, np.nan)),
            "n_dates": by_date.n_clusters,
            "n_firms": by_firm.n_clusters,
        }
        df = [StudentT(float(max(g - 1, 0))) for g in fewer]
        return tabulate(self, over.windows, statistic, n, df, notes, facts)


def _one_way(
    test: ClusteredByDate | ClusteredByFirm,
    abnormal: AbnormalReturns,
    windows: Sequence[Window],
    codes: IntArray,
    what: str,
) -> list[SignificanceResult]:
    over = abnormal.over(windows)
    n, mean, deviation = moments(over.car)
    clusters = cluster_sums(over.car, codes)
    error = np.sqrt(clusters.variance(mean))
    statistic = ratio(mean, error)
    notes = [
        _cluster_note(*figures, what)
        for figures in zip(n, deviation, clusters.n_clusters, strict=True)
    ]
    facts = {"caar": mean, "standard_error": error, "n_clusters": clusters.n_clusters}
    df = [StudentT(float(max(g - 1, 0))) for g in clusters.n_clusters]
    return tabulate(test, over.windows, statistic, n, df, notes, facts)


def _cluster_note(n: int, deviation: float, clusters: int, what: str) -> str:
    if note := sample_note(n, deviation, "abnormal returns"):
        return note
    if clusters < 2:
        return f"all {n} events share one {what}, so clusters cannot be compared"
    if clusters < FEW:
        return f"only {clusters} clusters by {what}: the standard error tends to be too small"
    return ""
