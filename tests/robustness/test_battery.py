from __future__ import annotations

import math

import pytest

from eventstudy.estimation.abnormal import AbnormalReturns, abnormal_returns
from eventstudy.estimation.models import MarketModel, fit
from eventstudy.inference.advice import advise
from eventstudy.inference.catalogue import TESTS
from eventstudy.inference.resampling import WildBootstrap
from eventstudy.robustness.battery import DRAWS, Advised, battery, with_few_draws
from eventstudy.robustness.selfcheck import LEVEL
from tests.panels import draw_panel


def abnormal(n: int, correlation: float) -> AbnormalReturns:
    starts = None if correlation else range(0, 20 * n, 20)
    panel = draw_panel(n, 120, correlation=correlation, starts=starts)
    return abnormal_returns(panel, fit(panel, MarketModel()))


def test_the_battery_is_the_catalogue_and_the_advice() -> None:
    assert [test.name for test in battery()] == [*TESTS, "As advised"]


def test_tests_that_resample_draw_little_and_never_the_same() -> None:
    draws = [with_few_draws(TESTS["Wild bootstrap"], number) for number in (1, 2)]
    assert draws == [WildBootstrap(draws=DRAWS, seed=1), WildBootstrap(draws=DRAWS, seed=2)]
    whole = (DRAWS + 1) * LEVEL
    assert whole == pytest.approx(10.0)
    assert with_few_draws(TESTS["BMP"], 1) is TESTS["BMP"]
    assert with_few_draws(Advised(), 7) == Advised(seed=7)


@pytest.mark.parametrize(("n", "correlation"), [(1, 0.0), (12, 0.0), (40, 0.3)])
def test_the_advised_test_is_the_one_that_leads(n: int, correlation: float) -> None:
    events = abnormal(n, correlation)
    for window, found in zip(
        [(0, 0), (-5, 5)], Advised(seed=3).compute(events, [(0, 0), (-5, 5)]), strict=True
    ):
        leading = with_few_draws(TESTS[advise(events, window, tuple(TESTS)).test], 3)
        (alone,) = leading.compute(events, [window])
        assert (found.name, found.window) == ("As advised", window)
        assert found.p_value == alone.p_value
        assert math.isfinite(found.p_value)
