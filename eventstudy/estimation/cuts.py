"""Cutting the days of a window out of series that lie on a calendar."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eventstudy.estimation.returns import FloatArray, IntArray, ReturnTable, over_spans


@dataclass(frozen=True, eq=False)
class Cut:
    """The days of one window of N events.

    Attributes
    ----------
    at
        Positions on the calendar, shape (N, L); -1 outside.
    r, x, rf
        Returns (N, L), regressors (N, L, K) and risk-free returns (N, L) or None; NaN outside.
    span
        Sessions that each return spans, shape (N, L), or None where all span one.
    """

    at: IntArray
    r: FloatArray
    x: FloatArray
    rf: FloatArray | None
    span: FloatArray | None


def cut(
    returns: ReturnTable,
    columns: IntArray,
    position: IntArray,
    tau: IntArray,
    series: FloatArray,
    risk_free: FloatArray | None,
) -> Cut:
    """Cut the relative days ``tau`` (L,) around the positions (N,) of the events.

    Parameters
    ----------
    columns
        The column of ``returns`` that each event's security has, shape (N,).
    series, risk_free
        Regressors (T, K) and risk-free returns (T,) on the same sessions; compounded over the
        sessions that a return spans.
    """
    length = len(returns.sessions)
    at = position[:, None] + tau
    inside = (at >= 0) & (at < length)
    at = np.where(inside, at, -1)
    span = None
    if returns.spans is not None:
        span = np.where(inside, returns.spans[at, columns[:, None]], np.nan)
    rf = None if risk_free is None else over_spans(risk_free[:, None], at, span, "simple")
    return Cut(
        at,
        r=np.where(inside, returns.returns[at, columns[:, None]], np.nan),
        x=over_spans(series, at, span, returns.kind),
        rf=None if rf is None else rf[:, :, 0],
        span=span,
    )
