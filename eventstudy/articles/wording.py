"""The wording of clauses (``lexicon/wording.toml``), compiled."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from eventstudy.articles.lexeme import Lexeme

_LOWER = str.maketrans({chr(code): chr(code + 32) for code in range(65, 91)})


def lower(text: str) -> str:
    """Return the text in lower case, as long as before (``str.lower`` may lengthen it)."""
    low = text.lower()
    return low if len(low) == len(text) else text.translate(_LOWER)


def lowered(pattern: str) -> Lexeme:
    """Compile a pattern for text in lower case, which is quicker to search than ignoring case."""
    spared = r"\\.|\(\?P?<?[A-Za-z!=:]"  # escapes and the heads of groups keep their letters
    changed = re.sub(
        rf"{spared}|[A-Z]", lambda m: m[0].lower() if len(m[0]) == 1 else m[0], pattern
    )
    return Lexeme(changed, low=True)


@cache
def _table() -> dict[str, Any]:
    text = files("eventstudy.articles").joinpath("lexicon/wording.toml").read_text("utf-8")
    return tomllib.loads(text)


@cache
def wording(name: str) -> Lexeme:
    """Return the pattern of an entry, for example ``judgement.press``.

    Entries marked ``lower`` expect text in lower case (:func:`lower`).
    """
    room, key = name.split(".")
    entry = _table()[room][key]
    parts = [rf"\b(?:{'|'.join(entry['words'])})\b"] if "words" in entry else []
    parts += [*entry.get("patterns", ()), *entry.get("chinese", ())]
    if entry.get("lower"):
        return lowered("|".join(parts))
    return Lexeme("|".join(parts), 0 if entry.get("cased") else re.IGNORECASE)
