"""Studies small enough for pencil and paper, and the shortest way from a panel to a test."""

from __future__ import annotations

import numpy as np

from eventstudy.estimation.abnormal import AbnormalReturns, abnormal_returns
from eventstudy.estimation.models import fit, model_by_name
from eventstudy.estimation.panel import EventPanel
from eventstudy.inference.catalogue import run_tests
from eventstudy.inference.significance import SignificanceResult


def study(panel: EventPanel, model: str = "market_model") -> AbnormalReturns:
    return abnormal_returns(panel, fit(panel, model_by_name(model)))


def by_hand(sar: list[float], est: list[list[float]]) -> AbnormalReturns:
    """One-day events with sigma 1 and no parameters, so that AR = SAR = SCAR."""
    n, length = len(sar), len(est[0])
    return AbnormalReturns(
        event_ids=tuple(map(str, range(n))),
        tickers=tuple(map(str, range(n))),
        day_zero=np.repeat(np.datetime64("2020-01-01"), n),
        tau=np.array([0]),
        ar=np.array(sar)[:, None],
        covariance=np.ones((n, 1, 1)),
        r_evt=np.array(sar)[:, None],
        expected=np.zeros((n, 1)),
        ar_est=np.array(est),
        sigma2=np.ones(n),
        df=np.full(n, length),
        n_obs=np.full(n, length),
        at_est=np.tile(np.arange(length), (n, 1)),
        at_evt=np.full((n, 1), length),
    )


def one(name: str, abnormal: AbnormalReturns) -> SignificanceResult:
    return run_tests(abnormal, [(0, 0)], [name])[0]
