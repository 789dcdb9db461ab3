"""Prices and events with everything that goes wrong: gaps, repeated firms, shared dates, ties."""

from __future__ import annotations

import math

import numpy as np

Series = list[float]

SESSIONS = 420
FACTORS = ("mkt_rf", "smb", "hml", "rmw", "cma")
ESTIMATION, EVENT = (-110, -6), (-5, 10)
#: Firm and day zero; F0 to F4 come twice, four events share one date and three another.
EVENTS = (
    ("F0", 150), ("F0", 260), ("F1", 150), ("F1", 301), ("F2", 150), ("F2", 156), ("F3", 150),
    ("F3", 222), ("F4", 222), ("F4", 390), ("F5", 222), ("F6", 175), ("F7", 180), ("F8", 330),
    ("STALE", 201), ("LATE", 199),
)  # fmt: skip


def prices() -> dict[str, Series]:
    """Return the price of every firm and of the benchmark ``M`` per session; NaN without one.

    The firms share a shock per session beside the market's; STALE is quoted to the dollar, so that
    about half of its returns are zero; LATE is listed late and stops trading on day +1; F7 does not
    trade before its event; one price in fifty is missing, and one on a day zero.
    """
    rng = np.random.default_rng(20260401)
    market = 0.0003 + 0.01 * rng.standard_t(5, SESSIONS)
    common = 0.008 * rng.standard_normal(SESSIONS)
    found = {"M": _path(100.0, market)}
    for firm in dict.fromkeys(name for name, _ in EVENTS):
        beta, size = rng.uniform(0.5, 1.5), rng.uniform(0.008, 0.03)
        own = beta * market + common + size * rng.standard_t(4, SESSIONS)
        if firm == "STALE":
            own = market + 0.014 * rng.standard_normal(SESSIONS)
        path = _path(30.0 if firm == "STALE" else 50.0, own)
        if firm == "STALE":
            path = [float(round(price)) for price in path]
        gone = rng.random(SESSIONS) < 0.02
        found[firm] = [math.nan if out else p for p, out in zip(path, gone, strict=True)]
    found["F8"][330] = math.nan
    found["F7"][174:178] = [math.nan] * 4
    found["LATE"] = [p if 110 <= t <= 200 else math.nan for t, p in enumerate(found["LATE"])]
    return found


def factors() -> dict[str, Series]:
    """Return the five factors and the risk-free return ``rf`` per session."""
    rng = np.random.default_rng(7)
    found = {name: (0.007 * rng.standard_normal(SESSIONS)).tolist() for name in FACTORS}
    found["rf"] = (0.0001 + 0.00005 * rng.random(SESSIONS)).tolist()
    return found


def _path(start: float, returns: np.ndarray) -> Series:
    path: Series = (start * np.cumprod(1.0 + returns)).tolist()
    return path
