"""Results in one file: a zip of JSON and NumPy arrays; nothing in it is ever executed."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import eventstudy.errors
from eventstudy.errors import EventStudyWarning, InputError
from eventstudy.estimation.abnormal import abnormal_returns
from eventstudy.estimation.models import fit
from eventstudy.estimation.panel import EventPanel
from eventstudy.events.event import Exclusion, ExclusionReason
from eventstudy.events.proposals import ArticleLink
from eventstudy.events.table import EventSet
from eventstudy.market.calendars import DayZero
from eventstudy.market.confounders import Confounder
from eventstudy.market.findings import Finding
from eventstudy.market.placement import PlacedEvent
from eventstudy.market.verdicts import Verdict
from eventstudy.results.outcome import Outcome
from eventstudy.robustness.claims import CheckedClaim
from eventstudy.specification import StudySpec, model_of

#: Changes when the layout does; another layout is refused.
LAYOUT = 2
#: Arrays of the outcome itself; the others are the panel's.
_OUTCOME_ARRAYS = ("paths", "market", "planted")
_EPOCH = (1980, 1, 1, 0, 0, 0)


def save(outcome: Outcome, path: Path) -> Path:
    """Write ``outcome``; equal outcomes give equal bytes.

    Raises
    ------
    InputError
        When the file cannot be written.
    """
    facts = {
        "layout": LAYOUT,
        "spec": outcome.spec.model_dump(mode="json"),
        "name": outcome.name,
        "events": outcome.table.to_frame().to_dict("records"),
        "unreadable": [asdict(item) for item in outcome.table.exclusions],
        "day_zeros": [asdict(item.day_zero) for item in outcome.placed],
        "event_ids": outcome.panel.event_ids,
        "tickers": outcome.panel.tickers,
        "regressors": outcome.panel.regressors,
        "excluded": [asdict(item) for item in outcome.excluded],
        "warnings": [[type(w).__name__, str(w), w.event_ids] for w in outcome.warnings],
        "findings": [asdict(item) for item in outcome.findings],
        "verdicts": [asdict(item) for item in outcome.verdicts],
        "confounders": [
            {**asdict(item), "day": item.day.isoformat()} for item in outcome.confounders
        ],
        "links": [asdict(item) for item in outcome.links],
        "claims": [asdict(item) for item in outcome.claims],
        "simulated": outcome.simulated,
        "provenance": dict(outcome.provenance),
    }
    arrays = {
        name: values
        for name in (field.name for field in fields(EventPanel))
        if isinstance(values := getattr(outcome.panel, name), np.ndarray)
    }
    arrays |= {name: getattr(outcome, name) for name in _OUTCOME_ARRAYS}
    text = json.dumps(facts, ensure_ascii=False, default=_as_text, sort_keys=True)
    try:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(zipfile.ZipInfo("results.json", _EPOCH), text)
            for name, values in arrays.items():
                buffer = io.BytesIO()
                np.save(buffer, values, allow_pickle=False)
                archive.writestr(zipfile.ZipInfo(f"{name}.npy", _EPOCH), buffer.getvalue())
    except OSError as error:
        raise InputError(
            f"The results cannot be saved as {path} ({error.strerror or error}); name a file in a "
            "folder that exists and can be written to.",
            path=str(path),
        ) from None
    return path


def load(path: Path) -> dict[str, Any]:
    """Read the fields of an `Outcome`; the model is fitted again from the saved panel.

    Raises
    ------
    InputError
        When the file is missing, is no saved result, or was written in another layout.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            facts = json.loads(archive.read("results.json"))
            arrays = {
                Path(name).stem: np.load(io.BytesIO(archive.read(name)), allow_pickle=False)
                for name in archive.namelist()
                if name.endswith(".npy")
            }
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise InputError(
            f"{path} holds no saved results ({error}); `results.save(path)` writes such a file.",
            path=str(path),
        ) from None
    if facts.get("layout") != LAYOUT:
        raise InputError(
            f"{path} was saved in layout {facts.get('layout')}, this version reads {LAYOUT}; "
            "run the study again.",
            path=str(path),
        )
    return _rebuilt(facts, arrays)


def _rebuilt(facts: dict[str, Any], arrays: dict[str, Any]) -> dict[str, Any]:
    spec = StudySpec.from_mapping(facts["spec"])
    own = {name: arrays.pop(name) for name in _OUTCOME_ARRAYS}
    names = {key: tuple(facts[key]) for key in ("event_ids", "tickers", "regressors")}
    panel = EventPanel(**(arrays | names))
    events = EventSet.from_frame(pd.DataFrame(facts["events"]))
    table = EventSet(events.events, tuple(map(_exclusion, facts["unreadable"])))
    by_id = {event.event_id: event for event in table}
    fitted = fit(panel, model_of(spec.model))
    zeros = (
        DayZero(**{**item, "session": date.fromisoformat(item["session"])})
        for item in facts["day_zeros"]
    )
    return {
        "spec": spec,
        "name": facts["name"],
        "table": table,
        "placed": tuple(
            PlacedEvent(by_id[event_id], zero)
            for event_id, zero in zip(panel.event_ids, zeros, strict=True)
        ),
        "panel": panel,
        "fit": fitted,
        "abnormal": abnormal_returns(panel, fitted, spec.prices.kind),
        **own,
        "excluded": tuple(map(_exclusion, facts["excluded"])),
        "warnings": tuple(_warning(*item) for item in facts["warnings"]),
        "findings": tuple(_finding(item) for item in facts["findings"]),
        "verdicts": tuple(
            Verdict(item["ticker"], item["verdict"], tuple(item["reasons"]))
            for item in facts["verdicts"]
        ),
        "confounders": tuple(
            Confounder(**{**item, "day": date.fromisoformat(item["day"])})
            for item in facts["confounders"]
        ),
        "links": tuple(
            ArticleLink(**{**item, "proofs": tuple(map(tuple, item["proofs"]))})
            for item in facts["links"]
        ),
        "claims": tuple(_claim(item) for item in facts["claims"]),
        "simulated": facts["simulated"],
        "provenance": facts["provenance"],
    }


def _exclusion(item: Mapping[str, str]) -> Exclusion:
    return Exclusion(item["event_id"], ExclusionReason(item["reason"]), item["detail"])


def _warning(kind: str, message: str, event_ids: list[str]) -> EventStudyWarning:
    known = getattr(eventstudy.errors, kind)
    if not (isinstance(known, type) and issubclass(known, EventStudyWarning)):
        raise InputError(f"{kind!r} is no warning of this package; the saved file is damaged.")
    return known(message, tuple(event_ids))


def _finding(item: Mapping[str, Any]) -> Finding:
    return Finding(**{**item, "day": date.fromisoformat(item["day"])})


def _claim(item: Mapping[str, Any]) -> CheckedClaim:
    day = item["day"]
    return CheckedClaim(**{**item, "day": None if day is None else date.fromisoformat(day)})


def _as_text(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{value!r} has no place in a saved result")
