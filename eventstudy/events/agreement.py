"""When two accounts of one company's news can be the same: by size, by name, by day."""

from __future__ import annotations

import re
import unicodedata
from typing import Protocol

#: Two sizes within this ratio are the same announcement in other words.
SIZE_SLACK = 1.25
_PREVIEW = re.compile(r"\b(?:preview|experimental|beta|open weights)\b")


class Sized(Protocol):
    """Whatever has a size: a row of the event table, or what an article says."""

    @property
    def headcount(self) -> float | None:
        """Posts to go."""

    @property
    def percent(self) -> float | None:
        """Share of the staff in per cent points."""


def sizes_agree(one: Sized, other: Sized, slack: float = SIZE_SLACK) -> bool | None:
    """Say whether two sizes agree; None where they cannot be compared."""
    for a, b in ((one.headcount, other.headcount), (one.percent, other.percent)):
        if a and b:
            return max(a, b) <= slack * min(a, b)
    return None


def names_agree(name: str, text: str) -> bool | None:
    """Say whether a name stands in a text, however spelled; None where either is missing.

    "Qwen3.5" stands in "Qwen 3.5 open weights", and "Gemini 2.5" not in "Gemini 2.5 Flash"
    when that is a name itself: there, equality counts (see `same_name`).
    """
    if not squashed(name) or not squashed(text):
        return None
    return squashed(name) in squashed(text)


def same_name(one: str, other: str) -> bool:
    """Say whether two names of models are one, a preview and its release included."""
    first, second = (_PREVIEW.sub("", name.casefold()) for name in (one, other))
    return bool(squashed(first)) and squashed(first) == squashed(second)


def squashed(text: str) -> str:
    """Return the letters and digits of a text in lower case."""
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def slug(name: str) -> str:
    """Return a name as part of an id: letters a to z, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "firm"
