"""Panels for tests, built directly: known coefficients, chosen gaps and calendar positions."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

import numpy as np

from eventstudy.estimation.panel import EventPanel

BENCHMARK = "SPY"
FACTORS = ("mkt_rf", "smb", "hml", "rmw", "cma", "mom")


def draw_panel(
    n: int = 12,
    length: int = 100,
    event: tuple[int, int] = (-5, 5),
    *,
    seed: int = 0,
    regressors: Sequence[str] = (BENCHMARK,),
    starts: Sequence[int] | None = None,
    gaps: float = 0.0,
    volatility: float = 0.02,
    correlation: float = 0.0,
    event_variance: float = 1.0,
    shifts: Sequence[int] = (),
) -> EventPanel:
    """Return a panel of ``n`` events on a common calendar, without any effect.

    ``starts`` are the calendar positions of the first estimation day (one date when None);
    ``correlation`` is that of the disturbances on one date; ``gaps`` is the share of returns that
    are missing; ``event_variance`` multiplies the variance of the event window's disturbances;
    ``shifts`` asks for the first regressor on other sessions, too.
    """
    rng = np.random.default_rng(seed)
    first = np.zeros(n, dtype=np.int64) if starts is None else np.asarray(starts, dtype=np.int64)
    tau_est = np.arange(event[0] - length, event[0])
    tau_evt = np.arange(event[0], event[1] + 1)
    days = int(first.max()) + length + len(tau_evt)
    factors = rng.normal(0.0003, 0.01, (days, len(regressors)))
    rf = np.full(days, 0.0001) + rng.uniform(0.0, 5e-5, days)
    common = rng.normal(size=days)
    at = first[:, None] + np.arange(length + len(tau_evt))
    own = rng.normal(size=at.shape)
    noise = np.sqrt(correlation) * common[at] + np.sqrt(1.0 - correlation) * own
    noise[:, length:] *= np.sqrt(event_variance)
    sigma = volatility * rng.uniform(0.5, 2.0, n)
    betas = rng.uniform(0.5, 1.5, (n, len(regressors)))
    r = rf[at] + np.einsum("ntk,nk->nt", factors[at], betas) + sigma[:, None] * noise
    r[rng.random(r.shape) < gaps] = np.nan
    sessions = np.datetime64("2020-01-01") + np.arange(days)
    return EventPanel(
        event_ids=tuple(f"e{i}" for i in range(n)),
        tickers=tuple(f"T{i}" for i in range(n)),
        day_zero=sessions[first + length - event[0]],
        tau_est=tau_est,
        tau_evt=tau_evt,
        r_est=r[:, :length],
        r_evt=r[:, length:],
        x_est=factors[at[:, :length]],
        x_evt=factors[at[:, length:]],
        regressors=tuple(regressors),
        sessions=sessions,
        at_est=at[:, :length],
        at_evt=at[:, length:],
        rf_est=rf[at[:, :length]],
        rf_evt=rf[at[:, length:]],
        near_est=_near(factors[:, 0], at[:, :length], shifts) if shifts else None,
    )


def _near(series: np.ndarray, at: np.ndarray, shifts: Sequence[int]) -> np.ndarray:
    padded = np.concatenate([np.full(9, np.nan), series, np.full(9, np.nan)])
    return np.stack([padded[at + 9 + shift] for shift in shifts], axis=2)


def change(panel: EventPanel, **values: Any) -> EventPanel:
    """Return the panel with some fields replaced."""
    return dataclasses.replace(panel, **values)


def rows(panel: EventPanel, index: Sequence[int]) -> EventPanel:
    """Return the panel of some events, in any order and any number of times."""
    pick = np.asarray(index, dtype=np.int64)
    per_event = (
        "day_zero", "r_est", "r_evt", "x_est", "x_evt", "at_est", "at_evt", "rf_est", "rf_evt",
        "near_est",
    )  # fmt: skip
    return change(
        panel,
        event_ids=tuple(f"{panel.event_ids[i]}#{j}" for j, i in enumerate(index)),
        tickers=tuple(panel.tickers[i] for i in index),
        **{
            name: values[pick] for name in per_event if (values := getattr(panel, name)) is not None
        },
    )
