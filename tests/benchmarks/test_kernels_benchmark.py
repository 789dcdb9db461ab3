"""How long a study takes: fit, abnormal returns and every test over five windows.

Run with ``pytest tests/benchmarks --benchmark-enable --benchmark-only -s``.
"""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from eventstudy.estimation.abnormal import abnormal_returns
from eventstudy.estimation.models import MarketModel, fit
from eventstudy.estimation.panel import EventPanel
from eventstudy.inference.catalogue import STANDARD, TESTS, run_tests
from eventstudy.inference.significance import SignificanceResult
from tests.panels import draw_panel

WINDOWS = [(0, 0), (0, 1), (-1, 1), (-5, 5), (2, 10)]
RESAMPLED = ("Sign permutation", "Wild bootstrap", "BMP bootstrap")
#: Events, share of missing returns, seconds allowed.
CASES = [(1_000, 0.0, 0.2), (1_000, 0.02, 0.2), (10_000, 0.0, 2.0), (10_000, 0.02, 3.0)]


def staggered(n: int, gaps: float = 0.0) -> EventPanel:
    """Events spread over ten years of trading days."""
    starts = np.random.default_rng(1).integers(0, 2500, n).tolist()
    return draw_panel(n, 250, (-10, 10), starts=starts, gaps=gaps)


def study(panel: EventPanel) -> tuple[SignificanceResult, ...]:
    return run_tests(abnormal_returns(panel, fit(panel, MarketModel())), WINDOWS)


def statsmodels_seconds(panel: EventPanel, events: int) -> float:
    """Time one regression with its prediction errors per event, as a loop would do it."""
    import statsmodels.api as sm

    start = time.perf_counter()
    for i in range(events):
        X = sm.add_constant(panel.x_est[i], has_constant="add")
        fitted = sm.OLS(panel.r_est[i], X, missing="drop").fit()
        prediction = fitted.get_prediction(sm.add_constant(panel.x_evt[i], has_constant="add"))
        assert prediction.se_obs is not None
    return (time.perf_counter() - start) / events


@pytest.mark.parametrize(("n", "gaps", "limit"), CASES)
def test_a_study_with_every_test(
    benchmark: BenchmarkFixture, n: int, gaps: float, limit: float
) -> None:
    panel = staggered(n, gaps)
    results = benchmark(study, panel)
    assert len(results) == len(STANDARD) * len(WINDOWS)
    whole = shortest(lambda: study(panel))
    fitting = shortest(lambda: abnormal_returns(panel, fit(panel, MarketModel())))
    loop = statsmodels_seconds(panel, 100) * n
    benchmark.extra_info["ratio"] = loop / fitting
    print(  # noqa: T201
        f"\n{n:,} events, {gaps:.0%} missing: {whole:.3f} s with every test; the fit alone "
        f"{fitting:.4f} s, {loop / fitting:.0f} times faster than statsmodels in a loop"
    )
    assert whole < limit


#: Resampling is timed by itself.
BATTERY = [name for name in TESTS if name not in RESAMPLED]


@pytest.mark.parametrize(
    ("n", "gaps", "limit"),
    # With gaps every pair of events has dates of its own, and windows have events of their own.
    [(1_000, 0.0, 0.2), (1_000, 0.02, 0.2), (10_000, 0.0, 2.0), (10_000, 0.02, 3.0)],
)
def test_the_whole_battery_without_bootstraps(
    benchmark: BenchmarkFixture, n: int, gaps: float, limit: float
) -> None:
    panel = staggered(n, gaps)
    fitted = fit(panel, MarketModel())

    def battery() -> tuple[SignificanceResult, ...]:
        # Anew each time: the correlation of the residuals is kept on the abnormal returns.
        return run_tests(abnormal_returns(panel, fitted), WINDOWS, BATTERY)

    results = benchmark(battery)
    assert len(results) == len(BATTERY) * len(WINDOWS)
    assert shortest(battery) < limit


@pytest.mark.parametrize("name", RESAMPLED)
def test_resampling(benchmark: BenchmarkFixture, name: str) -> None:
    panel = staggered(1_000)
    abnormal = abnormal_returns(panel, fit(panel, MarketModel()))
    benchmark(run_tests, abnormal, WINDOWS, [name])
    assert shortest(lambda: run_tests(abnormal, WINDOWS, [name])) < 1.0


def shortest(work: Callable[[], object], times: int = 3) -> float:
    """Return the shortest of a few timings, in seconds."""
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def test_memory_stays_near_the_size_of_the_input(benchmark: BenchmarkFixture) -> None:
    panel = staggered(10_000, 0.02)
    tracemalloc.start()
    benchmark(study, panel)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # Residuals (20 MB), ranks (22 MB), covariances twice (35 MB each); the rest is blocks.
    assert peak < 350e6, f"{peak / 1e6:.0f} MB"
