"""The wording of clauses (``lexicon/wording.toml``), compiled."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def _table() -> dict[str, Any]:
    text = files("eventstudy.articles").joinpath("lexicon/wording.toml").read_text("utf-8")
    return tomllib.loads(text)


@cache
def wording(name: str) -> re.Pattern[str]:
    """Return the pattern of an entry, for example ``judgement.press``."""
    room, key = name.split(".")
    entry = _table()[room][key]
    parts = [rf"\b(?:{'|'.join(entry['words'])})\b"] if "words" in entry else []
    parts += [*entry.get("patterns", ()), *entry.get("chinese", ())]
    return re.compile("|".join(parts), 0 if entry.get("cased") else re.IGNORECASE)
