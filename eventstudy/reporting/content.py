"""What a report is made of: one frozen record of frames and strings.

The results object fills it; nothing here knows how the numbers came about. Returns are decimal
fractions, windows are relative trading days with both ends inside, NaN is "not available".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from eventstudy.errors import InputError
from eventstudy.reporting.formats import window

CAAR_COLUMNS = ("tau", "aar", "aar_se", "n", "caar", "se", "lower", "upper")
WINDOW_COLUMNS = (
    "start", "end", "n", "mean_car", "se", "lower", "upper", "median", "share_positive",
    "mean_bhar",
)  # fmt: skip
SIGNIFICANCE_COLUMNS = (
    "test", "label", "start", "end", "statistic", "df", "p_value", "n", "null", "reference", "note",
)  # fmt: skip
COMPARISON_COLUMNS = (
    "start", "end", "difference", "se", "lower", "upper", "welch_p", "mann_whitney_p",
)  # fmt: skip
EVENT_COLUMNS = (
    "event_id", "company", "ticker", "group", "announced_at", "session", "day_zero", "what",
    "headcount", "percent", "review", "status", "car", "se", "lower", "upper", "t", "p_value",
    "bhar", "alpha", "beta", "n_obs", "planted", "assumed", "reason", "sources",
)  # fmt: skip
EXCLUSION_COLUMNS = ("event_id", "company", "ticker", "reason", "detail")
QUALITY_COLUMNS = ("ticker", "check", "day", "detail", "severity", "action")
VERDICT_COLUMNS = ("ticker", "verdict", "rows", "first", "last", "currency", "reasons")
PRICE_COLUMNS = ("tau", "security", "benchmark")
ABNORMAL_COLUMNS = ("tau", "ar", "se")
DAILY_COLUMNS = ("event_id", *ABNORMAL_COLUMNS)
MARKET_COLUMNS = ("day", "level")


def empty_frame(columns: tuple[str, ...]) -> pd.DataFrame:
    """Return a frame of these columns without rows, for a part that a study does not have."""
    return pd.DataFrame({column: pd.Series(dtype=object) for column in columns})


def _require(frame: pd.DataFrame, columns: tuple[str, ...], place: str) -> None:
    missing = [column for column in columns if column not in frame.columns]
    if missing:
        raise InputError(
            f"the frame {place!r} of a report lacks {', '.join(missing)}; "
            f"it needs the columns {', '.join(columns)}.",
            place=place,
            missing=tuple(missing),
        )


@dataclass(frozen=True, eq=False)
class Placebo:
    """The events' days against other days of the same securities, in usual deviations.

    Attributes
    ----------
    own
        The average abnormal return over the headline window.
    others
        The same of stretches of as many days before the events, shape (J,).
    p_value
        Of ``own`` among ``others``; NaN where there are too few.
    """

    own: float
    others: NDArray[np.float64]
    p_value: float


@dataclass(frozen=True, eq=False)
class GroupContent:
    """One group of events: its path, its windows, its tests.

    Attributes
    ----------
    name, label
        Key (``"all"``, ``"layoff"``) and the words shown (``"Layoffs"``).
    n_events
        Events of the group that were estimated.
    caar
        One row per relative day, ``CAAR_COLUMNS``: average abnormal return, its cross-sectional
        standard error, events with a return that day, cumulated average, its standard error and
        the confidence bounds of the cumulated average at the report's level.
    windows
        One row per window, ``WINDOW_COLUMNS``.
    significance
        One row per test and window, ``SIGNIFICANCE_COLUMNS``; ``test`` the short name shown in
        tables, ``label`` the name in full.
    advised, advice
        The test to lead with (a value of ``significance.test``) and why; empty when none is
        advised.
    placebo
        Of few events; None where there are many, or nothing to compare with.
    """

    name: str
    label: str
    n_events: int
    caar: pd.DataFrame
    windows: pd.DataFrame
    significance: pd.DataFrame
    advised: str = ""
    advice: str = ""
    placebo: Placebo | None = None

    def __post_init__(self) -> None:
        _require(self.caar, CAAR_COLUMNS, f"{self.name}.caar")
        _require(self.windows, WINDOW_COLUMNS, f"{self.name}.windows")
        _require(self.significance, SIGNIFICANCE_COLUMNS, f"{self.name}.significance")

    @property
    def words(self) -> str:
        """The label inside a sentence: its first letter as the key has it."""
        small = self.name[:1].islower()
        return f"{self.label[:1].lower()}{self.label[1:]}" if small else self.label

    def window(self, bounds: tuple[int, int]) -> pd.Series | None:
        """Return the row of ``windows`` for one window, or None when it is not reported."""
        found = self.windows[
            (self.windows["start"] == bounds[0]) & (self.windows["end"] == bounds[1])
        ]
        return None if found.empty else found.iloc[0]

    def tests(self, bounds: tuple[int, int]) -> pd.DataFrame:
        """Return the rows of ``significance`` for one window."""
        frame = self.significance
        return frame[(frame["start"] == bounds[0]) & (frame["end"] == bounds[1])]


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of an article that prove one field of an event."""

    words: str
    rule: str
    article: str


@dataclass(frozen=True, slots=True)
class OtherNews:
    """Another step of the same decision, or other news of the firm.

    ``tau`` is its relative day, None when it lies outside the event window.
    """

    tau: int | None
    text: str


@dataclass(frozen=True, eq=False)
class EventDetail:
    """What can be shown of one event beside its row in the event table.

    Attributes
    ----------
    event_id
        Names a row of ``ReportContent.events``.
    prices
        ``PRICE_COLUMNS``: security and benchmark per relative day, both 100 at tau = -1.
    abnormal
        ``ABNORMAL_COLUMNS``: abnormal return per relative day and its standard error.
    quotes
        The articles' own words.
    others
        Other news in or near the event window.
    claims
        One sentence per price that an article claims: what it says, what the prices say.
    """

    event_id: str
    prices: pd.DataFrame
    abnormal: pd.DataFrame
    quotes: tuple[Quote, ...] = ()
    others: tuple[OtherNews, ...] = ()
    claims: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _require(self.prices, PRICE_COLUMNS, f"{self.event_id}.prices")
        _require(self.abnormal, ABNORMAL_COLUMNS, f"{self.event_id}.abnormal")


@dataclass(frozen=True, slots=True)
class MethodPart:
    """One paragraph of the methods: a heading, a text, and formulas in Unicode, one per line."""

    heading: str
    text: str
    formulas: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class ReportContent:
    """Everything a report shows.

    Attributes
    ----------
    title
        Of the study.
    period, benchmark, model, price_source
        Words of the subtitle: ``"2022-06-14 to 2026-05-20"``, ``"SPY"``, ``"market model"``,
        ``"files:prices.parquet"``.
    simulated
        True when the prices are invented; every page and figure then says so.
    headline, paragraphs
        The answer in one sentence and in plain words (``narrative.headline``,
        ``narrative.interpret``).
    level
        Level of every confidence interval, e.g. 0.95.
    headline_window, windows
        The window the answer speaks of, and all windows reported.
    groups
        The first is the main one when there is only one; ``"all"`` is drawn in grey.
    events
        One row per estimated event, ``EVENT_COLUMNS``; ``car``, ``bhar`` and the bounds over the
        headline window; ``percent`` in percentage points of staff; ``planted`` the known effect
        of a simulated market, else NaN; ``assumed`` True where day zero rests on an assumption;
        ``reason`` says what day zero rests on.
    exclusions, quality, verdicts
        ``EXCLUSION_COLUMNS``, ``QUALITY_COLUMNS`` and, per price series, ``VERDICT_COLUMNS``; may
        be empty.
    comparison, compared
        ``COMPARISON_COLUMNS`` per window, the first of the two labels minus the second; may be
        empty.
    details
        Of some or all events.
    daily
        ``DAILY_COLUMNS``: abnormal returns of every event and day, for the tables.
    single_events
        How many events are shown one by one (``told``).
    market, market_name
        ``MARKET_COLUMNS``: the benchmark of most events over all their days, for the timeline;
        may be empty.
    warnings
        Pairs of kind and message.
    methods, references
        The methods in words and the papers they come from.
    provenance
        Specification, versions, fingerprints of the data: JSON values only, no clock time.
    """

    title: str
    period: str
    benchmark: str
    model: str
    price_source: str
    simulated: bool
    headline: str
    paragraphs: tuple[str, ...]
    level: float
    headline_window: tuple[int, int]
    windows: tuple[tuple[int, int], ...]
    groups: tuple[GroupContent, ...]
    events: pd.DataFrame
    exclusions: pd.DataFrame = field(default_factory=lambda: empty_frame(EXCLUSION_COLUMNS))
    comparison: pd.DataFrame = field(default_factory=lambda: empty_frame(COMPARISON_COLUMNS))
    compared: tuple[str, str] = ("", "")
    details: tuple[EventDetail, ...] = ()
    daily: pd.DataFrame = field(default_factory=lambda: empty_frame(DAILY_COLUMNS))
    single_events: int = 300
    market: pd.DataFrame = field(default_factory=lambda: empty_frame(MARKET_COLUMNS))
    market_name: str = ""
    warnings: tuple[tuple[str, str], ...] = ()
    quality: pd.DataFrame = field(default_factory=lambda: empty_frame(QUALITY_COLUMNS))
    verdicts: pd.DataFrame = field(default_factory=lambda: empty_frame(VERDICT_COLUMNS))
    methods: tuple[MethodPart, ...] = ()
    references: tuple[str, ...] = ()
    provenance: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.groups:
            raise InputError("a report needs at least one group of events; none was given.")
        _require(self.events, EVENT_COLUMNS, "events")
        _require(self.exclusions, EXCLUSION_COLUMNS, "exclusions")
        _require(self.comparison, COMPARISON_COLUMNS, "comparison")
        _require(self.quality, QUALITY_COLUMNS, "quality")
        _require(self.verdicts, VERDICT_COLUMNS, "verdicts")
        _require(self.daily, DAILY_COLUMNS, "daily")
        _require(self.market, MARKET_COLUMNS, "market")

    @property
    def subtitle(self) -> str:
        """Sample period, benchmark and model in one line."""
        return f"{self.period} · benchmark {self.benchmark} · {self.model}"

    @property
    def shown_groups(self) -> tuple[GroupContent, ...]:
        """The groups worth telling apart: all but ``"all"``, or the only one there is."""
        named = tuple(group for group in self.groups if group.name != "all")
        return named or self.groups

    @property
    def few_groups(self) -> tuple[GroupContent, ...]:
        """The shown groups where they are three at most, else the first of all groups."""
        shown = self.shown_groups
        return shown if len(shown) <= 3 else self.groups[:1]

    @property
    def window_text(self) -> str:
        """The headline window, e.g. ``[0, +1]``."""
        return window(self.headline_window)

    @cached_property
    def told(self) -> frozenset[str]:
        """The ids of the events shown one by one: those with the largest return per error."""
        size = self.events.set_index("event_id")["t"].abs().fillna(-1.0)
        order = size.sort_values(ascending=False, kind="stable")
        return frozenset(map(str, order.index[: self.single_events]))

    def events_of(self, group: GroupContent) -> pd.DataFrame:
        """Return the rows of ``events`` of one group that have a return over the window."""
        events = self.events[self.events["car"].notna()]
        return events if group.name == "all" else events[events["group"] == group.name]
