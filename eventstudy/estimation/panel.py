"""Event time: every event becomes one row of aligned matrices, or an exclusion with a reason."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
DayArray = NDArray[np.datetime64]


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

    def __post_init__(self) -> None:
        for name in (
            "day_zero", "tau_est", "tau_evt", "r_est", "r_evt", "x_est", "x_evt", "sessions",
            "at_est", "at_evt", "rf_est", "rf_evt",
        ):  # fmt: skip
            values = getattr(self, name)
            if values is not None:
                values = np.asarray(values).view()
                values.flags.writeable = False
                object.__setattr__(self, name, values)

    def __len__(self) -> int:
        return len(self.event_ids)

    def __repr__(self) -> str:
        return (
            f"<EventPanel: {len(self)} events, estimation [{self.tau_est[0]}, {self.tau_est[-1]}], "
            f"event [{self.tau_evt[0]}, {self.tau_evt[-1]}]>"
        )
