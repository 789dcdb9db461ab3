"""Many tests at once: p values that hold for a family of days, windows and groups."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from eventstudy.estimation.abnormal import AbnormalReturns, Window
from eventstudy.estimation.kernels import moments
from eventstudy.inference.clustered import ClusterSums, cluster_sums
from eventstudy.inference.resampling import DRAWS, Weights, draw_weights, wild_t
from eventstudy.inference.significance import SignificanceResult, ratio

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class AdjustedResult:
    """One result beside the p values that allow for its family.

    Attributes
    ----------
    result
        The result with its own p value.
    family, n_tests
        Name of the family, and its tests that have a p value.
    holm
        Holm's (1979) p value: the chance of any false rejection in the family stays at the level.
    benjamini_hochberg
        Benjamini and Hochberg's (1995): the expected share of false ones among the rejections does.
        Both are NaN where the result has no p value.
    """

    result: SignificanceResult
    family: str
    n_tests: int
    holm: float
    benjamini_hochberg: float


def holm(p_values: ArrayLike) -> FloatArray:
    """Return Holm's (1979) step-down p values; NaN stays NaN and does not count."""
    return _adjusted(p_values, _holm)


def benjamini_hochberg(p_values: ArrayLike) -> FloatArray:
    """Return Benjamini and Hochberg's (1995) step-up p values; NaN stays NaN and does not count."""
    return _adjusted(p_values, _benjamini_hochberg)


def adjust(
    results: Sequence[SignificanceResult],
    family: Callable[[SignificanceResult], str] = lambda result: result.name,
) -> tuple[AdjustedResult, ...]:
    """Return the results in their order with adjusted p values.

    Parameters
    ----------
    results
        Results over days, windows or groups.
    family
        Names the family of a result; by default its test, because two tests of one window ask the
        same question twice, and windows ask several.
    """
    families = [family(result) for result in results]
    p = np.array([result.p_value for result in results], dtype=np.float64)
    by_holm, by_bh = np.full(len(p), math.nan), np.full(len(p), math.nan)
    size: dict[str, int] = {}
    for name in dict.fromkeys(families):
        rows = np.array([i for i, own in enumerate(families) if own == name])
        by_holm[rows], by_bh[rows] = holm(p[rows]), benjamini_hochberg(p[rows])
        size[name] = int(np.isfinite(p[rows]).sum())
    return tuple(
        AdjustedResult(result, name, size[name], float(by_holm[i]), float(by_bh[i]))
        for i, (result, name) in enumerate(zip(results, families, strict=True))
    )


@dataclass(frozen=True, slots=True)
class MaxTResult:
    """One window of one group in a max-t family.

    Attributes
    ----------
    group, window
        What was tested.
    statistic
        The t statistic clustered by date; NaN where there is none, and then ``note`` says why.
    p_value
        By the bootstrap for this window alone.
    adjusted
        For the family: the chance, under the null, of any such statistic as far out.
    n_events, n_tests
        Events in the window, and statistics in the family.
    reference
        Author and year.
    note
        Why there is no statistic.
    """

    group: str
    window: Window
    statistic: float
    p_value: float
    adjusted: float
    n_events: int
    n_tests: int
    reference: str = "Westfall and Young (1993); Romano and Wolf (2005)"
    note: str = ""


def max_t(
    groups: AbnormalReturns | Mapping[str, AbnormalReturns],
    windows: Sequence[Window],
    *,
    draws: int = DRAWS,
    seed: int = 0,
    weights: Weights | None = None,
) -> tuple[MaxTResult, ...]:
    """Test all windows of all groups at once by the largest t statistic, step by step downwards.

    Every draw of the wild bootstrap gives each calendar date one weight, for all windows and all
    groups alike, so that the statistics keep their correlation; that is why max-t loses less than
    Holm when windows overlap. The farthest statistic is compared with the draws' largest, the next
    with the largest of the rest, and so on (Westfall and Young 1993; Romano and Wolf 2005).

    Parameters
    ----------
    groups
        Abnormal returns, or several by name.
    windows
        First and last relative days; days are windows of one day.
    draws, seed, weights
        As in `eventstudy.inference.resampling.WildBootstrap`.

    Returns
    -------
    tuple of MaxTResult
        Group by group, and within a group window by window.
    """
    parts = groups if isinstance(groups, Mapping) else {"all": groups}
    dates, codes = _shared_dates(list(parts.values()))
    labels = [(name, tuple(window)) for name in parts for window in windows]
    sums, statistic, n = [], [], []
    for abnormal, own in zip(parts.values(), codes, strict=True):
        car = abnormal.over(windows).car
        clusters = cluster_sums(car, own)
        count, mean, deviation = moments(car)
        t = ratio(mean, np.sqrt(clusters.variance(mean)))
        statistic.append(np.where(deviation > 0.0, t, np.nan))
        n.append(count)
        sums.append((_padded(clusters.sums, dates), _padded(clusters.counts, dates)))
    together = ClusterSums(*(np.concatenate(part, axis=1) for part in zip(*sums, strict=True)))
    observed = np.abs(np.concatenate(statistic))
    blocks = draw_weights(dates, draws, seed, weights)
    drawn = np.abs(np.concatenate([wild_t(together, block) for block in blocks]))
    alone, adjusted = step_down(observed, drawn)
    n_tests = int(np.isfinite(observed).sum())
    return tuple(
        MaxTResult(
            group, (window[0], window[1]), float(t), float(alone[i]), float(adjusted[i]),
            int(count), n_tests,
            note="" if np.isfinite(t) else "needs events on at least 2 dates that differ",
        )
        for i, ((group, window), t, count) in enumerate(
            zip(labels, np.concatenate(statistic), np.concatenate(n), strict=True)
        )
    )  # fmt: skip


def step_down(observed: FloatArray, drawn: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return p values alone and for the family, from |t| of shape (m,) and draws of (B, m)."""
    alone, adjusted = np.full(len(observed), np.nan), np.full(len(observed), np.nan)
    order = np.argsort(-observed, kind="stable")[: int(np.isfinite(observed).sum())]
    # The largest of each draw among this statistic and those nearer to zero.
    largest = np.maximum.accumulate(drawn[:, order][:, ::-1], axis=1)[:, ::-1]
    size = 1.0 + len(drawn)
    reach = observed[order] * (1.0 - 1e-10)
    alone[order] = (1.0 + (drawn[:, order] >= reach).sum(axis=0)) / size
    family = (1.0 + (largest >= reach).sum(axis=0)) / size
    adjusted[order] = np.maximum.accumulate(family)
    return alone, adjusted


def _shared_dates(parts: Sequence[AbnormalReturns]) -> tuple[int, list[NDArray[np.int64]]]:
    """Return the number of day zeros of all groups, and each group's events by their place."""
    dates = np.unique(np.concatenate([abnormal.day_zero for abnormal in parts]))
    return len(dates), [np.searchsorted(dates, abnormal.day_zero) for abnormal in parts]


def _padded(values: FloatArray, rows: int) -> FloatArray:
    return np.concatenate([values, np.zeros((rows - len(values), values.shape[1]))])


def _adjusted(p_values: ArrayLike, method: Callable[[FloatArray], FloatArray]) -> FloatArray:
    p = np.asarray(p_values, dtype=np.float64)
    out = np.full(p.shape, np.nan)
    there = np.flatnonzero(np.isfinite(p))
    order = there[np.argsort(p[there], kind="stable")]
    out[order] = np.minimum(method(p[order]), 1.0)
    return out


def _holm(rising: FloatArray) -> FloatArray:
    steps = rising * np.arange(len(rising), 0, -1)
    return np.maximum.accumulate(steps)


def _benjamini_hochberg(rising: FloatArray) -> FloatArray:
    steps = rising * len(rising) / np.arange(1, len(rising) + 1)
    return np.minimum.accumulate(steps[::-1])[::-1]
