"""Chinese script made even, sign by sign, so that every offset stays.

Traditional signs are read as simplified ones, and half-width marks after Chinese as full-width.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_CJK = re.compile(r"[\u3400-\u9fff]")
_HALF = re.compile(r"(?<=[\u3400-\u9fff%％”」』）)》])[,;:!?]")
_FULL = dict(zip(",;:!?", "，；：！？", strict=True))


@cache
def _table() -> dict[int, int]:
    text = files("eventstudy.articles").joinpath("lexicon/traditional.txt").read_text("utf-8")
    pairs = (pair for line in text.splitlines() if line[:1] != "#" for pair in line.split())
    return {ord(pair[0]): ord(pair[1]) for pair in pairs}


def simplified(text: str) -> str:
    """Return a text with simplified signs and full-width marks, as long as before.

    >>> simplified("思科宣佈裁員約4000人,占5%,股價漲")
    '思科宣布裁员约4000人，占5%，股价涨'
    """
    if not _CJK.search(text):
        return text
    return _HALF.sub(lambda mark: _FULL[mark[0]], text.translate(_table()))
