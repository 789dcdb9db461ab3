"""Small drawings written by hand as SVG: one per event costs nothing.

They use the light theme's colours; ``rendering.themed`` turns these into CSS variables.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import pandas as pd

from eventstudy.reporting.style import LIGHT, Theme

_OPEN = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'


def interval_mark(
    car: float, lower: float, upper: float, limit: float, *, theme: Theme = LIGHT, series: int = 0
) -> str:
    """Draw one estimate with its interval on an axis from ``-limit`` to ``limit``.

    A filled dot: the interval leaves zero out; an estimate beyond the edge is a triangle. Values
    are decimal fractions; an empty string when one is missing.
    """
    if any(map(math.isnan, (car, lower, upper))):
        return ""
    width, height = 120, 14
    colour = theme.series[series % len(theme.series)]

    def at(value: float) -> str:
        return _short(width / 2 * (1 + max(-1.0, min(1.0, value / limit)) * 0.92))

    clear = lower > 0 or upper < 0
    beyond = f'<path d="M{at(car)} 3.5v7l{4 if car > 0 else -4} -3.5z"'
    mark = beyond if abs(car) > limit else f'<circle cx="{at(car)}" cy="7" r="2.8"'
    return (
        _OPEN.format(width=width, height=height) + ' aria-hidden="true">'
        f'<path d="M60 0V14" stroke="{theme.grid}"/>'
        f'<path d="M{at(lower)} 7H{at(upper)}" stroke="{colour}" '
        f'stroke-width="{1.8 if clear else 1.1}" fill="none"/>'
        f'{mark} stroke="{colour}" stroke-width="1.2" '
        f'fill="{colour if clear else theme.paper}"/></svg>'
    )


def event_spark(
    prices: pd.DataFrame, abnormal: pd.DataFrame, z: float, *, theme: Theme = LIGHT
) -> str:
    """Draw one event small: price and benchmark on the left, abnormal returns on the right.

    Parameters
    ----------
    prices, abnormal
        Frames of an ``EventDetail``.
    z
        Quantile beyond which a day's abnormal return is drawn in colour.
    """
    width, height = 300, 64
    days = [float(tau) for tau in prices["tau"]]
    if len(days) < 2:
        return ""
    left, right = min(days), max(days)

    def along(tau: float, start: float) -> float:
        return start + 140 * (tau - left) / (right - left)

    series = [[float(v) for v in prices[key]] for key in ("benchmark", "security")]
    finite = [value for path in series for value in path if math.isfinite(value)] or [100.0]
    low, high = min(finite), max(finite)
    span = (high - low) or 1.0
    across = [along(tau, 4) for tau in days]
    lines = [
        f'<path d="{_path(across, path, low, span)}" stroke="{colour}" '
        f'stroke-width="{stroke}" fill="none"/>'
        for path, colour, stroke in zip(
            series, (theme.muted, theme.series[0]), (1, 1.8), strict=True
        )
    ]
    zero = _short(along(0, 4))
    return "".join(
        [
            _OPEN.format(width=width, height=height),
            ' role="img" aria-label="Price against benchmark, and abnormal returns">',
            f'<path d="M{zero} 2V62M{_short(along(0, 156))} 2V62" stroke="{theme.grid}"/>',
            *lines,
            *_bars(abnormal, z, lambda tau: along(tau, 156), theme),
            "</svg>",
        ]
    )


def _path(across: Sequence[float], path: Sequence[float], low: float, span: float) -> str:
    parts, pen = [], "M"
    for x, value in zip(across, path, strict=True):
        if not math.isfinite(value):
            pen = "M"
            continue
        parts.append(f"{pen}{_short(x)} {_short(60 - 56 * (value - low) / span)}")
        pen = "L"
    return "".join(parts)


def _bars(
    abnormal: pd.DataFrame, z: float, along: Callable[[float], float], theme: Theme
) -> list[str]:
    rows = [
        (float(tau), float(ar), float(se))
        for tau, ar, se in zip(abnormal["tau"], abnormal["ar"], abnormal["se"], strict=True)
        if math.isfinite(ar)
    ]
    top = max((abs(ar) for _, ar, _ in rows), default=0.0) or 1.0
    far = [(tau, ar) for tau, ar, se in rows if abs(ar) > z * se]
    near = [(tau, ar) for tau, ar, se in rows if not abs(ar) > z * se]
    drawn = []
    for some, colour in ((near, theme.muted), (far, theme.series[0])):
        bars = "".join(f"M{_short(along(t))} 32V{_short(32 - 28 * ar / top)}" for t, ar in some)
        if bars:
            drawn.append(f'<path d="{bars}" stroke="{colour}" stroke-width="4"/>')
    return drawn


def _short(value: float) -> str:
    """Write a coordinate with one decimal and nothing superfluous."""
    return f"{value:.1f}".removesuffix(".0")
