"""The results as one JSON document with a published schema."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from eventstudy.reporting.content import ReportContent

#: Grows when a field changes its meaning or goes; new fields leave it as it is.
SCHEMA_VERSION = 1


class _Part(BaseModel):
    """Only the fields below are published; a number that is missing is null."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class WindowResult(_Part):
    """Average cumulative abnormal return over one window; returns are decimal fractions."""

    start: int = Field(description="First relative trading day, inside the window.")
    end: int = Field(description="Last relative trading day, inside the window.")
    n: int = Field(description="Events with a return in the window.")
    mean_car: float | None
    se: float | None = Field(description="Cross-sectional standard error.")
    lower: float | None = Field(description="Lower confidence bound at the document's level.")
    upper: float | None
    median: float | None
    share_positive: float | None
    mean_bhar: float | None = Field(description="Average buy-and-hold abnormal return.")


class TestResult(_Part):
    """One test over one window."""

    test: str
    label: str
    start: int
    end: int
    statistic: float | None
    distribution: str = Field("", description="Of the statistic under the null.")
    df: float | None
    p_value: float | None = Field(description="Two-sided.")
    p_holm: float | None = Field(None, description="By Holm, for all windows of the test.")
    p_bh: float | None = Field(None, description="By Benjamini and Hochberg, likewise.")
    n: int
    null: str
    reference: str
    note: str = Field(description="Why there is no statistic, or what to keep in mind.")


class GroupResult(_Part):
    """One group of events."""

    n_events: int
    advised: str = Field(description="The test to lead with; empty when none is advised.")
    advice: str
    windows: list[WindowResult]
    significance: list[TestResult]


class Difference(_Part):
    """Mean CAR of the first of the compared groups less that of the second."""

    start: int
    end: int
    difference: float | None
    se: float | None
    lower: float | None
    upper: float | None
    welch_p: float | None
    mann_whitney_p: float | None


class LeftOut(_Part):
    """An event that was not estimated."""

    event_id: str
    company: str
    ticker: str
    reason: str
    detail: str


class Notice(_Part):
    """A warning of the run."""

    kind: str
    message: str


class ResultsDocument(_Part):
    """What a study found."""

    schema_version: int
    title: str
    simulated: bool = Field(description="True: the prices are invented.")
    headline: str = Field(description="The answer in one sentence.")
    level: float = Field(description="Level of every confidence interval.")
    headline_window: tuple[int, int]
    n_events: int
    groups: dict[str, GroupResult]
    compared: tuple[str, str]
    comparison: list[Difference]
    exclusions: list[LeftOut]
    warnings: list[Notice]


def results_document(content: ReportContent, n_events: int) -> ResultsDocument:
    """Return the document of a study's content."""
    return ResultsDocument.model_validate(
        {
            "schema_version": SCHEMA_VERSION,
            "title": content.title,
            "simulated": content.simulated,
            "headline": content.headline,
            "level": content.level,
            "headline_window": content.headline_window,
            "n_events": n_events,
            "groups": {
                group.name: {
                    "n_events": group.n_events,
                    "advised": group.advised,
                    "advice": group.advice,
                    "windows": _records(group.windows),
                    "significance": _records(group.significance),
                }
                for group in content.groups
            },
            "compared": content.compared,
            "comparison": _records(content.comparison),
            "exclusions": _records(content.exclusions),
            "warnings": [{"kind": kind, "message": text} for kind, text in content.warnings],
        }
    )


def schema() -> dict[str, Any]:
    """Return the JSON schema of the document."""
    dialect = "https://json-schema.org/draft/2020-12/schema"
    return {"$schema": dialect, **ResultsDocument.model_json_schema(mode="serialization")}


def _records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows as JSON values; what is not a finite number becomes null."""
    return [
        {
            str(key): None if isinstance(value, float) and not math.isfinite(value) else value
            for key, value in row.items()
        }
        for row in frame.to_dict(orient="records")
    ]
