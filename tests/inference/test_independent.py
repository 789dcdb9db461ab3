"""Every model and every test against a second implementation, written from the definitions.

`tests.independent` goes from prices to p values in plain loops and shares no code with the package.
"""

from __future__ import annotations

import math
from functools import cache
from itertools import pairwise

import numpy as np
import pytest

from eventstudy.estimation.abnormal import AbnormalReturns, abnormal_returns
from eventstudy.estimation.models import fit, model_by_name
from eventstudy.estimation.panel import EventTime, MissingPolicy, build_panel
from eventstudy.estimation.returns import return_table
from eventstudy.inference.catalogue import TESTS, run_tests
from eventstudy.market.prices import PriceTable
from tests.independent import statistics
from tests.independent.events import MODELS, Event, is_there, study
from tests.independent.market import ESTIMATION, EVENT, EVENTS, SESSIONS, factors, prices

WINDOWS = ((0, 0), (0, 1), (-1, 1), (-5, 5), (2, 10), (-5, -2), (-5, 10), (0, 3))
CASES: list[tuple[str, MissingPolicy]] = [
    *((model, "available") for model in MODELS),
    ("market_model", "complete"),
    ("ff5", "complete"),
    *((model, "trade_to_trade") for model in ("constant_mean", "market_adjusted", "market_model",
                                              "ff3")),
]  # fmt: skip
AGREE = 1e-9


@cache
def both(model: str, missing: MissingPolicy) -> tuple[AbnormalReturns, list[Event]]:
    quoted, drivers = prices(), factors()
    days = np.datetime64("2024-01-01") + np.arange(SESSIONS)
    table = return_table(
        PriceTable(days, tuple(quoted), np.array(list(quoted.values())).T), days, "simple",
        bridge=missing == "trade_to_trade",
    )  # fmt: skip
    chosen = model_by_name(model)
    series = {name: np.array(values) for name, values in drivers.items()} | {"M": table.of("M")}
    panel, excluded = build_panel(
        [f"{firm}@{zero}" for firm, zero in EVENTS], [firm for firm, _ in EVENTS],
        np.array([zero for _, zero in EVENTS]), table,
        {name: series[name] for name in chosen.regressors("M")},
        EventTime(ESTIMATION, EVENT), risk_free=series["rf"] if chosen.needs_risk_free else None,
        shifts=chosen.shifts, min_estimation=60, missing=missing,
    )  # fmt: skip
    assert len(panel) + len(excluded) == len(EVENTS)
    kept = [e for e in EVENTS if f"{e[0]}@{e[1]}" in panel.event_ids]
    slow = study(model, quoted, drivers, kept, bridge=missing == "trade_to_trade")
    return abnormal_returns(panel, fit(panel, chosen)), slow


def test_the_data_have_everything_that_goes_wrong() -> None:
    abnormal, slow = both("market_model", "available")
    assert len({e.firm for e in slow}) < len(slow)
    assert len({e.zero for e in slow}) < len(slow)
    counts = {sum(bool(e.days(window)) for e in slow) for window in WINDOWS}
    assert min(counts) < max(counts) == len(slow)
    stale = [p for p in prices()["STALE"] if is_there(p)]
    unchanged = sum(a == b for a, b in pairwise(stale))
    assert 0.3 < unchanged / len(stale) < 0.7
    assert set(statistics.TESTS) == set(TESTS)
    assert len(abnormal) > len(both("market_model", "complete")[0]) > 6


@pytest.mark.parametrize(("model", "missing"), CASES)
def test_abnormal_returns_agree(model: str, missing: MissingPolicy) -> None:
    abnormal, slow = both(model, missing)
    assert abnormal.n_obs.tolist() == [event.m for event in slow]
    assert abnormal.df.tolist() == [event.df for event in slow]
    np.testing.assert_allclose(abnormal.sigma2, [event.sigma2 for event in slow], rtol=AGREE)
    days = abnormal.tau.tolist()
    ar = [[event.ar.get(t, math.nan) for t in days] for event in slow]
    np.testing.assert_allclose(abnormal.ar, ar, rtol=AGREE, atol=1e-15)
    over = abnormal.over(WINDOWS)
    car = [[event.car(window) for window in WINDOWS] for event in slow]
    variance = [[event.variance(window) or math.nan for window in WINDOWS] for event in slow]
    np.testing.assert_allclose(over.car, car, rtol=AGREE, atol=1e-14)
    np.testing.assert_allclose(over.variance, variance, rtol=AGREE)


@pytest.mark.parametrize(("model", "missing"), CASES)
def test_every_test_agrees(model: str, missing: MissingPolicy) -> None:
    abnormal, slow = both(model, missing)
    for result in run_tests(abnormal, WINDOWS, ["all"]):
        where = f"{result.name} over {result.window}"
        (statistic, df, p), n = statistics.tested(result.name, slow, result.window)
        assert result.n_events == n, where
        assert result.statistic == pytest.approx(statistic, rel=AGREE, abs=1e-12), where
        assert result.df == (None if df is None else pytest.approx(df, rel=AGREE)), where
        if p is not None:
            assert result.p_value == pytest.approx(p, rel=AGREE), where
