"""How long each normal-return model takes, against the market model.

Run with ``pytest tests/benchmarks/test_models_benchmark.py --benchmark-enable --benchmark-only``.
"""

from __future__ import annotations

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from eventstudy.estimation.abnormal import abnormal_returns
from eventstudy.estimation.betas import ScholesWilliams
from eventstudy.estimation.models import fit, model_by_name
from tests.panels import draw_panel

#: Model and events; GARCH fits one event at a time.
CASES = [
    ("market_model", 10_000), ("scholes_williams", 10_000), ("dimson", 10_000), ("blume", 10_000),
    ("vasicek", 10_000), ("rolling_beta", 10_000), ("garch", 20), ("egarch", 20),
]  # fmt: skip


@pytest.mark.parametrize(("name", "n"), CASES)
def test_fit_and_abnormal_returns(benchmark: BenchmarkFixture, name: str, n: int) -> None:
    starts = np.random.default_rng(1).integers(9, 2500, n).tolist()
    model = model_by_name(name)
    shifts = model.shifts or ScholesWilliams().shifts
    panel = draw_panel(n, 250, (-10, 10), starts=starts, shifts=shifts)
    fitted = benchmark(lambda: abnormal_returns(panel, fit(panel, model)))
    assert len(fitted) == n
