from __future__ import annotations

import math
from xml.etree import ElementTree as ET

import pandas as pd

from eventstudy.reporting.sparklines import event_spark, interval_mark
from eventstudy.reporting.style import LIGHT


def parse(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314  (our own drawing)


def test_interval_mark_places_the_estimate_on_its_axis() -> None:
    root = parse(interval_mark(0.05, 0.01, 0.2, 0.1, series=1))
    circle = root.find("{*}circle")
    assert circle is not None
    assert circle.get("cx") == "87.6"  # 60 + 60 * 0.92 * 0.05 / 0.1
    assert circle.get("fill") == LIGHT.series[1]
    spans = [path.get("d") for path in root.findall("{*}path")]
    assert spans == ["M60 0V14", "M65.5 7H115.2"]  # the upper bound stops at the edge


def test_interval_that_holds_zero_is_hollow() -> None:
    circle = parse(interval_mark(0.0, -0.1, 0.1, 0.1)).find("{*}circle")
    assert circle is not None
    assert circle.get("fill") == LIGHT.paper


def test_an_estimate_beyond_the_edge_is_a_triangle() -> None:
    root = parse(interval_mark(-0.3, -0.4, -0.2, 0.1))
    assert root.find("{*}circle") is None
    assert root.findall("{*}path")[-1].get("d") == "M4.8 3.5v7l-4 -3.5z"


def test_a_missing_bound_draws_nothing() -> None:
    assert interval_mark(0.0, math.nan, 0.1, 0.1) == ""


def test_event_spark_breaks_the_line_at_a_gap() -> None:
    prices = pd.DataFrame(
        {"tau": [-1, 0, 1, 2], "security": [100.0, math.nan, 110.0, 111.0], "benchmark": 100.0}
    )
    abnormal = pd.DataFrame({"tau": [-1, 0, 1, 2], "ar": [0.0, math.nan, 0.1, 0.01], "se": 0.02})
    root = parse(event_spark(prices, abnormal, 1.96))
    paths = [(path.get("d") or "", path.get("stroke")) for path in root.findall("{*}path")]
    security = next(d for d, colour in paths if colour == LIGHT.series[0] and "L" in d)
    assert security.count("M") == 2
    bars = [d for d, colour in paths if colour == LIGHT.series[0] and "V" in d]
    assert len(bars) == 1
    assert bars[0].count("M") == 1


def test_event_spark_of_one_day_is_empty() -> None:
    frame = pd.DataFrame({"tau": [0], "security": [1.0], "benchmark": [1.0], "ar": 0.0, "se": 0.1})
    assert event_spark(frame, frame, 1.96) == ""
