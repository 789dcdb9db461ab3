"""How numbers and foreign words become text: the only place that formats.

Returns are decimal fractions everywhere else; per cent appears here. A value that is missing
(None, NaN, NaT) becomes ``"–"``. A minus is U+2212, so that columns line up.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any

import pandas as pd

MISSING = "–"
MINUS = "\N{MINUS SIGN}"

#: Marks that reorder the text around them; a name must not be able to do that.
_DIRECTION_MARKS = frozenset(
    [*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C]
)


def is_missing(value: Any) -> bool:
    """Say whether ``value`` is None, NaN or NaT."""
    if value is None:
        return True
    answer = pd.isna(value)
    return answer if isinstance(answer, bool) else False


def number(value: Any, decimals: int = 2, *, signed: bool = False) -> str:
    """Write a number with fixed decimals and thousands separators.

    >>> number(-1234.5, 1), number(float("nan")), number(0.4, 2, signed=True)
    ('−1,234.5', '–', '+0.40')
    """
    if is_missing(value):
        return MISSING
    value = float(value)
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    text = f"{abs(value):,.{decimals}f}"
    if not any(digit in text for digit in "123456789"):
        return text  # a rounded zero has no sign
    return f"{MINUS if value < 0 else '+' if signed else ''}{text}"


def percent(value: Any, decimals: int = 2, *, signed: bool = True) -> str:
    """Write a decimal fraction in per cent.

    >>> percent(-0.0123), percent(0.38, 0, signed=False)
    ('−1.23%', '38%')
    """
    if is_missing(value):
        return MISSING
    return f"{number(100 * float(value), decimals, signed=signed)}%"


def interval(bounds: Any, decimals: int = 2) -> str:
    """Write a pair of decimal fractions in per cent.

    >>> interval((-0.0201, 0.004))
    '−2.01% to +0.40%'
    """
    if is_missing(bounds) or any(is_missing(bound) for bound in bounds):
        return MISSING
    lower, upper = bounds
    return f"{percent(lower, decimals)} to {percent(upper, decimals)}"


def p_value(value: Any) -> str:
    """Write a p value to three places.

    >>> p_value(0.0321), p_value(0.00004), p_value(0.99996)
    ('0.032', '< 0.001', '> 0.999')
    """
    if is_missing(value):
        return MISSING
    value = float(value)
    if value < 0.001:
        return "< 0.001"
    return "> 0.999" if value > 0.999 else f"{value:.3f}"


def said_p(value: Any) -> str:
    """Write a p value as a sentence has it.

    >>> said_p(0.0321), said_p(0.00004)
    ('p = 0.032', 'p < 0.001')
    """
    text = p_value(value)
    return f"p {text}" if text[0] in "<>" else f"p = {text}"


def signed_day(tau: int) -> str:
    """Write a relative day.

    >>> signed_day(-1), signed_day(0), signed_day(10)
    ('−1', '0', '+10')
    """
    return number(tau, 0, signed=True)


def window(bounds: tuple[int, int]) -> str:
    """Write a window of relative days.

    >>> window((-1, 1))
    '[−1, +1]'
    """
    return f"[{signed_day(bounds[0])}, {signed_day(bounds[1])}]"


def day(value: Any) -> str:
    """Write a date or moment in ISO form; text is taken as it stands."""
    if is_missing(value):
        return MISSING
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time.min else value.isoformat()
    return value.isoformat() if isinstance(value, date) else clean(str(value))


def is_address(text: str) -> bool:
    """Say whether a text is a web address that may become a link."""
    return text.startswith(("https://", "http://")) and " " not in text


def short_address(text: str, length: int = 64) -> str:
    """Write a web address for paper: host and last part of a long one; other text as it is.

    >>> short_address("https://www.example.org/news/2024/" + "a-long-title-" * 5 + "end")
    'example.org/…/a-long-title-a-long-title-a-long-title-a-long-tit…'
    """
    if not is_address(text):
        return text
    host, _, path = text.split("://", 1)[1].rstrip("/").partition("/")
    host = host.removeprefix("www.")
    if len(host) + len(path) < length:
        return f"{host}/{path}" if path else host
    return f"{host}/…/{clip(path.rsplit('/', 1)[-1], max(12, length - len(host) - 3))}"


def plural(count: int, noun: str, nouns: str = "") -> str:
    """Write a count with its noun; ``nouns`` where the plural is not the noun and an s.

    >>> plural(1, "event"), plural(1200, "event")
    ('1 event', '1,200 events')
    """
    return f"{count:,} {noun if count == 1 else nouns or f'{noun}s'}"


def listing(parts: Sequence[str], last: str = "and") -> str:
    """Join words as a sentence does.

    >>> listing(["a", "b", "c"])
    'a, b and c'
    """
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {last} {parts[-1]}"


def clean(text: str) -> str:
    r"""Take control characters and direction marks out of foreign text and join its lines.

    >>> clean(f"two\n lines{chr(0x202E)}")
    'two lines'
    """
    kept = (
        " " if character.isspace() else character
        for character in text
        if character.isspace()
        or (
            unicodedata.category(character) not in {"Cc", "Cs", "Cn"}
            and ord(character) not in _DIRECTION_MARKS
        )
    )
    return " ".join("".join(kept).split())


def clip(text: str, length: int) -> str:
    """Shorten text to ``length`` characters, at a word where one is near.

    >>> clip("a rather long title", 12)
    'a rather…'
    """
    if len(text) <= length:
        return text
    cut = text[: length - 1]
    word_end = cut.rfind(" ")
    return f"{(cut[:word_end] if word_end > length // 2 else cut).rstrip()}…"
