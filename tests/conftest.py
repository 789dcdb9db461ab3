"""Fixtures shared by all tests."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of real prices, events and articles; skip the test where there is none."""
    folder = os.environ.get("EVENTSTUDY_SHARED", "")
    if not folder or not (Path(folder) / "market").is_dir():
        pytest.skip("EVENTSTUDY_SHARED names no folder of real prices, events and articles")
    return Path(folder).resolve()
