"""Slow, obvious references: one event and one day at a time, straight from the formulas."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from eventstudy.estimation.panel import EventPanel

Window = tuple[int, int]


@dataclass
class SlowEvent:
    """One event: abnormal returns per relative day, residuals per calendar date."""

    ar: dict[int, float]
    variance: np.ndarray  # of all event days, by position in tau_evt
    tau: list[int]
    residuals: dict[int, float]
    est: list[float]  # NaN where missing, aligned with the estimation window
    sigma2: float
    n_obs: int
    k: int

    def days(self, window: Window) -> list[int]:
        return [t for t in self.tau if window[0] <= t <= window[1] and t in self.ar]

    def car(self, window: Window) -> float:
        return sum(self.ar[t] for t in self.days(window)) if self.days(window) else math.nan

    def car_variance(self, window: Window) -> float:
        at = [self.tau.index(t) for t in self.days(window)]
        return sum(self.variance[s, t] for s in at for t in at) if at else math.nan

    def scar(self, window: Window) -> float:
        return self.car(window) / math.sqrt(self.car_variance(window))


def slow_events(panel: EventPanel, columns: list[int], constant: bool = True) -> list[SlowEvent]:
    """Fit every event by itself with numpy's least squares."""
    events = []
    for i in range(len(panel)):
        ones = [np.ones((len(panel.tau_est), 1))] if constant else []
        X = np.hstack([*ones, panel.x_est[i][:, columns]])
        ones = [np.ones((len(panel.tau_evt), 1))] if constant else []
        X_star = np.hstack([*ones, panel.x_evt[i][:, columns]])
        use = [
            t for t in range(len(X)) if np.isfinite(panel.r_est[i, t]) and np.isfinite(X[t]).all()
        ]
        b = np.linalg.lstsq(X[use], panel.r_est[i, use], rcond=None)[0]
        e = panel.r_est[i, use] - X[use] @ b
        sigma2 = float(e @ e) / (len(use) - X.shape[1])
        r = np.linalg.qr(X[use], mode="r")
        half = X_star @ np.linalg.inv(r)
        ar = panel.r_evt[i] - X_star @ b
        est = [math.nan] * len(X)
        for t, value in zip(use, e, strict=True):
            est[t] = float(value)
        events.append(
            SlowEvent(
                ar={
                    int(t): float(value)
                    for t, value in zip(panel.tau_evt, ar, strict=True)
                    if np.isfinite(value)
                },
                variance=sigma2 * (np.eye(len(X_star)) + half @ half.T),
                tau=[int(t) for t in panel.tau_evt],
                residuals={
                    int(panel.at_est[i, t]): float(value) for t, value in zip(use, e, strict=True)
                },
                est=est,
                sigma2=sigma2,
                n_obs=len(use),
                k=X.shape[1],
            )
        )
    return events


def mean(values: list[float]) -> float:
    return math.fsum(values) / len(values)


def deviation(values: list[float]) -> float:
    m = mean(values)
    return math.sqrt(math.fsum((v - m) ** 2 for v in values) / (len(values) - 1))


def there(events: list[SlowEvent], window: Window) -> list[SlowEvent]:
    return [event for event in events if event.days(window)]


def cross_sectional_t(events: list[SlowEvent], window: Window) -> float:
    cars = [event.car(window) for event in there(events, window)]
    return mean(cars) / (deviation(cars) / math.sqrt(len(cars)))


def patell(events: list[SlowEvent], window: Window) -> float:
    used = there(events, window)
    total = sum(event.scar(window) for event in used)
    return total / math.sqrt(sum((e.n_obs - e.k) / (e.n_obs - e.k - 2) for e in used))


def bmp(events: list[SlowEvent], window: Window) -> float:
    scars = [event.scar(window) for event in there(events, window)]
    return mean(scars) / (deviation(scars) / math.sqrt(len(scars)))


def average_correlation(
    events: list[SlowEvent], minimum: int = 30
) -> tuple[float, int, int, float]:
    """Return the average, the pairs, the pairs that count and their median shared dates."""
    total, shared_counts, pairs = 0.0, [], 0
    for i, one in enumerate(events):
        for other in events[:i]:
            pairs += 1
            shared = sorted(set(one.residuals) & set(other.residuals))
            if len(shared) >= minimum:
                a = [one.residuals[d] for d in shared]
                b = [other.residuals[d] for d in shared]
                total += float(np.corrcoef(a, b)[0, 1])
                shared_counts.append(len(shared))
    median = float(np.median(shared_counts)) if shared_counts else math.nan
    return total / pairs, pairs, len(shared_counts), median


def kp_bmp(events: list[SlowEvent], window: Window) -> float:
    r = average_correlation(there(events, window))[0]
    n = len(there(events, window))
    return bmp(events, window) * math.sqrt((1 - r) / (1 + (n - 1) * r))


def kp_patell(events: list[SlowEvent], window: Window) -> float:
    r = average_correlation(there(events, window))[0]
    n = len(there(events, window))
    return patell(events, window) / math.sqrt(1 + (n - 1) * r)


def midrank(values: list[float], value: float) -> float:
    return 0.5 + sum(v < value for v in values) + sum(v == value for v in values) / 2


def corrado(events: list[SlowEvent], window: Window) -> float:
    length, tau = len(events[0].est), events[0].tau
    scores: dict[int, float] = {}
    for day in range(length + len(tau)):
        uniform = []
        for event in events:
            series = [*event.est, *(event.ar.get(t, math.nan) for t in tau)]
            values = [v for v in series if not math.isnan(v)]
            if not math.isnan(series[day]):
                uniform.append(midrank(values, series[day]) / (1 + len(values)) - 0.5)
        if uniform:
            scores[day] = sum(uniform) / math.sqrt(len(uniform))
    scale = math.sqrt(sum(s * s for s in scores.values()) / len(scores))
    inside = [
        scores[length + j]
        for j, t in enumerate(tau)
        if window[0] <= t <= window[1] and length + j in scores
    ]
    return sum(inside) / math.sqrt(len(inside)) / scale


def grank_t(events: list[SlowEvent], window: Window) -> tuple[float, float]:
    """Return the statistic and its degrees of freedom."""
    used = there(events, window)
    spread = deviation([event.scar(window) for event in used])
    per_day: dict[int, list[float]] = {}
    for event in used:
        sigma = math.sqrt(event.sigma2)
        series = {day: v / sigma for day, v in enumerate(event.est) if not math.isnan(v)}
        series[-1] = event.scar(window) / spread
        values = list(series.values())
        for day, value in series.items():
            rank = midrank(values, value)
            per_day.setdefault(day, []).append(rank / (len(values) + 1) - 0.5)
    T = len(per_day)
    s2 = sum(len(u) / len(used) * mean(u) ** 2 for u in per_day.values()) / T
    z = mean(per_day[-1]) / math.sqrt(s2)
    return z * math.sqrt((T - 2) / (T - 1 - z * z)), T - 2


def sign(events: list[SlowEvent], window: Window) -> float:
    used = there(events, window)
    shares = [mean([float(v > 0) for v in e.est if not math.isnan(v)]) for e in used]
    p, n = mean(shares), len(used)
    w = sum(event.car(window) > 0 for event in used)
    return (w - n * p) / math.sqrt(n * p * (1 - p))
