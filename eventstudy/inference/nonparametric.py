"""Tests by ranks and signs, which do not need normal abnormal returns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from eventstudy.estimation.abnormal import AbnormalReturns, Window
from eventstudy.estimation.kernels import (
    insertion_rank_sums,
    midranks,
    moments,
    window_indicator,
)
from eventstudy.inference.significance import (
    Normal,
    SignificanceResult,
    StudentT,
    ratio,
    sample_note,
    tabulate,
)


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
