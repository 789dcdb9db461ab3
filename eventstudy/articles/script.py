"""Traditional Chinese script read as simplified, sign by sign, so that every offset stays."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_CJK = re.compile(r"[\u3400-\u9fff]")


@cache
def _table() -> dict[int, int]:
    text = files("eventstudy.articles").joinpath("lexicon/traditional.txt").read_text("utf-8")
    pairs = (pair for line in text.splitlines() if line[:1] != "#" for pair in line.split())
    return {ord(pair[0]): ord(pair[1]) for pair in pairs}


def simplified(text: str) -> str:
    """Return a text with simplified signs in place of traditional ones, as long as before.

    >>> simplified("思科宣佈裁員約4000人")
    '思科宣布裁员约4000人'
    """
    return text.translate(_table()) if _CJK.search(text) else text
