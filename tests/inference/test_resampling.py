"""Permutations and bootstraps against loops, enumeration and scipy."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from eventstudy.estimation.abnormal import AbnormalReturns
from eventstudy.inference.catalogue import run_tests
from eventstudy.inference.clustered import cluster_sums
from eventstudy.inference.distributions import Discrete
from eventstudy.inference.resampling import (
    WEBB,
    BMPBootstrap,
    SignPermutation,
    WildBootstrap,
    draw_weights,
    wild_t,
)
from tests.inference.hand import by_hand, one, study
from tests.panels import change, draw_panel

WINDOWS = [(0, 0), (-1, 1), (-5, 5)]


def clustered(n: int, per_date: int, *, gaps: float = 0.0, seed: int = 0) -> AbnormalReturns:
    starts = [i // per_date for i in range(n)]
    return study(draw_panel(n, 60, starts=starts, gaps=gaps, correlation=0.3, seed=seed))


def test_permutation_by_hand() -> None:
    # Three dates, CAR 1 -2 4: sum 3 over sqrt(21). Of the 8 sums +-7 +-5 +-3 +-1 six are as far.
    abnormal = by_hand([1.0, -2.0, 4.0], [[1.0, -1.0]] * 3)
    days = np.datetime64("2020-01-01") + np.arange(3)
    result = one("Sign permutation", type(abnormal)(**{**vars(abnormal), "day_zero": days}))
    assert result.statistic == pytest.approx(3 / math.sqrt(21))
    assert result.p_value == 6 / 8
    assert str(result.distribution) == "all 8 signs of 3 dates"


@pytest.mark.parametrize("gaps", [0.0, 0.1])
def test_permutation_equals_a_loop_over_all_signs_of_dates(gaps: float) -> None:
    abnormal = clustered(20, 3, gaps=gaps)
    for result in run_tests(abnormal, WINDOWS, ["Sign permutation"]):
        car = abnormal.car(*result.window)
        dates = sorted(set(abnormal.day_zero))
        sums = [np.nansum(car[abnormal.day_zero == d]) for d in dates]
        totals = [
            sum(s * e for s, e in zip(sums, signs, strict=True))
            for signs in itertools.product([-1, 1], repeat=len(sums))
        ]
        observed = abs(sum(sums)) * (1 - 1e-10)
        assert result.p_value == pytest.approx(np.mean([abs(t) >= observed for t in totals]))
        assert isinstance(result.distribution, Discrete)


def test_permutation_equals_scipy_when_events_are_apart() -> None:
    abnormal = clustered(9, 1)
    data: Any = (abnormal.car(-1, 1),)
    theirs = stats.permutation_test(data, np.mean, permutation_type="samples", n_resamples=9999)
    result = run_tests(abnormal, [(-1, 1)], ["Sign permutation"])[0]
    assert result.p_value == pytest.approx(theirs.pvalue)


def test_drawn_signs_come_near_the_exact_p_value() -> None:
    abnormal = clustered(14, 1, seed=2)
    exact = run_tests(abnormal, WINDOWS, ["Sign permutation"])
    abnormal_more = clustered(60, 1, seed=2)
    drawn = run_tests(abnormal_more, WINDOWS, [SignPermutation(draws=20_000)])
    for result in drawn:
        car = abnormal_more.car(*result.window)
        z = car.sum() / math.sqrt((car**2).sum())
        assert result.statistic == pytest.approx(z)
        assert result.p_value == pytest.approx(2 * stats.norm.sf(abs(z)), abs=0.015)
    assert all(result.p_value >= 2**-13 for result in exact)


@pytest.mark.parametrize("gaps", [0.0, 0.1])
def test_bootstrap_t_equals_statsmodels_draw_by_draw(gaps: float) -> None:
    abnormal = clustered(24, 3, gaps=gaps)
    car = abnormal.over(WINDOWS).car
    codes = np.unique(abnormal.day_zero, return_inverse=True)[1]
    (weights,) = draw_weights(8, 7, 1, None)
    ours = wild_t(cluster_sums(car, codes), weights)
    for b, w in itertools.product(range(7), range(3)):
        there = np.isfinite(car[:, w])
        y = (weights[b][codes] * car[:, w])[there]
        fitted = sm.OLS(y, np.ones(len(y))).fit(
            cov_type="cluster", cov_kwds={"groups": codes[there]}
        )
        assert ours[b, w] == pytest.approx(fitted.tvalues[0], rel=1e-9)


def test_bootstrap_statistics_are_the_clustered_t_and_bmp() -> None:
    together = clustered(24, 3, gaps=0.05)
    by_date, wild = run_tests(together, WINDOWS[:1], ["Clustered by date", "Wild bootstrap"])
    assert wild.statistic == pytest.approx(by_date.statistic, rel=1e-12)
    apart = clustered(24, 1)
    bmp, bootstrap = run_tests(apart, WINDOWS[:1], ["BMP", "BMP bootstrap"])
    assert bootstrap.statistic == pytest.approx(bmp.statistic, rel=1e-12)
    assert bootstrap.p_value == pytest.approx(bmp.p_value, abs=0.05)


def test_equal_seeds_give_equal_p_values_and_other_seeds_near_ones() -> None:
    abnormal = clustered(20, 2)
    first, again, other = (
        [r.p_value for r in run_tests(abnormal, WINDOWS, [WildBootstrap(seed=s)])]
        for s in (3, 3, 4)
    )
    assert first == again
    assert first != other
    assert first == pytest.approx(other, abs=0.02)


def test_weights_have_mean_zero_and_variance_one() -> None:
    assert WEBB.mean() == pytest.approx(0.0)
    assert (WEBB**2).mean() == pytest.approx(1.0)
    few = np.concatenate(list(draw_weights(5, 40_000, 0, None)))
    many = np.concatenate(list(draw_weights(50, 4_000, 0, None)))
    assert len(np.unique(few)) == 6
    assert set(np.unique(many)) == {-1.0, 1.0}
    for weights in (few, many):
        assert weights.mean() == pytest.approx(0.0, abs=0.01)
        assert weights.var() == pytest.approx(1.0, abs=0.01)


def test_events_of_one_date_get_one_weight() -> None:
    # Ten copies of five events: the p value is that of the five dates, not of fifty events.
    abnormal = clustered(5, 1)
    copies = abnormal.take(np.repeat(np.arange(5), 10))
    for test in (SignPermutation(), WildBootstrap()):
        alone, many = (run_tests(a, [(0, 0)], [test])[0] for a in (abnormal, copies))
        assert many.p_value == alone.p_value
        assert many.statistic == pytest.approx(alone.statistic)
        assert many.note == "only 5 dates: few different draws, so p values are coarse"


def test_one_date_gets_a_note() -> None:
    abnormal = study(draw_panel(6, 60))
    for test in (SignPermutation(), WildBootstrap(), BMPBootstrap()):
        result = run_tests(abnormal, [(0, 0)], [test])[0]
        assert math.isnan(result.p_value)
        assert result.note.startswith("all 6 events share one date")


def test_a_planted_effect_is_found() -> None:
    panel = draw_panel(20, 60, starts=range(20))
    r_evt = panel.r_evt.copy()
    r_evt[:, 5] += 0.08
    for test in (SignPermutation(), WildBootstrap(), BMPBootstrap()):
        found, nothing = run_tests(study(change(panel, r_evt=r_evt)), [(0, 0), (-3, -3)], [test])
        assert found.p_value < 0.001
        assert nothing.p_value > 0.01
