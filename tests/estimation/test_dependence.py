from __future__ import annotations

import math

import numpy as np
import pytest

from eventstudy.estimation import dependence
from eventstudy.estimation.dependence import Pairs, pairs_that_meet, residual_correlation


def slow(resid: np.ndarray, at: np.ndarray, minimum: int = 30) -> tuple[float, int, int, float]:
    total, shared_counts, pairs = 0.0, [], 0
    rows = [
        {int(d): v for d, v in zip(a, r, strict=True) if d >= 0 and not math.isnan(v)}
        for a, r in zip(at, resid, strict=True)
    ]
    rows = [row for row in rows if row]
    for i, one in enumerate(rows):
        for other in rows[:i]:
            pairs += 1
            shared = sorted(set(one) & set(other))
            if len(shared) >= minimum:
                a, b = [one[d] for d in shared], [other[d] for d in shared]
                total += float(np.corrcoef(a, b)[0, 1])
                shared_counts.append(len(shared))
    median = float(np.median(shared_counts)) if shared_counts else math.nan
    return total / pairs, pairs, len(shared_counts), median


def case(seed: int, n: int, spread: int, gaps: float) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    at = rng.integers(0, spread + 1, n)[:, None] + np.arange(80)
    common = rng.normal(size=spread + 80)
    resid = 0.02 * (0.6 * common[at] + rng.normal(size=at.shape))
    resid[rng.random(resid.shape) < gaps] = np.nan
    return resid, at


@pytest.mark.parametrize("spread", [0, 3, 60, 400])
@pytest.mark.parametrize("gaps", [0.0, 0.01, 0.3])
def test_equals_the_loop_over_pairs(
    spread: int, gaps: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    resid, at = case(1, 40, spread, gaps)
    expected = slow(resid, at)
    for rows, kept in ((256, 16), (7, 1), (3, 2)):
        monkeypatch.setattr(dependence, "ROWS", rows)
        monkeypatch.setattr(dependence, "KEPT", kept)
        got = residual_correlation(resid, at)
        assert got.mean == pytest.approx(expected[0], abs=1e-13)
        assert (got.n_pairs, got.n_counted) == expected[1:3]
        assert got.median_shared == pytest.approx(expected[3], nan_ok=True)


def test_mixed_whole_and_gappy_rows_off_the_axis_and_empty() -> None:
    resid, at = case(2, 30, 50, 0.0)
    resid[4, 10:25] = np.nan
    resid[9] = np.nan
    at[11, :5] = -1
    at[12, -20:] = -1
    expected = slow(resid, at)
    got = residual_correlation(resid, at)
    assert got.n_events == 29
    assert got.mean == pytest.approx(expected[0], abs=1e-13)
    assert (got.n_pairs, got.n_counted, got.median_shared) == expected[1:]


def test_order_of_events_does_not_matter() -> None:
    resid, at = case(3, 50, 90, 0.05)
    shuffled = np.random.default_rng(0).permutation(50)
    a, b = residual_correlation(resid, at), residual_correlation(resid[shuffled], at[shuffled])
    assert a.mean == pytest.approx(b.mean, abs=1e-14)


def test_dates_are_compared_on_the_calendar_not_in_event_time() -> None:
    # Two securities share the same disturbances, and their events lie 10 days apart. On the
    # calendar they are the same; in event time they would look unrelated.
    common = np.random.default_rng(4).normal(size=110)
    at = np.array([0, 10])[:, None] + np.arange(100)
    got = residual_correlation(common[at], at)
    assert got.mean == pytest.approx(1.0, abs=1e-12)
    assert got.median_shared == 90
    in_event_time = residual_correlation(common[at], np.zeros((2, 1), int) + np.arange(100))
    assert abs(in_event_time.mean) < 0.25


def test_pairs_with_fewer_than_thirty_dates_count_as_zero() -> None:
    # Three events; the first two share 30 dates with correlation 1, the third shares 29 with the
    # second: the average is 1 / 3.
    common = np.random.default_rng(5).normal(size=200)
    at = np.array([0, 20, 41])[:, None] + np.arange(50)
    got = residual_correlation(common[at], at)
    assert (got.n_pairs, got.n_counted, got.median_shared) == (3, 1, 30.0)
    assert got.mean == pytest.approx(1 / 3, abs=1e-12)


def test_constant_residuals_correlate_with_nothing() -> None:
    resid, at = case(6, 5, 0, 0.0)
    resid[2] = 0.01
    got = residual_correlation(resid, at)
    assert (got.n_pairs, got.n_counted) == (10, 6)


@pytest.mark.parametrize("n", [0, 1])
def test_without_a_pair_there_is_no_average(n: int) -> None:
    got = residual_correlation(np.ones((n, 50)), np.zeros((n, 1), int) + np.arange(50))
    assert math.isnan(got.mean)
    assert (got.n_events, got.n_pairs, got.n_counted) == (n, 0, 0)


@pytest.mark.parametrize("left_out", [0, 1, 60, 200, 299, 300])
@pytest.mark.parametrize("gaps", [0.0, 0.05])
def test_part_of_the_events_equals_those_events_alone(left_out: int, gaps: float) -> None:
    rng = np.random.default_rng(left_out)
    at = np.sort(rng.integers(0, 40, 300) * 12)[:, None] + np.arange(90)
    resid = rng.normal(size=at.shape) + 0.5 * rng.normal(size=700)[at]
    resid[rng.random(at.shape) < gaps] = np.nan
    resid[7] = np.nan
    members = np.ones(300, dtype=bool)
    members[rng.choice(300, left_out, replace=False)] = False
    got = Pairs.among(resid, at).correlation(members)
    alone = residual_correlation(resid[members], at[members])
    assert got.mean == pytest.approx(alone.mean, abs=1e-13, nan_ok=True)
    assert (got.n_events, got.n_pairs, got.n_counted) == (
        alone.n_events, alone.n_pairs, alone.n_counted
    )  # fmt: skip
    assert got.median_shared == pytest.approx(alone.median_shared, nan_ok=True)


@pytest.mark.parametrize("one_date", [True, False])
def test_pairs_whose_spans_meet_equal_the_loop(one_date: bool) -> None:
    rng = np.random.default_rng(5)
    start = np.zeros(60, dtype=int) if one_date else rng.integers(0, 200, 60)
    at = start[:, None] + np.arange(80)
    resid = rng.normal(size=at.shape) + 0.5 * rng.normal(size=300)[at]
    resid[3] = np.nan
    first, last = at[:, -1] + 1, at[:, -1] + rng.integers(0, 30, 60)
    pairs = Pairs.among(resid, at)
    total, meet = 0.0, 0
    for i in range(60):
        for j in range(i):
            if first[i] > last[i] or first[j] > last[j]:
                continue
            if first[i] <= last[j] and first[j] <= last[i]:
                meet += 1
                if 3 not in (i, j):
                    total += residual_correlation(resid[[i, j]], at[[i, j]]).mean
    assert pairs_that_meet(first, last) == meet
    assert pairs.meeting(first, last) == pytest.approx(total, rel=1e-10)
    assert pairs.meeting(first, first - 1) == 0.0
