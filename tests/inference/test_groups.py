from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

from eventstudy.estimation.abnormal import AbnormalReturns, abnormal_returns
from eventstudy.estimation.models import MarketModel, fit
from eventstudy.inference.distributions import Normal, RankSum
from eventstudy.inference.groups import compare_groups
from tests.panels import change, draw_panel

WINDOWS = [(0, 0), (-1, 1), (-5, 5)]


def study(n: int, seed: int, gaps: float = 0.0, digits: int | None = None) -> AbnormalReturns:
    panel = draw_panel(n, seed=seed, gaps=gaps)
    abnormal = abnormal_returns(panel, fit(panel, MarketModel()))
    if digits is None:
        return abnormal
    return AbnormalReturns(**{**vars(abnormal), "ar": np.round(abnormal.ar, digits)})


@pytest.mark.parametrize(("n", "m"), [(4, 7), (8, 8), (9, 5), (30, 40), (1, 6)])
@pytest.mark.parametrize("digits", [None, 2])
def test_both_tests_equal_scipy(n: int, m: int, digits: int | None) -> None:
    first, second = study(n, 1, 0.05, digits), study(m, 2, 0.05, digits)
    results = compare_groups(first, second, WINDOWS)
    cars = [group.over(WINDOWS).car for group in (first, second)]
    assert [r.name for r in results] == ["Welch t"] * 3 + ["Mann-Whitney"] * 3
    for result in results:
        theirs: Any
        a, b = (car[:, WINDOWS.index(result.window)] for car in cars)
        a, b = a[np.isfinite(a)], b[np.isfinite(b)]
        assert result.n_events == len(a) + len(b)
        if result.name == "Welch t" and min(len(a), len(b)) < 2:
            assert math.isnan(result.statistic)
            assert result.note == "needs at least 2 events in each group; first has 1"
            continue
        if result.name == "Welch t":
            theirs = stats.ttest_ind(a, b, equal_var=False)
            assert result.statistic == pytest.approx(theirs.statistic, rel=1e-11)
            assert result.df == pytest.approx(theirs.df, rel=1e-11)
            assert result.facts["difference"] == pytest.approx(a.mean() - b.mean())
        else:
            small = max(len(a), len(b)) <= 8
            theirs = stats.mannwhitneyu(a, b, method="auto" if small else "asymptotic")
            assert result.facts["u"] == theirs.statistic
            exact = small and len({*a, *b}) == len(a) + len(b)
            assert isinstance(result.distribution, RankSum if exact else Normal)
        assert result.p_value == pytest.approx(theirs.pvalue, rel=1e-9)


def test_a_planted_difference_is_found_and_named() -> None:
    panel = draw_panel(25, seed=1)
    r_evt = panel.r_evt.copy()
    r_evt[:, 5] -= 0.08
    layoffs = abnormal_returns(change(panel, r_evt=r_evt), fit(panel, MarketModel()))
    launches = study(20, 2)
    results = compare_groups(layoffs, launches, [(0, 0)], ("layoff", "model_launch"))
    for result in results:
        assert result.statistic < -3
        assert result.p_value < 0.001
        assert "layoff and model_launch" in result.null
    assert results[0].facts["n_first"] == 25


def test_groups_too_small_or_without_variance_get_notes() -> None:
    none = study(4, 1).take([])
    for result in compare_groups(none, study(5, 2), [(0, 0)]):
        assert math.isnan(result.statistic)
        assert math.isnan(result.p_value)
        assert "first has 0" in result.note
    flat = AbnormalReturns(**{**vars(study(3, 1)), "ar": np.full((3, 11), 0.01)})
    for result in compare_groups(flat, flat, [(0, 0)]):
        assert math.isnan(result.statistic)
        assert result.note
