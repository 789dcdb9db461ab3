"""How often each test rejects a true null: its size, by simulation.

Bounds are three standard errors of a rejection rate of 5 %.
"""

from __future__ import annotations

import math
from collections import Counter
from functools import cache

import pytest

from eventstudy.estimation.abnormal import abnormal_returns
from eventstudy.estimation.models import MarketModel, fit
from eventstudy.inference.catalogue import STANDARD, run_tests
from eventstudy.inference.resampling import BMPBootstrap, SignPermutation, WildBootstrap
from eventstudy.inference.significance import SignificanceTest
from tests.panels import draw_panel

STUDIES = 600
WINDOWS = ((0, 0), (-5, 5))
#: Tests that hold their size where nothing is the matter; resampling is in its own test.
SIZED = (
    *STANDARD, "Jackknife", "Independence t", "Crude dependence", "Lamb", "GRANK-Z", "Sign",
    "Wilcoxon", "Clustered by date", "Clustered by firm", "Clustered two-way", "Calendar time WLS",
    "Sample quantile", "Placebo in time", "Conformal",
)  # fmt: skip
#: Eleven days against 120: overlapping sums reject 9 % (`SampleQuantile` says so), and ten
#: placebos cannot reach 5 % at all.
DAYS_ONLY = ("Sample quantile", "Placebo in time")
BOUND = 3 * math.sqrt(0.05 * 0.95 / STUDIES)


@cache
def rejections(correlation: float, event_variance: float) -> Counter[tuple[str, tuple[int, int]]]:
    """Count p values below 5 % in studies of 50 events without effect.

    The events share one date where they are correlated, and none where they are not.
    """
    found: Counter[tuple[str, tuple[int, int]]] = Counter()
    starts = None if correlation else range(0, 50 * 140, 140)
    for seed in range(STUDIES):
        panel = draw_panel(
            50, 120, seed=seed, starts=starts,
            correlation=correlation, event_variance=event_variance,
        )  # fmt: skip
        abnormal = abnormal_returns(panel, fit(panel, MarketModel()))
        found.update(
            (result.name, result.window)
            for result in run_tests(abnormal, WINDOWS, SIZED)
            if result.p_value < 0.05
        )
    return found


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "window"),
    [(n, w) for n in SIZED for w in WINDOWS if n not in DAYS_ONLY or w == (0, 0)],
)
def test_size_with_independent_events(name: str, window: tuple[int, int]) -> None:
    assert abs(rejections(0.0, 1.0)[name, window] / STUDIES - 0.05) < BOUND


@pytest.mark.slow
@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize(("name", "correlation"), [("KP-BMP", 0.3), ("KP-BMP", 0.1),
                                                   ("GRANK-T", 0.1)])  # fmt: skip
def test_size_on_one_date_with_correlation_and_event_induced_variance(
    name: str, correlation: float, window: tuple[int, int]
) -> None:
    assert abs(rejections(correlation, 2.0)[name, window] / STUDIES - 0.05) < BOUND


@pytest.mark.slow
def test_grank_is_a_little_liberal_when_the_correlation_is_strong() -> None:
    # SCAR are divided by their deviation across events, which a correlation r shortens to
    # sqrt(1 - r); the event day is then stretched against the estimation days. With r = 0.3 the
    # daily averages are 10 % too wide, and 5 % becomes about 7 %.
    for window in WINDOWS:
        assert 0.03 < rejections(0.3, 2.0)["GRANK-T", window] / STUDIES < 0.10


@pytest.mark.slow
@pytest.mark.parametrize("name", ["Cross-sectional t", "Patell", "BMP"])
def test_unadjusted_tests_reject_too_often_on_one_date(name: str) -> None:
    assert rejections(0.3, 2.0)[name, (0, 0)] / STUDIES > 0.3


@pytest.mark.slow
def test_size_with_few_dates_that_share_shocks() -> None:
    # Forty events on eight dates: weights and clusters by date hold, one per event would not.
    tests: list[SignificanceTest] = [
        SignPermutation(draws=399), WildBootstrap(draws=399), BMPBootstrap(draws=399),
    ]  # fmt: skip
    found: Counter[str] = Counter()
    for seed in range(STUDIES):
        starts = [140 * (i // 5) for i in range(40)]
        panel = draw_panel(40, 120, seed=seed, starts=starts, correlation=0.5, event_variance=2.0)
        abnormal = abnormal_returns(panel, fit(panel, MarketModel()))
        found.update(
            result.name
            for result in run_tests(abnormal, [(0, 0)], [*tests, "Cross-sectional t"])
            if result.p_value < 0.05
        )
    for test in tests:
        assert abs(found[test.name] / STUDIES - 0.05) < BOUND, test.name
    assert found["Cross-sectional t"] / STUDIES > 0.15
