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
def _table() -> tuple[re.Pattern[str], dict[str, str]]:
    text = files("eventstudy.articles").joinpath("lexicon/traditional.txt").read_text("utf-8")
    pairs = [pair for line in text.splitlines() if line[:1] != "#" for pair in line.split()]
    signs = {pair[0]: pair[1] for pair in pairs}
    return re.compile(f"[{''.join(signs)}]"), signs


def simplified(text: str) -> str:
    """Return a text with simplified signs and full-width marks, as long as before.

    >>> simplified("思科宣佈裁員約4000人,占5%,股價漲")
    '思科宣布裁员约4000人，占5%，股价涨'
    """
    if not _CJK.search(text):
        return text
    traditional, signs = _table()
    text = traditional.sub(lambda sign: signs[sign[0]], text)
    return _HALF.sub(lambda mark: _FULL[mark[0]], text)
