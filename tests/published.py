"""Numbers that others have printed, and the shortest ways to set the package beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import eventstudy as es
from eventstudy.estimation.abnormal import AbnormalReturns

FloatArray = NDArray[np.float64]

#: EventStudy.jl, test/Testcase_Clean/tests.jl: average abnormal returns of days -5 to 5 (day -5 of
#: the first group is not printed), rounded to 7 digits or, where it prints 6, to 6.
JULIA_AAR = {
    "G1": (np.nan, -0.0001844, 0.0041964, -0.002487, -0.0092609, -0.0046859, 0.0619481, 0.0098247,
           0.0127586, 0.0085555, 0.0293382),
    "G2": (-0.0007243, -0.000981, -0.0013198, 0.0095689, -0.0052336, -0.0099132, 0.0688317,
           -0.0026087, 0.0167726, -0.0088213, 0.0203204),
}  # fmt: skip
JULIA_CAAR = {
    ("G1", -5, 5): 0.1100127,
    ("G2", -5, 5): 0.0858916,
    ("G1", 0, 1): 0.0572621,
    ("G2", 0, 1): 0.0589185,
}
JULIA_KP_BMP, JULIA_GRANK_T = 1.770422, 4.151076

#: eventstudy (Python), "Get started": Apple and the first iPhone, days -5 to 20, by three factors.
IPHONE_AR = (
    -0.053, 0.012, -0.013, 0.004, 0, -0.077, -0.039, 0.027, 0.024, -0.024, 0.023, 0.057, 0.011,
    0.011, 0.017, 0.003, -0.01, 0.008, -0.009, 0.012, 0.011, 0.024, 0.001, 0.009, -0.002, -0.02,
)  # fmt: skip
IPHONE_LAST_CAR_VARIANCE = 0.01251
#: The same page: distribution of the CAR of 38 annual reports on days -5 to 10.
FILINGS_CAAR = (
    -0.0042, -0.0035, -0.0028, -0.0052, -0.0015, 0.0078, 0.0036, 0.0019, 0.001, -0.0007, -0.0044,
    -0.0087, -0.0087, -0.0101, -0.0078, -0.0113,
)  # fmt: skip
FILINGS_LEAST = (
    -0.0463, -0.0595, -0.0839, -0.0631, -0.0705, -0.1059, -0.103, -0.0974, -0.1184, -0.1127,
    -0.1586, -0.1747, -0.1896, -0.1736, -0.1534, -0.175,
)  # fmt: skip
FILINGS_GREATEST = (
    0.0373, 0.0515, 0.0627, 0.0574, 0.0868, 0.2023, 0.2108, 0.1854, 0.196, 0.2054, 0.2121, 0.2106,
    0.2005, 0.2064, 0.1969, 0.2034,
)  # fmt: skip
FILINGS_MEDIAN = (
    -0.005, 0.0006, -0.0052, -0.0078, -0.008, 0.0022, -0.012, -0.0163, -0.0181, -0.0199, -0.0178,
    -0.0215, -0.0175, -0.0172, -0.0122, -0.0153,
)  # fmt: skip

#: crseEventStudy, tests/testthat/test-crseEvent.R: observations, months, mean, clustered variance.
CRSE = (2340, 145, -0.006964425, 0.001883136)


def table(shared: Path, name: str) -> pd.DataFrame:
    """Return a data set of a published package."""
    return pd.read_csv(shared / "market" / "replication" / f"{name}.csv.gz")


def study(
    tmp_path: Path,
    events: pd.DataFrame,
    wide: pd.DataFrame,
    benchmark: str,
    windows: tuple[tuple[int, int], tuple[int, int]],
    units: str = "",
    **settings: Any,
) -> es.EventStudyResults:
    """Run a study on a wide table of prices, or of simple returns in ``units``.

    ``events`` has the columns ticker, announced_at and perhaps others; every announcement counts
    for its own day, as in the studies it is compared with.
    """
    path = tmp_path / "wide.csv"
    wide.to_csv(path, index_label="date")
    if units:
        settings |= {"prices__file_returns": "simple", "prices__file_units": units}
    estimation, event = windows
    made = es.EventStudy.from_events(
        events.assign(session="pre"),
        prices__benchmark=benchmark,
        windows__estimation=estimation,
        windows__event=event,
        windows__report=(event,),
        windows__headline=(0, 1),
        **settings,
    )
    return made.with_prices(f"files:{path}").run()


def slow_abnormal(
    r: Sequence[float], m: Sequence[float], zero: int, est: Iterable[int], evt: Iterable[int]
) -> list[float]:
    """Return abnormal returns by the textbook sums of one regression on the days that are there."""
    days = [zero + t for t in est if not np.isnan(r[zero + t] + m[zero + t])]
    x_bar = sum(m[d] for d in days) / len(days)
    y_bar = sum(r[d] for d in days) / len(days)
    covariance = sum((m[d] - x_bar) * (r[d] - y_bar) for d in days)
    beta = covariance / sum((m[d] - x_bar) ** 2 for d in days)
    return [r[zero + t] - (y_bar + beta * (m[zero + t] - x_bar)) for t in evt]


def given(
    ar: FloatArray,
    sigma: FloatArray,
    ar_est: FloatArray,
    day_zero: Sequence[str] | None = None,
    tickers: Sequence[str] | None = None,
) -> AbnormalReturns:
    """Return abnormal returns that others computed, with sigma as their only prediction error."""
    n, days = ar.shape
    length = ar_est.shape[1]
    return AbnormalReturns(
        event_ids=tuple(map(str, range(n))),
        tickers=tuple(tickers or map(str, range(n))),
        day_zero=np.array(day_zero or ["2017-07-24"] * n, dtype="datetime64[D]"),
        tau=np.arange(days) - days // 2,
        ar=ar,
        covariance=sigma[:, None, None] ** 2 * np.eye(days),
        r_evt=ar,
        expected=np.zeros_like(ar),
        ar_est=ar_est,
        sigma2=sigma**2,
        df=np.full(n, length - 2),
        n_obs=np.full(n, length),
        at_est=np.tile(np.arange(length), (n, 1)),
        at_evt=np.tile(length + np.arange(days), (n, 1)),
    )
