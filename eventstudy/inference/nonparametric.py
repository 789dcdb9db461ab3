"""Tests by ranks and signs, which do not need normal abnormal returns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from eventstudy.estimation.abnormal import AbnormalReturns, Window
from eventstudy.estimation.kernels import (
    insertion_rank_sums,
    midranks,
    moments,
    row_blocks,
    window_indicator,
)
from eventstudy.inference.distributions import (
    Distribution,
    Normal,
    StudentT,
    sign_count,
    signed_ranks,
)
from eventstudy.inference.significance import (
    SignificanceResult,
    ratio,
    sample_note,
    tabulate,
)

FloatArray = NDArray[np.float64]
#: Up to this many values the signed ranks are compared with their exact distribution.
EXACT_RANKS = 50


@dataclass(frozen=True)
class CorradoRank:
    """Rank of the window's abnormal returns among all of the event's, against the normal.

    Every event's abnormal returns of estimation and event window are ranked together and the ranks
    divided by one more than their number, U = rank / (1 + M_i) (Corrado 1989; with missing returns
    Corrado and Zivney 1992). A day's score is the sum of U - 1/2 over its N_t events over
    sqrt(N_t); scores are scaled by their root mean square over all T days of both windows.
    A window adds its daily scores and divides by sqrt(days), the form of Cowan (1992). The
    abnormal returns are ranked as they are, not standardised.
    """

    name: ClassVar[str] = "Corrado rank"
    label: ClassVar[str] = "Rank test (Corrado and Zivney, over windows Cowan)"
    null: ClassVar[str] = (
        "the abnormal returns of the window rank like those of the security's other days"
    )
    reference: ClassVar[str] = "Corrado (1989); Corrado and Zivney (1992); Cowan (1992)"

    def compute(
        self, abnormal: AbnormalReturns, windows: Sequence[Window]
    ) -> list[SignificanceResult]:
        """Return one result per window."""
        over = abnormal.over(windows)
        ranks = midranks(np.concatenate([abnormal.ar_est, abnormal.ar], axis=1))
        there = np.isfinite(ranks)
        uniform = ranks / (1.0 + there.sum(axis=1, keepdims=True)) - 0.5
        per_day = there.sum(axis=0)
        sums = np.where(there, uniform, 0.0).sum(axis=0)
        scores = sums / np.sqrt(np.maximum(per_day, 1))
        used = per_day > 0
        scale = np.sqrt((scores**2).sum() / max(int(used.sum()), 1))
        split = abnormal.ar_est.shape[1]
        inside = window_indicator(abnormal.tau, np.array(over.windows).reshape(-1, 2))
        days = inside @ used[split:].astype(np.float64)
        statistic = ratio(inside @ scores[split:], np.sqrt(days) * scale)
        n = (over.days > 0).sum(axis=0)
        notes = [sample_note(count, scale, "ranks", least=1) for count in n]
        facts = {"days": days}
        return tabulate(self, over.windows, statistic, n, [Normal()] * len(n), notes, facts)


@dataclass(frozen=True)
class GRankT:
    """Rank of the re-standardised CAR among the event's estimation days, against t(T - 2).

    The window is squeezed into one day: SCAR over the standard deviation of all SCAR across
    events, so that variance the event brings about does no harm. It joins the event's estimation
    residuals over their sigma, and U = rank / (T_i + 1) - 1/2 with T_i values. With U-bar the daily
    average over events, Z = U-bar_0 / S, S^2 = sum of (n_t / n) U-bar_t^2 over all T days / T, and
    the statistic is Z sqrt((T - 2) / (T - 1 - Z^2)) (Kolari and Pynnönen 2011). S is a deviation
    over time, so that correlation between events on one date is in it. T counts the estimation
    days with any residual, and the event's own day.
    """

    name: ClassVar[str] = "GRANK-T"
    label: ClassVar[str] = "Generalised rank t test (Kolari and Pynnönen)"
    null: ClassVar[str] = (
        "the cumulative abnormal return ranks like the abnormal return of an estimation day"
    )
    reference: ClassVar[str] = "Kolari and Pynnönen (2011)"

    def compute(
        self, abnormal: AbnormalReturns, windows: Sequence[Window]
    ) -> list[SignificanceResult]:
        """Return one result per window."""
        over = abnormal.over(windows)
        n, _, deviation = moments(over.scar)
        gsar = np.full(over.scar.shape, np.nan)
        np.divide(over.scar, deviation, out=gsar, where=deviation > 0.0)
        sums, counts, own, own_n = insertion_rank_sums(abnormal.sar_est, gsar)
        squares = (sums**2 / np.maximum(counts, 1.0)).sum(axis=1) / np.maximum(own_n, 1.0)
        average = own / np.maximum(own_n, 1.0)
        length = 1.0 + (counts > 0).sum(axis=1)
        z = ratio(average, np.sqrt((squares + average**2) / length))
        statistic = z * np.sqrt(ratio(length - 2.0, length - 1.0 - z**2))
        what = "standardised abnormal returns"
        notes = [
            sample_note(count, spread, what)
            or ("" if np.isfinite(value) else "the ranks leave no variance to compare with")
            for count, spread, value in zip(n, deviation, statistic, strict=True)
        ]
        distributions = [StudentT(float(max(days - 2.0, 0.0))) for days in length]
        return tabulate(self, over.windows, statistic, n, distributions, notes, {"T": length})


@dataclass(frozen=True)
class GRankZ:
    """Sum of the events' own ranks over their deviation, against the standard normal.

    U as in `GRankT`; under the null every U of an event with T_i values has the variance
    (T_i - 1) / (12 (T_i + 1)), and Z = sum of U / root of the sum of variances. With complete data
    that is sqrt(12 n (L1 + 2) / L1) U-bar_0 (Kolari and Pynnönen 2011). Assumes independent events.
    """

    name: ClassVar[str] = "GRANK-Z"
    label: ClassVar[str] = "Generalised rank z test (Kolari and Pynnönen)"
    null: ClassVar[str] = GRankT.null
    reference: ClassVar[str] = "Kolari and Pynnönen (2011)"

    def compute(
        self, abnormal: AbnormalReturns, windows: Sequence[Window]
    ) -> list[SignificanceResult]:
        """Return one result per window."""
        over = abnormal.over(windows)
        n, _, deviation = moments(over.scar)
        gsar = np.full(over.scar.shape, np.nan)
        np.divide(over.scar, deviation, out=gsar, where=deviation > 0.0)
        rank, length = insertion_ranks(abnormal.sar_est, gsar)
        own = rank / (length + 1.0)[:, None] - 0.5
        there = np.isfinite(own)
        variance = np.where(there, ((length - 1.0) / (12.0 * (length + 1.0)))[:, None], 0.0)
        statistic = ratio(np.where(there, own, 0.0).sum(axis=0), np.sqrt(variance.sum(axis=0)))
        what = "standardised abnormal returns"
        notes = [
            sample_note(count, spread, what)
            or ("" if np.isfinite(value) else "there are no estimation days to rank among")
            for count, spread, value in zip(n, deviation, statistic, strict=True)
        ]
        return tabulate(self, over.windows, statistic, n, [Normal()] * len(n), notes)


@dataclass(frozen=True)
class Sign:
    """Number of positive CAR against one half, by the binomial distribution.

    z = (w - m / 2) / sqrt(m / 4), w the positive among the m CAR that are not zero; the p value is
    that of the binomial distribution, not of the normal. Abnormal returns are often a little
    right-skewed, so that fewer than half are positive without any effect: `CowanSign` allows for
    that.
    """

    name: ClassVar[str] = "Sign"
    label: ClassVar[str] = "Sign test"
    null: ClassVar[str] = "a cumulative abnormal return is as often positive as negative"
    reference: ClassVar[str] = "Dixon and Mood (1946)"

    def compute(
        self, abnormal: AbnormalReturns, windows: Sequence[Window]
    ) -> list[SignificanceResult]:
        """Return one result per window."""
        over = abnormal.over(windows)
        n = np.isfinite(over.car).sum(axis=0)
        positive = (over.car > 0.0).sum(axis=0).astype(np.float64)
        nonzero = positive + (over.car < 0.0).sum(axis=0)
        statistic = ratio(positive - nonzero / 2.0, np.sqrt(nonzero / 4.0))
        notes = [_nonzero_note(*pair) for pair in zip(n, nonzero, strict=True)]
        distributions = [sign_count(int(m)) for m in nonzero]
        facts = {"positive": positive, "zero": n - nonzero}
        return tabulate(self, over.windows, statistic, n, distributions, notes, facts)


@dataclass(frozen=True)
class Wilcoxon:
    """Ranks of the sizes of CAR, with their signs, summed.

    z = (sum of the ranks of positive CAR - that of negative) / root of the sum of squared ranks;
    zeros are left out, ties share their mean rank. The p value is exact up to `EXACT_RANKS` CAR
    that are not zero, given the ties, and normal beyond (Wilcoxon 1945; Pratt and Gibbons 1981).
    Assumes independent events whose CAR are symmetric about their median.
    """

    name: ClassVar[str] = "Wilcoxon"
    label: ClassVar[str] = "Signed rank test (Wilcoxon)"
    null: ClassVar[str] = "cumulative abnormal returns are symmetric about zero"
    reference: ClassVar[str] = "Wilcoxon (1945)"

    def compute(
        self, abnormal: AbnormalReturns, windows: Sequence[Window]
    ) -> list[SignificanceResult]:
        """Return one result per window."""
        over = abnormal.over(windows)
        n = np.isfinite(over.car).sum(axis=0)
        car = np.where(over.car == 0.0, np.nan, over.car)
        ranks = midranks(np.abs(car).T).T
        there = np.isfinite(ranks)
        nonzero = there.sum(axis=0)
        signed = np.where(there, np.sign(car) * ranks, 0.0)
        statistic = ratio(signed.sum(axis=0), np.sqrt((signed**2).sum(axis=0)))
        notes = [_nonzero_note(*pair) for pair in zip(n, nonzero, strict=True)]
        distributions: list[Distribution] = [
            signed_ranks(np.abs(signed[there[:, w], w])) if 0 < m <= EXACT_RANKS else Normal()
            for w, m in enumerate(nonzero)
        ]
        w_plus = np.where(signed > 0.0, signed, 0.0).sum(axis=0)
        facts = {"w_plus": w_plus, "zero": (n - nonzero).astype(np.float64)}
        return tabulate(self, over.windows, statistic, n, distributions, notes, facts)


def _nonzero_note(n: int, nonzero: float) -> str:
    return sample_note(n, 1.0, "", least=1) or (
        "" if nonzero else "all abnormal returns of the window are zero"
    )


@dataclass(frozen=True)
class CowanSign:
    """Number of positive CAR against the share of positive days before, against the normal.

    z = (w - n p) / sqrt(n p (1 - p)), w the number of events with CAR > 0 and p the average over
    events of the share of positive residuals in the estimation window (Cowan 1992), so that
    skewed returns do not count as an effect.
    """

    name: ClassVar[str] = "Generalised sign"
    label: ClassVar[str] = "Generalised sign test (Cowan)"
    null: ClassVar[str] = (
        "cumulative abnormal returns are positive as often as abnormal returns of estimation days"
    )
    reference: ClassVar[str] = "Cowan (1992)"

    def compute(
        self, abnormal: AbnormalReturns, windows: Sequence[Window]
    ) -> list[SignificanceResult]:
        """Return one result per window."""
        over = abnormal.over(windows)
        there = np.isfinite(abnormal.ar_est)
        share = (abnormal.ar_est > 0.0).sum(axis=1) / np.maximum(there.sum(axis=1), 1)
        n, expected, _ = moments(np.where(np.isfinite(over.car), share[:, None], np.nan))
        positive = (over.car > 0.0).sum(axis=0).astype(np.float64)
        statistic = ratio(positive - n * expected, np.sqrt(n * expected * (1.0 - expected)))
        notes = [
            sample_note(count, 1.0, "", least=1)
            or ("" if 0.0 < p < 1.0 else "all estimation residuals have one sign")
            for count, p in zip(n, expected, strict=True)
        ]
        facts = {"positive": positive, "expected_share": expected}
        return tabulate(self, over.windows, statistic, n, [Normal()] * len(n), notes, facts)


def insertion_ranks(values: FloatArray, inserted: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the rank of each inserted value in its row, and the number of values it is among.

    ``values`` of shape (N, L) and ``inserted`` of (N, W), NaN where missing, give ranks of shape
    (N, W) from 1, ties sharing their mean rank, and numbers of shape (N,) with the inserted one.
    """
    rank = np.full(inserted.shape, np.nan)
    low = np.where(np.isfinite(values), values, np.inf)
    for rows in row_blocks(len(values), max(values.shape[1], 1)):
        part, new = low[rows], inserted[rows]
        for w in range(inserted.shape[1]):
            own = new[:, w, None]
            below, equal = (part < own).sum(axis=1), (part == own).sum(axis=1)
            rank[rows, w] = np.where(np.isfinite(new[:, w]), 1.0 + below + equal / 2.0, np.nan)
    return rank, 1.0 + np.isfinite(values).sum(axis=1)
