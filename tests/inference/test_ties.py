"""A share quoted in whole dollars: equal returns must have equal ranks, before and on event days.

About half of its returns are zero. Rounding that differs between estimation and event days would
put all event days of an event before, or all behind, the other days of the same return.
"""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

from eventstudy.estimation.abnormal import AbnormalReturns, abnormal_returns
from eventstudy.estimation.models import fit, model_by_name
from eventstudy.estimation.panel import EventPanel, EventTime, MissingPolicy, build_panel
from eventstudy.estimation.returns import return_table
from eventstudy.inference.catalogue import run_tests
from eventstudy.market.prices import PriceTable

T, N = 260, 12
SESSIONS = np.datetime64("2024-01-01") + np.arange(T)
WINDOWS = ((0, 0), (-1, 1), (-5, 5), (-10, 10))
TIME = EventTime((-140, -11), (-10, 10))

Day = int
Exact = dict[Day, Fraction]


def stale_panel(missing: MissingPolicy) -> EventPanel:
    """Return events of shares quoted to the dollar, under a benchmark quoted to the dollar."""
    rng = np.random.default_rng(3)
    market = rng.normal(0, 0.012, T)
    own = 0.8 * market[:, None] + rng.normal(0, 0.012, (T, N))
    levels = np.array([30.0, *rng.uniform(15, 60, N)])
    prices = np.round(levels * np.cumprod(1 + np.column_stack([market, own]), axis=0))
    prices[:, 1:][rng.random((T, N)) < 0.04] = np.nan
    names = ("M", *(f"T{i}" for i in range(N)))
    table = return_table(
        PriceTable(SESSIONS, names, prices), SESSIONS, "simple", bridge=missing == "trade_to_trade"
    )
    panel, _ = build_panel(
        [f"e{i}" for i in range(N)], names[1:], np.arange(180, 180 + 5 * N, 5), table,
        {"M": table.of("M")}, TIME, min_estimation=60, missing=missing,
    )  # fmt: skip
    assert len(panel) > N / 2
    return panel


def exact_rows(panel: EventPanel, model: str) -> list[Exact]:
    """Return every event's abnormal returns as fractions, residuals on the days before."""
    found = []
    for i in range(len(panel)):
        r, x, span = {}, {}, {}
        for tau, returns, market, spans in (
            (panel.tau_est, panel.r_est, panel.x_est, panel.span_est),
            (panel.tau_evt, panel.r_evt, panel.x_evt, panel.span_evt),
        ):
            for day, value, other, n in zip(
                tau.tolist(), returns[i], market[i, :, 0],
                np.ones(len(tau)) if spans is None else spans[i], strict=True,
            ):  # fmt: skip
                if math.isfinite(value):
                    r[day], x[day], span[day] = Fraction(value), Fraction(other), Fraction(n)
        before = [day for day in r if day < TIME.event[0]]
        if model == "market_adjusted":
            found.append({day: r[day] - x[day] for day in r})
            continue
        # Weights 1 / n: the mean per session is the sum of returns over the sum of sessions.
        mean = sum((r[day] for day in before), Fraction(0)) / sum(span[day] for day in before)
        found.append({day: r[day] - span[day] * mean for day in r})
    return found


def corrado(events: list[Exact], window: tuple[int, int]) -> float:
    """Rank with exact comparisons; the rest in floats."""
    scores: dict[Day, list[float]] = {}
    for event in events:
        for day, value in event.items():
            below = sum(other < value for other in event.values())
            equal = sum(other == value for other in event.values())
            rank = below + (equal + 1) / 2
            scores.setdefault(day, []).append(rank / (1 + len(event)) - 0.5)
    daily = {day: math.fsum(u) / math.sqrt(len(u)) for day, u in scores.items()}
    scale = math.sqrt(math.fsum(u * u for u in daily.values()) / len(daily))
    inside = [u for day, u in daily.items() if window[0] <= day <= window[1]]
    return math.fsum(inside) / scale / math.sqrt(len(inside))


def series(abnormal: AbnormalReturns, i: int) -> list[float]:
    both = np.concatenate([abnormal.ar_est[i], abnormal.ar[i]])
    values: list[float] = both[np.isfinite(both)].tolist()
    return values


@pytest.mark.parametrize("missing", ["available", "trade_to_trade"])
@pytest.mark.parametrize("model", ["constant_mean", "market_adjusted"])
def test_ties_of_a_stale_series_stand(model: str, missing: MissingPolicy) -> None:
    panel = stale_panel(missing)
    zero = np.concatenate([panel.r_est, panel.r_evt], axis=1)
    assert 0.35 < (zero[np.isfinite(zero)] == 0.0).mean() < 0.65
    abnormal = abnormal_returns(panel, fit(panel, model_by_name(model)))
    exact = exact_rows(panel, model)
    if model == "constant_mean":
        for i, event in enumerate(exact):
            assert len(set(series(abnormal, i))) == len(set(event.values()))
    for result in run_tests(abnormal, WINDOWS, ["Corrado rank"]):
        expected = corrado(exact, result.window)
        assert result.statistic == pytest.approx(expected, rel=1e-12), result.window


@pytest.mark.parametrize(
    "model", ["constant_mean", "mean_market_adjusted", "market_model", "blume"]
)
def test_an_event_day_like_an_estimation_day_has_its_abnormal_return(model: str) -> None:
    panel = stale_panel("available")
    abnormal = abnormal_returns(panel, fit(panel, model_by_name(model)))
    met = 0
    for i in range(len(panel)):
        before = zip(panel.r_est[i], panel.x_est[i, :, 0], abnormal.ar_est[i], strict=True)
        known = {(r, x): value for r, x, value in before}
        for r, x, value in zip(panel.r_evt[i], panel.x_evt[i, :, 0], abnormal.ar[i], strict=True):
            if (r, x) in known:
                assert value == known[r, x]
                met += 1
    assert met > N
