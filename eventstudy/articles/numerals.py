"""Numbers written as words, English and Chinese."""

from __future__ import annotations

_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = ("ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen")
_SMALL = (*_DIGITS, *_TEENS, "eighteen", "nineteen")
_TEN = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_UNITS = {word: value for value, word in enumerate(_SMALL)}
_TENS = {word: value * 10 for value, word in enumerate(_TEN, start=2)}
_SCALES = {"dozen": 12, "hundred": 100, "thousand": 1_000, "million": 10**6, "billion": 10**9}
SMALL_WORDS = (*_UNITS, *_TENS)
SCALE_WORDS = tuple(_SCALES)

_ORDINALS = {
    "half": 2,
    "third": 3,
    "quarter": 4,
    "fourth": 4,
    "fifth": 5,
    "sixth": 6,
    "seventh": 7,
    "eighth": 8,
    "ninth": 9,
    "tenth": 10,
    "twelfth": 12,
    "twentieth": 20,
}
PARTS = tuple(_ORDINALS)

CHINESE_DIGITS = "零〇一二两三四五六七八九十百千万亿"
_CHINESE_UNITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
}
_CHINESE_SCALES = {"十": 10, "百": 100, "千": 1_000, "万": 10_000, "亿": 10**8}


def english_number(words: str) -> float | None:
    """Read ``eight thousand``, ``twenty-one thousand``, ``a hundred``; ``None`` if it is none.

    >>> english_number("two thousand five hundred"), english_number("a dozen")
    (2500.0, 12.0)
    """
    total = 0
    part = 0
    for word in words.lower().replace("-", " ").split():
        if word in ("a", "an"):
            part = part or 1
        elif word in _UNITS:
            part += _UNITS[word]
        elif word in _TENS:
            part += _TENS[word]
        elif word in ("hundred", "dozen"):
            part = max(part, 1) * _SCALES[word]
        elif word in _SCALES:
            total += max(part, 1) * _SCALES[word]
            part = 0
        elif word != "and":
            return None
    return float(total + part)


def english_share(words: str) -> float | None:
    """Read a fraction (``half``, ``a fifth``, ``two-thirds``) as per cent; ``None`` if none.

    >>> english_share("two-thirds")
    66.66666666666667
    """
    parts = words.lower().replace("-", " ").split()
    last = parts[-1].removesuffix("s") if parts else ""
    if last == "halve":
        last = "half"
    if last not in _ORDINALS:
        return None
    count = 1.0
    if len(parts) > 1:
        number = english_number(" ".join(parts[:-1]))
        if number is None:
            return None
        count = number
    return 100.0 * count / _ORDINALS[last]


def chinese_number(words: str) -> float | None:
    """Read a Chinese number, digits and signs mixed; ``None`` if it is none.

    >>> chinese_number("1.6万"), chinese_number("一万六千"), chinese_number("十五")
    (16000.0, 16000.0, 15.0)
    """
    total = 0.0
    section = 0.0
    digits = ""
    number: float | None = None
    for sign in words.replace(",", ""):
        if sign.isascii() and (sign.isdigit() or sign == "."):
            digits += sign
            continue
        if digits:
            number = _decimal(digits)
            digits = ""
        if sign in _CHINESE_UNITS:
            number = float(_CHINESE_UNITS[sign])
        elif sign in ("万", "亿"):
            total = (total + section + (number or 0.0)) * _CHINESE_SCALES[sign]
            section, number = 0.0, None
        elif sign in _CHINESE_SCALES:
            section += (1.0 if number is None else number) * _CHINESE_SCALES[sign]
            number = None
        else:
            return None
    if digits:
        number = _decimal(digits)
    return total + section + (number or 0.0)


def _decimal(digits: str) -> float | None:
    try:
        return float(digits)
    except ValueError:
        return None
