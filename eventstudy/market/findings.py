"""What a check of prices found, and the thresholds that every check takes from the study file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Check = Literal[
    "calendar",
    "missing sessions",
    "off calendar",
    "impossible price",
    "reversing jump",
    "unlisted split",
    "unit change",
    "adjustment",
    "dividend gap",
    "stale run",
    "thin trading",
    "ends early",
    "currency",
    "as read",
]
Severity = Literal["note", "warning", "error"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing amiss in one price series.

    Attributes
    ----------
    check
        Which check found it.
    day
        The day it concerns, or the first of several.
    detail
        The facts, in words.
    severity
        ``error``: no return can be computed there. ``warning``: returns may be wrong.
        ``note``: worth knowing.
    action
        What was done about it.
    """

    ticker: str
    check: Check
    day: date
    detail: str
    severity: Severity
    action: str


@dataclass(frozen=True, slots=True)
class QualityLimits:
    """Thresholds of the checks; ``[quality]`` of a study file sets them.

    Attributes
    ----------
    jump, jump_days
        A return is a jump above this size (decimal fraction of the log price), and above this
        many typical days of the series and of the weeks around it.
    stale_run
        Equal closes in a row that make a stale run.
    thin_share
        Share of unchanged closes that makes thin trading.
    early_end
        Days of the table without a price at its end that make a series end early.
    dividend_interval
        A dividend is missing after this many times the usual interval between dividends.
    max_missing, max_unchanged, max_impossible
        Shares of its sessions above which a series is excluded.
    exclude
        Checks whose finding alone excludes a series.
    """

    jump: float = 0.15
    jump_days: float = 8.0
    stale_run: int = 5
    thin_share: float = 0.20
    early_end: int = 5
    dividend_interval: float = 1.45
    max_missing: float = 0.10
    max_unchanged: float = 0.50
    max_impossible: float = 0.01
    exclude: tuple[Check, ...] = ()
