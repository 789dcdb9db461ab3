"""From prices to abnormal returns, one event and one day at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from math import nan, sqrt

import numpy as np

from tests.independent.market import ESTIMATION, EVENT, FACTORS, Series

Window = tuple[int, int]
MODELS = (
    "constant_mean", "market_adjusted", "mean_market_adjusted", "market_model", "scholes_williams",
    "dimson", "blume", "vasicek", "capm", "ff3", "ff5",
)  # fmt: skip
NUMBER_OF_FACTORS = {"capm": 1, "ff3": 3, "ff5": 5}


@dataclass
class Event:
    """One event: residuals and abnormal returns by relative day."""

    firm: str
    zero: int
    m: int
    k: int
    sigma2: float
    resid: dict[int, float]
    spread: dict[int, float]  # standard deviation of each residual over sigma
    ar: dict[int, float]
    cov: dict[tuple[int, int], float]
    known: dict[tuple[str, Window], float] = field(default_factory=dict)

    @property
    def df(self) -> int:
        return self.m - self.k

    def days(self, window: Window) -> list[int]:
        return [t for t in range(window[0], window[1] + 1) if t in self.ar]

    def car(self, window: Window) -> float:
        days = self.days(window)
        return sum(self.ar[t] for t in days) if days else nan

    def variance(self, window: Window) -> float:
        if ("variance", window) not in self.known:
            days = self.days(window)
            self.known["variance", window] = sum(self.cov[s, t] for s in days for t in days)
        return self.known["variance", window]

    def scar(self, window: Window) -> float:
        return self.car(window) / sqrt(self.variance(window))

    def sar(self, day: int) -> float:
        return self.ar[day] / sqrt(self.cov[day, day])

    def standardised(self) -> dict[int, float]:
        return {t: e / (sqrt(self.sigma2) * self.spread[t]) for t, e in self.resid.items()}


def is_there(*values: float) -> bool:
    return all(value == value for value in values)


def simple_returns(prices: Series) -> Series:
    """Return P / P[-1] - 1; a missing price leaves two missing returns."""
    found = [nan]
    for before, now in pairwise(prices):
        found.append(now / before - 1 if is_there(before, now) else nan)
    return found


def bridged(prices: Series, others: list[Series]) -> tuple[Series, list[Series], Series]:
    """Return returns since the last price, the others compounded over the same sessions, and these.

    ``others`` are returns per session.
    """
    own, spans = [nan] * len(prices), [nan] * len(prices)
    between = [[nan] * len(prices) for _ in others]
    last = -1
    for t, price in enumerate(prices):
        if not is_there(price):
            continue
        if last >= 0:
            own[t], spans[t] = price / prices[last] - 1, float(t - last)
            for series, found in zip(others, between, strict=True):
                total = 1.0
                for s in range(last + 1, t + 1):
                    total *= 1 + series[s]
                found[t] = total - 1
        last = t
    return own, between, spans


@dataclass
class Day:
    """What one session gives a model: the left side, the regressors with the constant, its span."""

    y: float
    x: list[float]
    span: float


def model_days(
    model: str, prices: dict[str, Series], factors: dict[str, Series], firm: str, bridge: bool
) -> list[Day]:
    """Return the sessions of a firm as a model sees them."""
    market = simple_returns(prices["M"])
    if model in NUMBER_OF_FACTORS:
        others = [factors[name] for name in FACTORS[: NUMBER_OF_FACTORS[model]]] + [factors["rf"]]
    else:
        others = [market]
    own, spans = simple_returns(prices[firm]), [1.0] * len(market)
    if bridge:
        own, others, spans = bridged(prices[firm], others)
    days = []
    for t, (r, span) in enumerate(zip(own, spans, strict=True)):
        x = [series[t] for series in others]
        if model == "constant_mean":
            days.append(Day(r, [span], span))
        elif model == "market_adjusted":
            days.append(Day(r - x[0], [], span))
        elif model == "mean_market_adjusted":
            days.append(Day(r - x[0], [span], span))
        elif model in NUMBER_OF_FACTORS:
            days.append(Day(r - x[-1], [span, *x[:-1]], span))
        else:
            days.append(Day(r, [span, x[0]], span))
    return days


def in_window(days: list[Day], zero: int, window: Window) -> dict[int, Day]:
    """Return the days of a window on which everything is there, by relative day."""
    found = {}
    for tau in range(window[0], window[1] + 1):
        if 0 <= zero + tau < len(days):
            day = days[zero + tau]
            if is_there(day.y, day.span, *day.x):
                found[tau] = day
    return found


def least_squares(days: list[Day]) -> tuple[np.ndarray, np.ndarray]:
    """Return coefficients and (X'WX)^-1 with weights of one over the span."""
    X = np.array([day.x for day in days]).reshape(len(days), -1)
    w = np.array([1 / day.span for day in days])
    y = np.array([day.y for day in days])
    cross = X.T @ (X * w[:, None])
    inverse = np.linalg.inv(cross)
    return np.linalg.solve(cross, X.T @ (w * y)), inverse


def fitted(days: list[Day], firm: str, zero: int) -> Event:
    """Fit least squares: V = s2 (I + X* (X'X)^-1 X*'), with the span of each day in place of 1."""
    before, after = in_window(days, zero, ESTIMATION), in_window(days, zero, EVENT)
    coef, inverse = least_squares(list(before.values()))
    resid = {t: day.y - float(np.dot(day.x, coef)) for t, day in before.items()}
    m, k = len(before), len(coef)
    sigma2 = sum(e * e / before[t].span for t, e in resid.items()) / (m - k)
    cov = {}
    for s, one in after.items():
        for t, other in after.items():
            error = float(np.array(one.x) @ inverse @ np.array(other.x)) if k else 0.0
            cov[s, t] = sigma2 * (error + (one.span if s == t else 0.0))
    ar = {t: day.y - float(np.dot(day.x, coef)) for t, day in after.items()}
    spread = {t: sqrt(day.span) for t, day in before.items()}
    return Event(firm, zero, m, k, sigma2, resid, spread, ar, cov)


def on_a_line(
    days: list[Day], firm: str, zero: int, used: list[int], slope: float, share: float
) -> Event:
    """Lay a line of given slope through the means of the days ``used``; Var(slope) = s2 share."""
    y = [days[zero + t].y for t in used]
    x = [days[zero + t].x[1] for t in used]
    y_mean, x_mean = sum(y) / len(y), sum(x) / len(x)
    alpha = y_mean - slope * x_mean
    resid = {t: a - alpha - slope * b for t, a, b in zip(used, y, x, strict=True)}
    sigma2 = sum(e * e for e in resid.values()) / (len(used) - 2)
    after = in_window(days, zero, EVENT)
    away = {t: day.x[1] - x_mean for t, day in after.items()}
    cov = {
        (s, t): sigma2 * ((s == t) + 1 / len(used) + share * away[s] * away[t])
        for s in after
        for t in after
    }
    ar = {t: day.y - alpha - slope * day.x[1] for t, day in after.items()}
    return Event(firm, zero, len(used), 2, sigma2, resid, dict.fromkeys(used, 1.0), ar, cov)


def shifted_beta(model: str, days: list[Day], firm: str, zero: int) -> Event:
    """Fit the lines whose slope comes from the market of the days around."""
    market = [day.x[1] for day in days]
    used = [
        t
        for t in in_window(days, zero, ESTIMATION)
        if is_there(market[zero + t - 1], market[zero + t + 1])
    ]
    near = {s: np.array([market[zero + t + s] for t in used]) for s in (-1, 0, 1)}
    near = {s: v - v.mean() for s, v in near.items()}
    y = np.array([days[zero + t].y for t in used])
    y = y - y.mean()
    if model == "dimson":
        Z = np.column_stack([near[-1], near[0], near[1]])
        inverse = np.linalg.inv(Z.T @ Z)
        return on_a_line(
            days, firm, zero, used, float((inverse @ Z.T @ y).sum()), float(inverse.sum())
        )
    weights = sum(v / (v @ v) for v in near.values())
    rho = float(near[0] @ near[-1] / sqrt((near[0] @ near[0]) * (near[-1] @ near[-1])))
    weights = weights / (1 + 2 * rho)
    return on_a_line(days, firm, zero, used, float(weights @ y), float(weights @ weights))


def study(
    model: str,
    prices: dict[str, Series],
    factors: dict[str, Series],
    events: list[tuple[str, int]],
    bridge: bool = False,
) -> list[Event]:
    """Return every event under a model; ``bridge`` for returns from trade to trade."""
    sessions = [model_days(model, prices, factors, firm, bridge) for firm, _ in events]
    if model in ("scholes_williams", "dimson"):
        return [
            shifted_beta(model, days, firm, zero)
            for days, (firm, zero) in zip(sessions, events, strict=True)
        ]
    found = [fitted(days, firm, zero) for days, (firm, zero) in zip(sessions, events, strict=True)]
    if model not in ("blume", "vasicek"):
        return found
    lines = []
    for days, (_, zero) in zip(sessions, events, strict=True):
        coef, inverse = least_squares(list(in_window(days, zero, ESTIMATION).values()))
        lines.append((float(coef[1]), float(inverse[1, 1])))
    betas = [beta for beta, _ in lines]
    center = sum(betas) / len(betas)
    between = sum((beta - center) ** 2 for beta in betas) / (len(betas) - 1)
    drawn = []
    for days, ols, (beta, share) in zip(sessions, found, lines, strict=True):
        used = list(ols.resid)
        if model == "blume":
            drawn.append(
                on_a_line(days, ols.firm, ols.zero, used, 1 / 3 + 2 / 3 * beta, 4 / 9 * share)
            )
            continue
        sampling = ols.sigma2 * share
        slope = (sampling * center + between * beta) / (sampling + between)
        posterior = sampling * between / (sampling + between)
        line = on_a_line(days, ols.firm, ols.zero, used, slope, 0.0)
        drawn.append(on_a_line(days, ols.firm, ols.zero, used, slope, posterior / line.sigma2))
    return drawn
