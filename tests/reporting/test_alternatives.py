from __future__ import annotations

import math

import pandas as pd

from eventstudy.reporting import alternatives

CAAR = pd.DataFrame(
    {
        "tau": [-1, 0, 1], "n": [9, 9, 8], "caar": [0.001, -0.02, -0.015],
        "lower": [0.0, -0.03, -0.03], "upper": [0.01, -0.01, 0.0],
    }
)  # fmt: skip
EVENTS = pd.DataFrame(
    {
        "ticker": ["A", "B", "C"], "car": [0.05, -0.1, 0.0], "lower": [0.01, -0.2, -0.1],
        "upper": [0.1, -0.05, 0.1],
    }
)  # fmt: skip


def test_caar() -> None:
    assert alternatives.caar_text({"Layoffs": CAAR}, 0.95, simulated=True) == (
        "Simulated prices. Line chart of the cumulative average abnormal return by trading day. "
        "Layoffs, 9 events: −1.50% on day +1 (95% interval −3.00% to 0.00%); lowest −2.00% on day "
        "0, highest +0.10% on day −1."
    )
    nothing = CAAR.assign(caar=math.nan)
    assert "Layoffs: no values." in alternatives.caar_text(
        {"Layoffs": nothing}, 0.95, simulated=False
    )


def test_forest() -> None:
    assert alternatives.forest_text("Layoffs", EVENTS, simulated=False) == (
        "Forest chart of 3 events (Layoffs), largest abnormal return on top. Wholly above "
        "zero: 1 interval; wholly below: 1 interval. From −10.0% (B) to +5.0% (A)."
    )


def test_event() -> None:
    prices = pd.DataFrame({"tau": [0, 1], "security": [90.0, 95.5], "benchmark": [101.0, math.nan]})
    abnormal = pd.DataFrame({"tau": [0, 1], "ar": [-0.1, 0.06], "se": 0.01})
    assert alternatives.event_text("META, 2026-04-23", prices, abnormal, simulated=False) == (
        "Price and abnormal returns of META, 2026-04-23. With day −1 at 100, the window ends with "
        "the security at 95.5 and the benchmark at 101.0. Largest abnormal return of a day: "
        "−10.00% on day 0."
    )
    empty = abnormal.assign(ar=math.nan)
    assert "Largest" not in alternatives.event_text("X", prices, empty, simulated=False)


def test_distribution() -> None:
    groups = {"Layoffs": EVENTS, "None": EVENTS.assign(car=math.nan)}
    assert alternatives.distribution_text(groups, simulated=False) == (
        "Dot piles of single events' abnormal returns. Layoffs: median 0.00%, middle half −5.00% "
        "to +2.50%, all −10.00% to +5.00%. None: no values."
    )
