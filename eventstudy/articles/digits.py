"""Figures written in digits: counts, shares, money, percentage points and ranges of them."""

from __future__ import annotations

import re
from functools import cache

from eventstudy.articles.figures import (
    HEDGE_AFTER,
    PERCENT,
    Figure,
    Quantity,
    find_lead,
    lead_pattern,
    make_quantity,
)
from eventstudy.articles.numerals import chinese_number

_CURRENCIES = {
    "$": "USD",
    "US$": "USD",
    "USD": "USD",
    "dollar": "USD",
    "美元": "USD",
    "美金": "USD",
    "HK$": "HKD",
    "HKD": "HKD",
    "港元": "HKD",
    "港币": "HKD",
    "港币元": "HKD",
    "€": "EUR",
    "EUR": "EUR",
    "euro": "EUR",
    "欧元": "EUR",
    "£": "GBP",
    "GBP": "GBP",
    "pound": "GBP",
    "英镑": "GBP",
    "¥": "CNY",
    "￥": "CNY",
    "CNY": "CNY",
    "RMB": "CNY",
    "yuan": "CNY",
    "元": "CNY",
    "人民币": "CNY",
    "yen": "JPY",
    "JPY": "JPY",
    "日元": "JPY",
    "日圆": "JPY",
    "kronor": "SEK",
    "₹": "INR",
    "INR": "INR",
    "rupee": "INR",
    "Rs.": "INR",
    "Rs": "INR",
    "SEK": "SEK",
    "NOK": "NOK",
    "DKK": "DKK",
    "CHF": "CHF",
    "franc": "CHF",
    "SGD": "SGD",
    "S$": "SGD",
    "pence": "GBp",
    "p": "GBp",
    "C$": "CAD",
    "CAD": "CAD",
    "A$": "AUD",
    "AUD": "AUD",
    "NT$": "TWD",
    "TWD": "TWD",
    "₩": "KRW",
    "KRW": "KRW",
    "won": "KRW",
    "瑞郎": "CHF",
    "韩元": "KRW",
    "新台币": "TWD",
    "卢比": "INR",
}
_SCALES = {"k": 1e3, "m": 1e6, "mn": 1e6, "b": 1e9, "bn": 1e9, "tn": 1e12, "trillion": 1e12}
_SCALES |= {"bln": 1e9, "mln": 1e6, "crore": 1e7, "lakh": 1e5}
_SCALES |= {"thousand": 1e3, "million": 1e6, "billion": 1e9, "hundred": 1e2, "dozen": 12.0}


class _Hit:
    """A number in digits with what stands in front of it, read as one match."""

    def __init__(self, lead: re.Match[str] | None, core: re.Match[str]) -> None:
        self.lead = lead
        self.core = core
        self.string = core.string

    def __getitem__(self, name: str) -> str:
        if name in _LEAD_GROUPS:
            return (self.lead[name] or "") if self.lead is not None else ""
        return self.core[name] or ""

    @property
    def words(self) -> str:
        return self.string[self.start() : self.core.end()]

    def start(self, name: str = "") -> int:
        if name in _LEAD_GROUPS and self.lead is not None:
            return self.lead.start(name)
        if name:
            return self.core.start(name)
        return self.lead.start() if self.lead is not None else self.core.start()

    def end(self, name: str = "") -> int:
        if name in _LEAD_GROUPS and self.lead is not None:
            return self.lead.end(name)
        return self.core.end(name) if name else self.core.end()


_LEAD_GROUPS = ("between", "before", "prefix", "sign")


@cache
def _signs() -> str:
    signs = [c for c in _CURRENCIES if not c.isalpha() or c.isupper() or c == "Rs"]
    return "|".join(re.escape(sign) for sign in sorted(signs, key=len, reverse=True))


@cache
def _digits() -> re.Pattern[str]:
    """Return the pattern of a number in digits and of its unit."""
    suffix = r"(?:US|U\.S\.|Hong Kong)?[\s-]?"
    suffix += r"(?:dollars?|euros?|pounds|pence|yuan|yen|won|rupees|francs|kronor|RMB|USD|HKD|EUR"
    suffix += r"|GBP|JPY|INR|SEK|DKK|NOK|CHF)\b|p\b(?!\.m)"
    suffix += "|美元|美金|港元|港币|欧元|英镑|日[元圆]|元"
    digits = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
    scale = r"(?:\s?(?:thousand|million|billion|trillion|hundred|dozen)\b|(?:k|bn|mn|tn|m|b)\b"
    scale += r"|\s(?:bn|mn)\b|\s?(?:bln|mln|crore|lakh)\b|\s?[万亿千百]+)"
    core = (
        rf"(?P<one>{digits})(?i:(?P<scale1>{scale})?(?P<percent1>{PERCENT})?"
        rf"(?:(?P<join>\s?(?:and|to|-|–|—|~|至|到)\s?)(?P<unit2>{_signs()})?"
        rf"(?P<two>{digits})(?P<scale2>{scale})?)?"
        rf"(?:(?P<percent>{PERCENT})"
        r"|(?P<points>\s?(?:percentage |basis )points?\b|个百分点|个基点)"
        rf"|\s?(?P<suffix>{suffix}))?{HEDGE_AFTER}(?![\w]*(?<=\d)[A-Za-z]|\.[A-Z]{{1,2}}\b))"
    )
    return re.compile(core)


def _scaled(digits: str, scale: str | None) -> float | None:
    number = float(digits.replace(",", ""))
    scale = (scale or "").strip().lower()
    if not scale:
        return number
    if scale[0] in "万亿千百":
        return chinese_number(f"{number:f}{scale}")
    return number * _SCALES[scale]


def _quantity(
    match: _Hit, value: float, offset: int, rule: str, low: float | None = None
) -> Quantity:
    return make_quantity(
        match.words,
        match.start() + offset,
        value,
        rule,
        before=match["before"],
        after=match["after"],
        low=low,
    )


def _digital(match: _Hit, offset: int) -> Figure | None:
    percent = match["percent"] or (match["percent1"] if not match["two"] else None)
    scale1 = match["scale1"] or (match["scale2"] if match["two"] else None)
    one = _scaled(match["one"], scale1)
    if one is None:
        return None
    low: float | None = None
    value = one
    if match["two"]:
        two = _scaled(match["two"], match["scale2"] or match["scale1"])
        percent = percent or match["percent1"]
        mixed = (match["unit2"] and not match["prefix"]) or (
            match["percent1"] and not match["percent"]
        )
        mixed = mixed or ((match["join"] or "").strip() == "and" and not match["between"])
        if mixed or two is None or two <= one or match.string[: match.start()].endswith("from "):
            return None
        low, value = one, two
    if match["sign"] in ("-", "−"):
        value = -value
    core = (match.start("one") + offset, match.end() + offset)
    if match["points"]:
        return Figure("points", _quantity(match, value, offset, "number.points", low), core=core)
    if percent:
        return Figure("percent", _quantity(match, value, offset, "number.percent", low), core=core)
    money = match["prefix"] or match["suffix"]
    if money:
        word = money.strip().lower()
        currency = _CURRENCIES.get(money.strip()) or _CURRENCIES.get(money.strip().upper())
        currency = currency or next(
            (code for name, code in _CURRENCIES.items() if len(name) > 1 and name in word), None
        )
        if "hong kong" in word:
            currency = "HKD"
        quantity = _quantity(match, value, offset, "number.money", low)
        return Figure("money", quantity, currency, core)
    return Figure("count", _quantity(match, value, offset, "number.digits", low), core=core)


def find_in_digits(text: str, offset: int, taken: list[tuple[int, int]]) -> list[Figure]:
    """Return the figures written in digits, outside the spans already taken."""
    core, lead = _digits(), lead_pattern(_signs())
    found: list[Figure] = []
    place = 0
    while (match := core.search(text, place)) is not None:
        place = match.end()
        before = text[match.start() - 1] if match.start() else " "
        named = before == "-" and match.start() > 1 and text[match.start() - 2].isalpha()
        letter = (
            before.isascii() and (before.isalnum() or before in "_.,") and not _after_code(match)
        )
        if letter or named:
            place = max(_run_end(text, match.start()), match.start() + 1)
            continue
        hit = _Hit(find_lead(text, match.start(), lead), match)
        if any(start < hit.end() and hit.start() < end for start, end in taken):
            continue
        figure = _digital(hit, offset)
        if figure is None and match["two"]:
            # not a range ("from 8,000 to 6,000"): two figures that stand side by side
            alone = core.match(text, match.start(), match.start("join"))
            figure = _digital(_Hit(hit.lead, alone), offset) if alone else None
            place = match.end("join")
        if figure is not None:
            found.append(figure)
    return found


def _after_code(match: re.Match[str]) -> bool:
    """Say whether letters in front are a currency's code ("HKD174")."""
    return (
        re.search(rf"(?:{_signs()})$", match.string[max(0, match.start() - 4) : match.start()])
        is not None
    )


def _run_end(text: str, start: int) -> int:
    """Return where the run of digits and letters ends that a place lies in ("GPT4o")."""
    end = start
    while end < len(text) and (text[end].isalnum() or text[end] in ".,-") and text[end].isascii():
        end += 1
    return end
