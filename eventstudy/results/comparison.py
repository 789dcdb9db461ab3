"""Two groups of events side by side."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd

from eventstudy.inference.distributions import StudentT
from eventstudy.inference.groups import compare_groups
from eventstudy.reporting.content import COMPARISON_COLUMNS
from eventstudy.results.outcome import Outcome


def comparison(first: Outcome, second: Outcome, names: tuple[str, str]) -> pd.DataFrame:
    """Return per window the difference of the mean CARs, first less second.

    The interval and ``welch_p`` are Welch's (1947); ``mann_whitney_p`` asks about ranks. Columns:
    `COMPARISON_COLUMNS`.
    """
    windows = first.spec.windows.all_windows
    tests = compare_groups(first.abnormal, second.abnormal, windows, names)
    rows = []
    for welch, ranks in zip(tests[: len(windows)], tests[len(windows) :], strict=True):
        difference = welch.facts["difference"]
        with np.errstate(divide="ignore", invalid="ignore"):
            se = np.abs(np.divide(difference, welch.statistic))
        df = math.nan if welch.df is None else welch.df
        half = StudentT(df).ppf(0.5 + first.spec.inference.level / 2) * se
        rows.append(
            (*welch.window, difference, se, difference - half, difference + half,
             welch.p_value, ranks.p_value)
        )  # fmt: skip
    return pd.DataFrame(rows, columns=list(COMPARISON_COLUMNS))
