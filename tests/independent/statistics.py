"""Every test of the catalogue, from its definition: statistic, degrees of freedom, p value.

Tests that draw answer with the statistic alone; their p is None.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from math import nan, sqrt

from scipy import stats

from tests.independent.events import Event, Window
from tests.independent.market import ESTIMATION, EVENT, SESSIONS

Found = tuple[float, float | None, float | None]
Test = Callable[[list[Event], Window], Found]


def mean(values: list[float]) -> float:
    return sum(values) / len(values)


def squares(values: list[float]) -> float:
    center = mean(values)
    return sum((v - center) ** 2 for v in values)


def deviation(values: list[float]) -> float:
    return sqrt(squares(values) / (len(values) - 1))


def student(t: float, df: float) -> Found:
    return t, df, 2 * float(stats.t.sf(abs(t), df))


def normal(z: float) -> Found:
    return z, None, 2 * float(stats.norm.sf(abs(z)))


def midranks(values: list[float]) -> list[float]:
    return [
        sum(other < value for other in values) + (sum(other == value for other in values) + 1) / 2
        for value in values
    ]


# ------------------------------------------------------------------------ averages of CAR


def cross_sectional(events: list[Event], window: Window) -> Found:
    x = [event.car(window) for event in events]
    return student(mean(x) / (deviation(x) / sqrt(len(x))), len(x) - 1)


def skewness_adjusted(events: list[Event], window: Window) -> Found:
    x = [event.car(window) for event in events]
    n, s = len(x), mean(x) / deviation(x)
    cubes = sum((v - mean(x)) ** 3 for v in x)
    g = n / ((n - 1) * (n - 2)) * cubes / deviation(x) ** 3
    return student(sqrt(n) * (s + g * s**2 / 3 + g**2 * s**3 / 27 + g / (6 * n)), n - 1)


def jackknife(events: list[Event], window: Window) -> Found:
    x = [event.scar(window) for event in events]
    n, q = len(x), mean(x) / deviation(x)
    pseudo = []
    for i in range(n):
        rest = x[:i] + x[i + 1 :]
        pseudo.append(n * q - (n - 1) * mean(rest) / deviation(rest))
    return student(mean(pseudo) / (deviation(pseudo) / sqrt(n)), n - 1)


def independence(events: list[Event], window: Window) -> Found:
    v = [event.variance(window) for event in events]
    df = sum(v) ** 2 / sum(a**2 / event.df for a, event in zip(v, events, strict=True))
    return student(sum(event.car(window) for event in events) / sqrt(sum(v)), df)


def portfolio_before(events: list[Event]) -> list[float]:
    found = []
    for t in range(ESTIMATION[0], ESTIMATION[1] + 1):
        values = [event.resid[t] for event in events if t in event.resid]
        if values:
            found.append(mean(values))
    return found


def crude(events: list[Event], window: Window) -> Found:
    series = portfolio_before(events)
    days = mean([float(len(event.days(window))) for event in events])
    t = mean([event.car(window) for event in events]) / (deviation(series) * sqrt(days))
    return student(t, len(series) - 1)


def lamb(events: list[Event], window: Window) -> Found:
    series = portfolio_before(events)
    df = len(series) - max(events[0].k, 1)
    error = mean([event.variance(window) / event.sigma2 for event in events])
    t = mean([event.car(window) for event in events]) / sqrt(squares(series) / df * error)
    return student(t, df)


# ------------------------------------------------------------------------ standardised


def patell_z(events: list[Event], window: Window) -> float:
    total = sum(event.scar(window) for event in events)
    return total / sqrt(sum(event.df / (event.df - 2) for event in events))


def bmp_t(events: list[Event], window: Window) -> float:
    x = [event.scar(window) for event in events]
    return mean(x) / (deviation(x) / sqrt(len(x)))


def average_correlation(events: list[Event]) -> float:
    total, pairs = 0.0, 0
    dated = [{event.zero + t: e for t, e in event.resid.items()} for event in events]
    for i, one in enumerate(dated):
        for other in dated[:i]:
            pairs += 1
            shared = [date for date in one if date in other]
            if len(shared) < 30:
                continue
            a, b = [one[d] for d in shared], [other[d] for d in shared]
            cross = sum((x - mean(a)) * (y - mean(b)) for x, y in zip(a, b, strict=True))
            total += cross / sqrt(squares(a) * squares(b))
    return total / pairs


def patell(events: list[Event], window: Window) -> Found:
    return normal(patell_z(events, window))


def kp_patell(events: list[Event], window: Window) -> Found:
    growth = 1 + (len(events) - 1) * average_correlation(events)
    return normal(patell_z(events, window) / sqrt(growth))


def bmp(events: list[Event], window: Window) -> Found:
    return student(bmp_t(events, window), len(events) - 1)


def kp_bmp(events: list[Event], window: Window) -> Found:
    n, r = len(events), average_correlation(events)
    return student(bmp_t(events, window) * sqrt((1 - r) / (1 + (n - 1) * r)), n - 1)


# ------------------------------------------------------------------------ ranks and signs


def corrado(everyone: list[Event], window: Window) -> Found:
    daily: dict[int, list[float]] = {}
    for event in everyone:
        series = {**event.resid, **event.ar}
        ranks = midranks(list(series.values()))
        for t, rank in zip(series, ranks, strict=True):
            daily.setdefault(t, []).append(rank / (1 + len(series)) - 0.5)
    scores = {t: sum(u) / sqrt(len(u)) for t, u in daily.items()}
    scale = sqrt(mean([u * u for u in scores.values()]))
    inside = [u for t, u in scores.items() if window[0] <= t <= window[1]]
    return normal(sum(inside) / scale / sqrt(len(inside)))


def own_ranks(events: list[Event], window: Window) -> list[dict[int, float]]:
    """Return U of every estimation day and, on day 0, of the window, event by event."""
    spread = deviation([event.scar(window) for event in events])
    found = []
    for event in events:
        series = {**event.standardised(), 0: event.scar(window) / spread}
        ranks = midranks(list(series.values()))
        found.append({t: r / (len(series) + 1) - 0.5 for t, r in zip(series, ranks, strict=True)})
    return found


def grank_t(events: list[Event], window: Window) -> Found:
    ranked = own_ranks(events, window)
    days = {t for u in ranked for t in u}
    total = 0.0
    for t in days:
        u = [own[t] for own in ranked if t in own]
        total += len(u) / len(events) * mean(u) ** 2
    T = len(days)
    z = mean([own[0] for own in ranked]) / sqrt(total / T)
    return student(z * sqrt((T - 2) / (T - 1 - z * z)), T - 2)


def grank_z(events: list[Event], window: Window) -> Found:
    ranked = own_ranks(events, window)
    variance = sum((len(u) - 1) / (12 * (len(u) + 1)) for u in ranked)
    return normal(sum(u[0] for u in ranked) / sqrt(variance))


def generalised_sign(events: list[Event], window: Window) -> Found:
    n = len(events)
    p = mean([mean([float(e > 0) for e in event.resid.values()]) for event in events])
    w = sum(event.car(window) > 0 for event in events)
    return normal((w - n * p) / sqrt(n * p * (1 - p)))


def sign(events: list[Event], window: Window) -> Found:
    x = [event.car(window) for event in events]
    w, m = sum(v > 0 for v in x), sum(v != 0 for v in x)
    tail = sum(float(stats.binom.pmf(i, m, 0.5)) for i in range(min(w, m - w) + 1))
    return (w - m / 2) / sqrt(m / 4), None, min(1.0, 2 * tail)


def wilcoxon(events: list[Event], window: Window) -> Found:
    x = [v for event in events if (v := event.car(window)) != 0]
    ranks = midranks([abs(v) for v in x])
    signed = sum(r if v > 0 else -r for v, r in zip(x, ranks, strict=True))
    ways = {0.0: 1}
    for rank in ranks:
        ways = _added(ways, rank)
    far = sum(count for total, count in ways.items() if abs(total) >= abs(signed))
    return signed / sqrt(sum(r * r for r in ranks)), None, far / 2 ** len(x)


def _added(ways: dict[float, int], rank: float) -> dict[float, int]:
    found: dict[float, int] = {}
    for total, count in ways.items():
        for moved in (total - rank, total + rank):
            found[moved] = found.get(moved, 0) + count
    return found


# ------------------------------------------------------------------------ clusters


def cluster_variance(x: list[float], keys: list[Hashable], center: float) -> tuple[float, int]:
    sums: dict[Hashable, float] = {}
    for value, key in zip(x, keys, strict=True):
        sums[key] = sums.get(key, 0.0) + value - center
    G = len(sums)
    return G / (G - 1) * sum(s * s for s in sums.values()) / len(x) ** 2, G


def clustered(by: str, *, standardised: bool = False, drawn: bool = False) -> Test:
    def test(events: list[Event], window: Window) -> Found:
        x = [event.scar(window) if standardised else event.car(window) for event in events]
        dates: list[Hashable] = [event.zero for event in events]
        firms: list[Hashable] = [event.firm for event in events]
        center = mean(x)
        by_date, by_firm = (cluster_variance(x, keys, center) for keys in (dates, firms))
        variance, G = by_firm if by == "firm" else by_date
        if by == "both":
            both: list[Hashable] = list(zip(dates, firms, strict=True))
            variance += by_firm[0] - cluster_variance(x, both, center)[0]
            G = min(G, by_firm[1])
        t = center / sqrt(variance)
        return (t, None, None) if drawn else student(t, G - 1)

    return test


def sign_permutation(events: list[Event], window: Window) -> Found:
    sums: dict[int, float] = {}
    for event in events:
        sums[event.zero] = sums.get(event.zero, 0.0) + event.car(window)
    values = list(sums.values())
    return sum(values) / sqrt(sum(v * v for v in values)), None, None


# ------------------------------------------------------------------------ calendar time


def calendar_time(how: str) -> Test:
    def test(events: list[Event], window: Window) -> Found:
        held: dict[int, list[float]] = {}
        for event in events:
            for t in event.days(window):
                held.setdefault(event.zero + t, []).append(event.sar(t))
        sessions = [s for s in range(SESSIONS) if s in held]
        x, n = [mean(held[s]) for s in sessions], [len(held[s]) for s in sessions]
        T = len(x)
        if how == "weighted":
            center = sum(a * b for a, b in zip(n, x, strict=True)) / sum(n)
            total = sum(a * (b - center) ** 2 for a, b in zip(n, x, strict=True))
            return student(center / sqrt(total / (T - 1) / sum(n)), T - 1)
        u, total = [v - mean(x) for v in x], squares(x)
        lags = int(4 * (T / 100) ** (2 / 9)) if how == "newey-west" else 0
        for lag in range(1, lags + 1):
            products = sum(u[i] * u[i - lag] for i in range(lag, T))
            total += 2 * (1 - lag / (lags + 1)) * products
        return student(mean(x) / sqrt(total / (T * (T - 1))), T - 1)

    return test


# ------------------------------------------------------------------------ other days


def daily(events: list[Event], *, standardised: bool) -> tuple[list[float], dict[int, float]]:
    """Return the portfolio's days before, and its event days: means, or sums over sqrt(n)."""
    before: list[float] = []
    for t in range(ESTIMATION[0], ESTIMATION[1] + 1):
        rows = [event.standardised() if standardised else event.resid for event in events]
        values = [row[t] for row in rows if t in row]
        if values:
            before.append(sum(values) / (sqrt(len(values)) if standardised else len(values)))
    after = {}
    for t in range(EVENT[0], EVENT[1] + 1):
        values = [
            event.sar(t) if standardised else event.ar[t] for event in events if t in event.ar
        ]
        if values:
            after[t] = sum(values) / (sqrt(len(values)) if standardised else len(values))
    return before, after


def sample_quantile(events: list[Event], window: Window) -> Found:
    before, after = daily(events, standardised=False)
    own = [v for t, v in after.items() if window[0] <= t <= window[1]]
    others = [sum(before[i : i + len(own)]) for i in range(len(before) - len(own) + 1)]
    above = (1 + sum(v >= sum(own) for v in others)) / (1 + len(others))
    below = (1 + sum(v <= sum(own) for v in others)) / (1 + len(others))
    return sum(own) / deviation(others), None, min(1.0, 2 * min(above, below))


def placebo(events: list[Event], window: Window) -> Found:
    before, after = daily(events, standardised=True)
    own = [v for t, v in after.items() if window[0] <= t <= window[1]]
    days, total = len(own), sum(v * v for v in before)
    statistic = sum(own) / sqrt(days * total / (len(before) - 1))
    others = []
    for end in range(len(before), days - 1, -days):
        part = before[end - days : end]
        rest = (total - sum(v * v for v in part)) / (len(before) - days - 1)
        others.append(sum(part) / sqrt(days * rest))
    far = sum(abs(v) >= abs(statistic) for v in others)
    return statistic, None, (1 + far) / (1 + len(others))


def conformal(events: list[Event], window: Window) -> Found:
    before, after = daily(events, standardised=True)
    own = [v for t, v in after.items() if window[0] <= t <= window[1]]
    ring = own + before
    turned = [sum(ring[(i + j) % len(ring)] for j in range(len(own))) for i in range(len(ring))]
    far = sum(abs(v) >= abs(turned[0]) for v in turned)
    return turned[0] / sqrt(mean([v * v for v in turned])), None, far / len(ring)


#: Tests by their names in the catalogue.
TESTS: dict[str, Test] = {
    "Cross-sectional t": cross_sectional,
    "Skewness-adjusted t": skewness_adjusted,
    "Jackknife": jackknife,
    "Independence t": independence,
    "Crude dependence": crude,
    "Lamb": lamb,
    "Patell": patell,
    "KP-Patell": kp_patell,
    "BMP": bmp,
    "KP-BMP": kp_bmp,
    "Corrado rank": corrado,
    "GRANK-T": grank_t,
    "GRANK-Z": grank_z,
    "Generalised sign": generalised_sign,
    "Sign": sign,
    "Wilcoxon": wilcoxon,
    "Clustered by date": clustered("date"),
    "Clustered by firm": clustered("firm"),
    "Clustered two-way": clustered("both"),
    "Sign permutation": sign_permutation,
    "Wild bootstrap": clustered("date", drawn=True),
    "BMP bootstrap": clustered("date", standardised=True, drawn=True),
    "Calendar time": calendar_time("plain"),
    "Calendar time WLS": calendar_time("weighted"),
    "Calendar time Newey-West": calendar_time("newey-west"),
    "Sample quantile": sample_quantile,
    "Placebo in time": placebo,
    "Conformal": conformal,
}
#: Tests whose daily scores rest on all events, whether they are in the window or not.
ALL_EVENTS = ("Corrado rank", "Sample quantile", "Placebo in time", "Conformal")


def tested(name: str, events: list[Event], window: Window) -> tuple[Found, int]:
    """Return the answer of a test, and the events with an abnormal return in the window."""
    held = [event for event in events if event.days(window)]
    if not held:
        return (nan, None, None), 0
    return TESTS[name](events if name in ALL_EVENTS else held, window), len(held)
