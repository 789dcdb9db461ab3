"""Event time: every event becomes one row of aligned matrices, or an exclusion with a reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from eventstudy.errors import EstimationError, WindowError
from eventstudy.estimation.cuts import Cut, cut
from eventstudy.estimation.returns import ReturnTable
from eventstudy.events.event import Exclusion, ExclusionReason

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
DayArray = NDArray[np.datetime64]

#: ``complete`` leaves out an event with a missing day in its event window; ``available`` keeps it
#: and every window uses the days that are there; ``trade_to_trade`` keeps it too, and the first
#: price after a gap gives a return over the whole gap, against the benchmark over the same gap.
MissingPolicy = Literal["complete", "available", "trade_to_trade"]


@dataclass(frozen=True, slots=True)
class EventTime:
    """The windows of a study in trading days from day zero, both ends inclusive.

    Raises
    ------
    WindowError
        When a window is reversed, the event window lacks day zero, or the two overlap.
    """

    estimation: tuple[int, int] = (-260, -11)
    event: tuple[int, int] = (-10, 10)

    def __post_init__(self) -> None:
        for name, said in window_faults(self.estimation, self.event).items():
            raise WindowError(said, window=getattr(self, name))

    @property
    def tau_est(self) -> IntArray:
        """Relative days of the estimation window, shape (L1,)."""
        return np.arange(self.estimation[0], self.estimation[1] + 1)

    @property
    def tau_evt(self) -> IntArray:
        """Relative days of the event window, shape (L2,)."""
        return np.arange(self.event[0], self.event[1] + 1)


def window_faults(estimation: tuple[int, int], event: tuple[int, int]) -> dict[str, str]:
    """Return what is wrong with each window, by its name: ``estimation``, ``event``, or none."""
    found = {
        name: f"The {name} window [{start}, {end}] ends before it starts; write the earlier day "
        "first."
        for name, (start, end) in (("estimation", estimation), ("event", event))
        if start > end
    }
    if "event" not in found and not event[0] <= 0 <= event[1]:
        found["event"] = f"The event window {list(event)} does not hold day 0."
    if not found and estimation[1] >= event[0]:
        where = "lies after" if estimation[0] > event[1] else "overlaps"
        found["estimation"] = (
            f"The estimation window {list(estimation)} {where} the event window {list(event)}; "
            f"let it end before day {event[0]}."
        )
    return found


_PER_EVENT = (
    "day_zero", "r_est", "r_evt", "x_est", "x_evt", "at_est", "at_evt", "rf_est", "rf_evt",
    "span_est", "span_evt", "near_est",
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class EventPanel:
    """Returns in event time, one row per event; nothing is keyed by ticker.

    Attributes
    ----------
    event_ids, tickers
        N strings each; a ticker may occur in several rows.
    day_zero
        datetime64[D] of shape (N,): the session that can first react.
    tau_est, tau_evt
        Relative days of the estimation window, shape (L1,), and of the event window, shape (L2,),
        in trading days from day zero.
    r_est, r_evt
        Returns of the security as decimal fractions, shapes (N, L1) and (N, L2); NaN where missing.
    x_est, x_evt
        Regressors without the constant, shapes (N, L1, K) and (N, L2, K); K may be 0.
    regressors
        Names of the K regressors.
    rf_est, rf_evt
        Risk-free return per day where the model needs excess returns, else None;
        shapes (N, L1) and (N, L2).
    sessions
        datetime64[D] of shape (T,): the calendar axis that ``at_est`` and ``at_evt`` point into.
    at_est, at_evt
        Positions on ``sessions``, shapes (N, L1) and (N, L2); -1 outside the axis. They let
        residuals of different events be compared on the same calendar date.
    span_est, span_evt
        Sessions that each return of the security spans, shapes (N, L1) and (N, L2), NaN where
        there is none; only with trade-to-trade returns, else None. Regressors and risk-free
        returns are then compounded over the same sessions.
    pool
        Returns of the donor securities of a synthetic control on ``sessions``, shape (T, D), in
        the order of the model's donors; else None.
    near_est
        The first regressor on other sessions than the return's, shape (N, L1, S), for models with
        lags and leads of the benchmark; else None.
    """

    event_ids: tuple[str, ...]
    tickers: tuple[str, ...]
    day_zero: DayArray
    tau_est: IntArray
    tau_evt: IntArray
    r_est: FloatArray
    r_evt: FloatArray
    x_est: FloatArray
    x_evt: FloatArray
    regressors: tuple[str, ...]
    sessions: DayArray
    at_est: IntArray
    at_evt: IntArray
    rf_est: FloatArray | None = None
    rf_evt: FloatArray | None = None
    span_est: FloatArray | None = None
    span_evt: FloatArray | None = None
    pool: FloatArray | None = None
    near_est: FloatArray | None = None

    def __post_init__(self) -> None:
        for name in (
            "day_zero", "tau_est", "tau_evt", "r_est", "r_evt", "x_est", "x_evt", "sessions",
            "at_est", "at_evt", "rf_est", "rf_evt", "span_est", "span_evt", "pool",
            "near_est",
        ):  # fmt: skip
            values = getattr(self, name)
            if values is not None:
                values = np.asarray(values).view()
                values.flags.writeable = False
                object.__setattr__(self, name, values)

    def __len__(self) -> int:
        return len(self.event_ids)

    @property
    def usable_est(self) -> BoolArray:
        """Days of the estimation window with a return and every regressor, shape (N, L1)."""
        usable = _usable(self.r_est, self.x_est, self.rf_est)
        return usable if self.near_est is None else usable & np.isfinite(self.near_est).all(axis=2)

    @property
    def usable_evt(self) -> BoolArray:
        """Days of the event window with a return and every regressor, shape (N, L2)."""
        return _usable(self.r_evt, self.x_evt, self.rf_evt)

    def take(self, rows: IntArray) -> EventPanel:
        """Return the panel of some events, given by their rows."""
        parts: dict[str, Any] = {
            name: None if (values := getattr(self, name)) is None else values[rows]
            for name in _PER_EVENT
        }
        return replace(
            self,
            event_ids=tuple(self.event_ids[i] for i in rows),
            tickers=tuple(self.tickers[i] for i in rows),
            **parts,
        )

    def __repr__(self) -> str:
        return (
            f"<EventPanel: {len(self)} events, estimation [{self.tau_est[0]}, {self.tau_est[-1]}], "
            f"event [{self.tau_evt[0]}, {self.tau_evt[-1]}]>"
        )


def build_panel(
    event_ids: Sequence[str],
    tickers: Sequence[str],
    positions: IntArray,
    returns: ReturnTable,
    regressors: Mapping[str, FloatArray],
    time: EventTime,
    *,
    risk_free: FloatArray | None = None,
    pool: FloatArray | None = None,
    shifts: Sequence[int] = (),
    min_estimation: int = 120,
    missing: MissingPolicy = "complete",
) -> tuple[EventPanel, tuple[Exclusion, ...]]:
    """Cut every event's returns out of the table; leave out what cannot be estimated.

    Parameters
    ----------
    event_ids, tickers
        N strings each; every ticker must be in ``returns``.
    positions
        Day zero of each event as a position on ``returns.sessions``, shape (N,).
    regressors
        Name to series of shape (T,) on ``returns.sessions``; may be empty.
    risk_free
        Risk-free return per session, shape (T,), or None.
    pool
        Returns of a synthetic control's donors, shape (T, D), or None.
    shifts
        Sessions by which the first regressor is wanted besides its own: -1 is the session before.
    min_estimation
        Least number of days of the estimation window with a return and all regressors.
    missing
        What a missing day in the event window means, see `MissingPolicy`.

    Returns
    -------
    tuple
        The panel of the events that are left, in their order, and one exclusion for each other.
    """
    T = len(returns.sessions)
    columns = np.array([returns.tickers.index(ticker) for ticker in tickers], dtype=np.int64)
    series = np.column_stack(list(regressors.values())) if regressors else np.empty((T, 0))
    position = np.asarray(positions, dtype=np.int64)

    def window(tau: IntArray) -> Cut:
        return cut(returns, columns, position, tau, series, risk_free)

    est, evt = window(time.tau_est), window(time.tau_evt)
    near = [window(time.tau_est + shift).x[:, :, 0] for shift in shifts]
    panel = EventPanel(
        event_ids=tuple(event_ids),
        tickers=tuple(tickers),
        day_zero=returns.sessions[position],
        tau_est=time.tau_est,
        tau_evt=time.tau_evt,
        r_est=est.r,
        r_evt=evt.r,
        x_est=est.x,
        x_evt=evt.x,
        regressors=tuple(regressors),
        sessions=returns.sessions,
        at_est=est.at,
        at_evt=evt.at,
        rf_est=est.rf,
        rf_evt=evt.rf,
        span_est=est.span,
        span_evt=evt.span,
        pool=pool,
        near_est=np.stack(near, axis=2) if near else None,
    )
    reasons = _reasons(panel, returns, columns, min_estimation, missing)
    kept = np.array([i not in reasons for i in range(len(panel))], dtype=bool)
    exclusions = tuple(
        Exclusion(panel.event_ids[i], reason, detail) for i, (reason, detail) in reasons.items()
    )
    return panel.take(np.flatnonzero(kept)), exclusions


def concatenate(panels: Sequence[EventPanel]) -> EventPanel:
    """Put panels of several exchanges below each other, on the union of their sessions.

    A row keeps its own exchange's days: two neighbours of its event window are neighbours there,
    and may lie further apart on the union.

    Raises
    ------
    WindowError
        The panels differ in windows or regressors, or there is none.
    EstimationError
        A panel has a pool of donors, whose returns belong to the sessions of one exchange.
    """
    if not panels:
        raise WindowError("There is no panel to put together.")
    one = panels[0]
    if len(panels) == 1:
        return one
    for other in panels[1:]:
        same = np.array_equal(one.tau_est, other.tau_est) and np.array_equal(
            one.tau_evt, other.tau_evt
        )
        if not same or one.regressors != other.regressors:
            raise WindowError("Panels of different windows or regressors cannot be put together.")
    if any(panel.pool is not None for panel in panels):
        raise EstimationError(
            "A synthetic control needs donors of the security's own exchange, and the events are "
            "of several; study one exchange at a time."
        )
    axis = np.unique(np.concatenate([panel.sessions for panel in panels]))
    stacked: dict[str, Any] = {}
    for name in _PER_EVENT:
        parts = [getattr(panel, name) for panel in panels]
        if name in ("at_est", "at_evt"):
            parts = [
                np.where(at >= 0, np.searchsorted(axis, panel.sessions)[at], -1)
                for panel, at in zip(panels, parts, strict=True)
            ]
        stacked[name] = None if parts[0] is None else np.concatenate(parts)
    return replace(
        one,
        event_ids=tuple(event_id for panel in panels for event_id in panel.event_ids),
        tickers=tuple(ticker for panel in panels for ticker in panel.tickers),
        sessions=axis,
        **stacked,
    )


def _reasons(
    panel: EventPanel,
    returns: ReturnTable,
    columns: IntArray,
    min_estimation: int,
    missing: MissingPolicy,
) -> dict[int, tuple[ExclusionReason, str]]:
    """Return for each event that must go the first reason that applies, in the panel's order."""
    zero = int(np.flatnonzero(panel.tau_evt == 0)[0])
    there_est, there_evt = panel.usable_est, panel.usable_evt
    n_est, length = there_est.sum(axis=1), there_est.shape[1]
    has_return, days = ~np.isnan(returns.returns), returns.sessions
    first = has_return.argmax(axis=0)[columns]
    last = (len(days) - 1 - has_return[::-1].argmax(axis=0))[columns]
    never = has_return.sum(axis=0)[columns] == 0
    at_zero = panel.at_evt[:, zero]
    # Trade to trade, the first return from day zero on holds the reaction.
    reacting = there_evt[:, zero : zero + 1 if panel.span_evt is None else None].sum(axis=1) > 0

    def span(i: int) -> str:
        if never[i]:
            return f"{panel.tickers[i]} has no two prices in a row"
        return f"{panel.tickers[i]} has returns from {days[first[i]]} to {days[last[i]]}"

    def absent(i: int) -> str:
        gone = np.flatnonzero(~there_evt[i])
        more = f" and {len(gone) - 5} more" if len(gone) > 5 else ""
        return ", ".join(f"{panel.tau_evt[j]:+d}" for j in gone[:5]) + more

    checks: tuple[tuple[BoolArray, ExclusionReason, Callable[[int], str]], ...] = (
        (
            never | (at_zero < first) | (at_zero > last),
            ExclusionReason.OUTSIDE_DATA,
            lambda i: f"day zero {panel.day_zero[i]}; {span(i)}",
        ),
        (
            ~reacting,
            ExclusionReason.DAY_ZERO_MISSING,
            lambda i: f"no return of {panel.tickers[i]} or of the benchmark on {panel.day_zero[i]}",
        ),
        (
            n_est < min_estimation,
            ExclusionReason.ESTIMATION_TOO_SHORT,
            lambda i: f"{n_est[i]} of {length} days, {min_estimation} needed; {span(i)}",
        ),
        (
            _row_range(np.where(there_est, panel.r_est, np.nan)) == 0,
            ExclusionReason.ZERO_VARIANCE,
            lambda i: f"{panel.tickers[i]} has the same return on all {n_est[i]} estimation days",
        ),
        (
            (there_evt.sum(axis=1) < there_evt.shape[1]) & (missing == "complete"),
            ExclusionReason.EVENT_WINDOW_INCOMPLETE,
            lambda i: f"nothing on day {absent(i)}; {span(i)}",
        ),
    )
    found: dict[int, tuple[ExclusionReason, str]] = {}
    for mask, reason, describe in checks:
        for i in np.flatnonzero(mask):
            found.setdefault(int(i), (reason, describe(int(i))))
    return dict(sorted(found.items()))


def _usable(r: FloatArray, x: FloatArray, rf: FloatArray | None) -> BoolArray:
    there: BoolArray = np.isfinite(r) & np.isfinite(x).all(axis=2)
    return there if rf is None else there & np.isfinite(rf)


def _row_range(values: FloatArray) -> FloatArray:
    """Return max - min of each row without its NaNs; NaN for a row without numbers."""
    empty = np.isnan(values).sum(axis=1) == values.shape[1]
    filled = np.where(empty[:, None], 0.0, values)
    return np.where(empty, np.nan, np.nanmax(filled, axis=1) - np.nanmin(filled, axis=1))
