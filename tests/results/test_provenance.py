"""What a run says its numbers rest on."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from eventstudy import EventStudy
from eventstudy.results.changes import changes
from tests.test_study import MARKET, TRAPS


def test_factor_files_are_recorded_and_their_change_is_told(tmp_path: Path) -> None:
    events, file = tmp_path / "events.csv", tmp_path / "ff.csv"
    events.write_text(TRAPS)
    told = []
    for seed in (1, 2):
        draws = np.random.default_rng(seed).normal(0, 0.01, (len(MARKET.calendar), 3))
        rows = (
            f"{day},{','.join(f'{value:.5f}' for value in draw)},0.0001"
            for day, draw in zip(MARKET.calendar.sessions, draws, strict=True)
        )
        file.write_text("\n".join(["date,mkt_rf,smb,hml,rf", *rows]) + "\n")
        study = EventStudy.from_events(
            events, MARKET, model__name="ff3", model__factors=(str(file),)
        )
        told.append(study.run().provenance)
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert told[1]["factors"] == {"ff.csv": digest}
    old = told[0]["factors"]["ff.csv"]
    assert f"factors.ff.csv: {old} → {digest}." in changes(told[0], told[1])


def test_without_factors_none_are_recorded(tmp_path: Path) -> None:
    (tmp_path / "events.csv").write_text(TRAPS)
    assert "factors" not in EventStudy.from_events(tmp_path / "events.csv", MARKET).run().provenance
