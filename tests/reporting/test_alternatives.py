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


def test_heatmap() -> None:
    frame = pd.DataFrame([[0.01, -0.2], [0.3, math.nan]], columns=[-1, 0])
    groups = {"Layoffs": frame, "None": frame * math.nan}
    assert alternatives.heatmap_text(groups, simulated=False) == (
        "Heat map of abnormal returns, events by days. Layoffs, 2 events: from −20.0% on day 0 to "
        "+30.0% on day −1. None: no values."
    )


def test_timeline() -> None:
    market = pd.DataFrame(
        {"day": pd.to_datetime(["2024-01-02", "2024-01-03"]), "level": [50.0, 60.0]}
    )
    groups = {"Layoffs": ["2024-01-03", "2024-01-02"], "None": []}
    assert alternatives.timeline_text(market, groups, "SPY", simulated=True) == (
        "Simulated prices. Timeline of the events on the benchmark. SPY from 2024-01-02 to "
        "2024-01-03: +20%. Layoffs: 2 events from 2024-01-02 to 2024-01-03. None: 0 events."
    )


def test_p_values() -> None:
    frame = pd.DataFrame(
        {
            "test": ["A", "A", "B", "B"], "start": 0, "end": [0, 1, 0, 1],
            "p_value": [0.01, 0.2, 0.04, math.nan],
        }
    )  # fmt: skip
    assert alternatives.p_values_text({"Layoffs": frame}, 0.95, (0, 1), simulated=False) == (
        "Tiles of p values, tests by windows. Tests that reject at 5%, by window (headline "
        "[0, +1]): Layoffs: [0, 0] 2 of 2 and [0, +1] 0 of 1."
    )


def test_size() -> None:
    events = pd.DataFrame({"percent": [5.0, math.nan], "car": 0.01})
    assert alternatives.size_text({"Layoffs": events}, "percent", "flat", simulated=False) == (
        "Abnormal return against the size of the cut (per cent of staff), one mark per event: "
        "Layoffs 1 event. Line: flat."
    )
