from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest

from eventstudy.errors import PriceError
from eventstudy.market.prices import PriceTable
from eventstudy.robustness.designs import ESTIMATION_DAYS, Design
from eventstudy.robustness.draws import (
    DISTURBANCE,
    LENGTH,
    SIMULATED_SESSIONS,
    ZERO,
    RealMarket,
    simulate,
    stack,
)

PLAIN = Design("test", "plain", events=400)


def rng(seed: int = 1) -> np.random.Generator:
    return np.random.default_rng(seed)


def real_market(securities: int = 6, days: int = 300) -> RealMarket:
    """Return securities with a return on every day; the last one begins 40 days before the end."""
    returns = rng().normal(0.0, 0.02, (days, securities))
    prices = np.asarray(100.0 * np.cumprod(1.0 + returns, axis=0), dtype=np.float64)
    prices[:-40, -1] = np.nan
    sessions = np.datetime64("2020-01-01") + np.arange(days)
    tickers = tuple(f"T{i}" for i in range(securities))
    return RealMarket.of(PriceTable(sessions, tickers, prices), "prices.csv")


# ------------------------------------------------------------------------------------ simulated


def test_the_disturbances_have_the_variance_of_the_design() -> None:
    plain = simulate(PLAIN, rng())
    wild = simulate(dataclasses.replace(PLAIN, variance=4.0), rng())
    before, after = slice(None, ESTIMATION_DAYS), slice(ESTIMATION_DAYS, None)
    np.testing.assert_allclose(plain.r[:, before], wild.r[:, before])
    # Less the market (the same in both, but for betas that are the same, too) twice the size.
    part = (wild.r - plain.r)[:, after]
    assert part.std() == pytest.approx(DISTURBANCE * np.sqrt(1.75), rel=0.03)  # E u^2, u ~ U(.5, 2)


@pytest.mark.parametrize("tails", [4.0, np.inf])
def test_fat_tails_keep_the_variance(tails: float) -> None:
    study = simulate(dataclasses.replace(PLAIN, tails=tails), rng())
    assert study.r.std() == pytest.approx(np.hypot(DISTURBANCE * np.sqrt(1.75), 0.0104), rel=0.05)


@pytest.mark.parametrize("correlation", [0.1, 0.3])
def test_events_on_one_date_have_the_correlation_of_the_design(correlation: float) -> None:
    design = dataclasses.replace(PLAIN, events=60, dates=1, correlation=correlation)
    found = []
    for seed in range(10):
        study = simulate(design, rng(seed))
        market = study.market[0] - study.market[0].mean()
        apart = study.r - study.r.mean(axis=1, keepdims=True)
        resid = apart - np.outer(apart @ market / (market @ market), market)
        found.append(np.corrcoef(resid)[np.triu_indices(60, 1)].mean())
    assert np.mean(found) == pytest.approx(correlation, abs=0.02)


def test_random_dates_look_up_one_market() -> None:
    study = simulate(dataclasses.replace(PLAIN, events=30), rng())
    seen: dict[int, float] = {}
    for day, value in zip(study.at.ravel(), study.market.ravel(), strict=True):
        assert seen.setdefault(int(day), float(value)) == value
    assert len(set(study.at[:, 0])) > 20
    one = simulate(dataclasses.replace(PLAIN, events=30, dates=1), rng())
    assert len(set(one.at[:, 0])) == 1


@pytest.mark.parametrize("dates", [1, 5])
def test_events_share_the_dates_of_the_design_evenly(dates: int) -> None:
    study = simulate(dataclasses.replace(PLAIN, events=30, dates=dates), rng())
    _, counts = np.unique(study.at[:, 0], return_counts=True)
    assert list(counts) == [30 // dates] * dates
    real = Design("test", "real", events=4 * dates, real=True, dates=dates)
    _, counts = np.unique(real_market().draw(real, rng()).at[:, 0], return_counts=True)
    assert list(counts) == [4] * dates


def test_some_events_share_a_date_and_others_lie_near() -> None:
    study = simulate(dataclasses.replace(PLAIN, events=50, together=20, span=40), rng())
    zero = study.at[:, ZERO]
    assert len(set(zero[:20].tolist())) == 1
    assert len(set(zero[20:].tolist())) > 10
    assert np.ptp(zero) < 40


def test_the_effect_lies_on_day_zero_alone() -> None:
    planted = simulate(dataclasses.replace(PLAIN, effect=0.02), rng()).r - simulate(PLAIN, rng()).r
    assert planted[:, ZERO] == pytest.approx(0.02)
    assert np.abs(np.delete(planted, ZERO, axis=1)).max() == 0.0


def test_a_day_without_a_trade_returns_nothing_and_the_next_trade_catches_up() -> None:
    full = simulate(PLAIN, rng())
    thin = simulate(dataclasses.replace(PLAIN, thin=0.3), rng())
    assert np.mean(thin.r == 0.0) == pytest.approx(0.3, abs=0.01)
    # Between two days on which both trade, the price has moved by the same.
    row = 0
    traded = np.flatnonzero(thin.r[row] != 0.0)
    for first, last in itertools.pairwise(traded[:20]):
        whole = np.prod(1.0 + full.r[row, first + 1 : last + 1]) - 1.0
        assert thin.r[row, last] == pytest.approx(whole)


def test_missing_returns_are_missing() -> None:
    study = simulate(dataclasses.replace(PLAIN, missing=0.1), rng())
    assert np.isnan(study.r).mean() == pytest.approx(0.1, abs=0.01)


def test_stacking_keeps_every_row() -> None:
    studies = [simulate(dataclasses.replace(PLAIN, events=n), rng(n)) for n in (3, 2)]
    panel = stack(studies, SIMULATED_SESSIONS)
    assert len(panel) == 5
    np.testing.assert_array_equal(
        np.hstack([panel.r_est, panel.r_evt]), np.vstack([studies[0].r, studies[1].r])
    )
    np.testing.assert_array_equal(panel.x_evt[3:, :, 0], studies[1].market[:, ESTIMATION_DAYS:])
    assert panel.day_zero[4] == SIMULATED_SESSIONS[studies[1].at[1, ZERO]]
    assert panel.tau_evt[ZERO - ESTIMATION_DAYS] == 0


# ------------------------------------------------------------------------------------------ real


def test_real_events_have_all_their_returns() -> None:
    market = real_market()
    # 299 returns allow 299 - 261 + 1 days for each of five securities; the sixth is too short.
    assert len(market.days) == 5 * (299 - LENGTH + 1)
    study = market.draw(Design("test", "real", events=20, real=True), rng())
    assert np.isfinite(study.r).all()
    for row in range(20):
        column = market.tickers.index(study.tickers[row])
        np.testing.assert_allclose(study.r[row], market.returns[study.at[row], column])
    np.testing.assert_allclose(study.market, market.market[study.at])


def test_a_common_date_takes_each_security_once() -> None:
    study = real_market().draw(Design("test", "real", events=5, real=True, dates=1), rng())
    assert sorted(study.tickers) == ["T0", "T1", "T2", "T3", "T4"]
    assert len(set(study.at[:, 0])) == 1


def test_real_returns_take_effect_and_variance() -> None:
    market, plain = real_market(), Design("test", "real", events=10, real=True)
    one = market.draw(plain, rng())
    other = market.draw(dataclasses.replace(plain, variance=4.0, effect=0.01), rng())
    np.testing.assert_array_equal(one.r[:, :ESTIMATION_DAYS], other.r[:, :ESTIMATION_DAYS])
    after = slice(ESTIMATION_DAYS, None)
    excess, stretched = (study.r[:, after] - study.market[:, after] for study in (one, other))
    stretched[:, ZERO - ESTIMATION_DAYS] -= 0.01
    np.testing.assert_allclose(stretched, 2.0 * excess, atol=1e-12)


def test_too_few_real_events_are_said() -> None:
    with pytest.raises(PriceError, match=r"prices.csv allows 5 events on one date.*needs 6"):
        real_market().draw(Design("test", "real", events=6, real=True, dates=1), rng())
    with pytest.raises(PriceError, match="allows 195 events in all"):
        real_market().draw(Design("test", "real", events=200, real=True), rng())
    with pytest.raises(PriceError, match="no security with 261 returns in a row"):
        real_market(days=200)
