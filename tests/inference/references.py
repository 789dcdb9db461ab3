"""Slow, obvious references of the tests beyond those of `tests.slow`, event by event."""

from __future__ import annotations

import math
from collections.abc import Callable

from scipy import stats

from tests import slow
from tests.slow import SlowEvent, Window, deviation, mean, midrank, there


def cars(events: list[SlowEvent], window: Window) -> list[float]:
    return [event.car(window) for event in there(events, window)]


def scars(events: list[SlowEvent], window: Window) -> list[float]:
    return [event.scar(window) for event in there(events, window)]


def skewness_adjusted_t(events: list[SlowEvent], window: Window) -> float:
    x = cars(events, window)
    n, s, g = len(x), mean(x) / deviation(x), float(stats.skew(x, bias=False))
    return math.sqrt(n) * (s + g * s**2 / 3 + g**2 * s**3 / 27 + g / (6 * n))


def jackknife(events: list[SlowEvent], window: Window) -> float:
    x = scars(events, window)
    n, q = len(x), mean(x) / deviation(x)
    pseudo = []
    for i in range(n):
        rest = x[:i] + x[i + 1 :]
        pseudo.append(n * q - (n - 1) * mean(rest) / deviation(rest))
    return mean(pseudo) / (deviation(pseudo) / math.sqrt(n))


def independence_t(events: list[SlowEvent], window: Window) -> tuple[float, float]:
    used = there(events, window)
    variances = [event.car_variance(window) for event in used]
    terms = [v**2 / (e.n_obs - e.k) for v, e in zip(variances, used, strict=True)]
    df = math.fsum(variances) ** 2 / math.fsum(terms)
    return math.fsum(cars(events, window)) / math.sqrt(math.fsum(variances)), df


def portfolio(events: list[SlowEvent]) -> list[float]:
    """Return the average residual of every estimation day that has one."""
    averages = []
    for day in range(len(events[0].est)):
        values = [e.est[day] for e in events if not math.isnan(e.est[day])]
        if values:
            averages.append(mean(values))
    return averages


def crude_dependence(events: list[SlowEvent], window: Window) -> tuple[float, float]:
    used = there(events, window)
    series = portfolio(used)
    days = mean([float(len(e.days(window))) for e in used])
    return mean(cars(events, window)) / (deviation(series) * math.sqrt(days)), len(series) - 1


def lamb(events: list[SlowEvent], window: Window) -> tuple[float, float]:
    used = there(events, window)
    series = portfolio(used)
    df = len(series) - max(used[0].k, 1)
    s2 = deviation(series) ** 2 * (len(series) - 1) / df
    inflation = mean([e.car_variance(window) / e.sigma2 for e in used])
    return mean(cars(events, window)) / math.sqrt(s2 * inflation), df


def grank_z(events: list[SlowEvent], window: Window) -> float:
    used = there(events, window)
    spread = deviation(scars(events, window))
    total, variance = 0.0, 0.0
    for event in used:
        sigma = math.sqrt(event.sigma2)
        values = [v / sigma for v in event.est if not math.isnan(v)]
        own = event.scar(window) / spread
        values.append(own)
        T = len(values)
        total += midrank(values, own) / (T + 1) - 0.5
        variance += (T - 1) / (12 * (T + 1))
    return total / math.sqrt(variance)


def sign(events: list[SlowEvent], window: Window) -> float:
    x = [v for v in cars(events, window) if v]
    return (sum(v > 0 for v in x) - len(x) / 2) / math.sqrt(len(x) / 4)


def wilcoxon(events: list[SlowEvent], window: Window) -> float:
    x = [v for v in cars(events, window) if v]
    ranks = [midrank([abs(v) for v in x], abs(v)) for v in x]
    signed = sum(math.copysign(rank, v) for rank, v in zip(ranks, x, strict=True))
    return signed / math.sqrt(sum(rank**2 for rank in ranks))


#: Test by name: its statistic.
REFERENCES: dict[str, Callable[[list[SlowEvent], Window], float]] = {
    "Cross-sectional t": slow.cross_sectional_t,
    "Skewness-adjusted t": skewness_adjusted_t,
    "Jackknife": jackknife,
    "Independence t": lambda events, window: independence_t(events, window)[0],
    "Crude dependence": lambda events, window: crude_dependence(events, window)[0],
    "Lamb": lambda events, window: lamb(events, window)[0],
    "Patell": slow.patell,
    "KP-Patell": slow.kp_patell,
    "BMP": slow.bmp,
    "KP-BMP": slow.kp_bmp,
    "Corrado rank": slow.corrado,
    "GRANK-T": lambda events, window: slow.grank_t(events, window)[0],
    "GRANK-Z": grank_z,
    "Generalised sign": slow.sign,
    "Sign": sign,
    "Wilcoxon": wilcoxon,
}
#: Test by name: its degrees of freedom, where they are not the number of events less one.
FREEDOM: dict[str, Callable[[list[SlowEvent], Window], float]] = {
    "Independence t": lambda events, window: independence_t(events, window)[1],
    "Crude dependence": lambda events, window: crude_dependence(events, window)[1],
    "Lamb": lambda events, window: lamb(events, window)[1],
    "GRANK-T": lambda events, window: slow.grank_t(events, window)[1],
}
#: Tests against t(n - 1).
STUDENT = ("Cross-sectional t", "Skewness-adjusted t", "Jackknife", "BMP", "KP-BMP")
#: Tests against the standard normal.
NORMAL = ("Patell", "KP-Patell", "Corrado rank", "GRANK-Z", "Generalised sign")
#: Tests whose references stand in a file of their own.
ELSEWHERE = {
    "test_clustered": ("Clustered by date", "Clustered by firm", "Clustered two-way"),
    "test_resampling": ("Sign permutation", "Wild bootstrap", "BMP bootstrap"),
    "test_calendar_time": ("Calendar time", "Calendar time WLS", "Calendar time Newey-West"),
    "test_single_event": ("Sample quantile", "Placebo in time", "Conformal"),
}
