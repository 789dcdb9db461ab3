"""Figures in running text: counts, shares and money, each with its hedge."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from eventstudy.articles.numerals import (
    CHINESE_DIGITS,
    PARTS,
    SCALE_WORDS,
    SMALL_WORDS,
    chinese_number,
    english_number,
    english_share,
)

Qualifier = Literal[
    "exact", "about", "nearly", "more_than", "at_least", "less_than", "up_to", "range"
]
FigureKind = Literal["count", "percent", "money", "points"]


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its hedge.

    Attributes
    ----------
    value
        The number itself; percentages in per cent points; of a range the upper end.
    qualifier
        How it is hedged.
    low, high
        What the words allow: ``None`` where they leave that side open.
    words, span, rule
        The words, where they stand in ``Article.text``, and the rule that read them.
    """

    value: float
    qualifier: Qualifier
    low: float | None
    high: float | None
    words: str
    span: tuple[int, int]
    rule: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A quantity and what it counts: things, a share, money, or percentage points."""

    kind: FigureKind
    quantity: Quantity
    currency: str | None = None
    core: tuple[int, int] = (0, 0)  # the number and its unit, without the hedge


_BEFORE: dict[Qualifier, str] = {
    "up_to": r"(?:anything )?up to|as (?:many|much|high) as|no(?:t)? more than|at most|a maximum of"
    r"|maximum|a ceiling of|最多|至多|高达|多达|不超过|上限",
    "at_least": r"at least|no(?:t)? (?:fewer|less) than|a minimum of|至少|不少于|不低于",
    "more_than": r"(?:well |far |slightly |just |a little |a bit )?(?:more than|over|above)"
    r"|in excess of|upwards? of|exceeding|north of|超过|超出|逾|超|多于|高于",
    "less_than": r"(?:well |far |slightly |just |a (?:little|bit|touch|shade) )?"
    r"(?:less than|fewer than|under|below)|不到|不足|少于|低于|未到|不及",
    "nearly": r"nearly|almost|close to|approaching|not far (?:from|off|short of)|just shy of|shy of"
    r"|just short of|virtually|将近|接近|几乎|近",
    "about": r"about|around|roughly|approximately|approx\.?|some|circa|ca\.|an estimated|estimated"
    r"|in the (?:region|order|range|neighbou?rhood) of|something like|more or less|~|≈"
    r"|大约|大概|约|估计",
}
_AFTER: dict[Qualifier, str] = {
    "at_least": r"\s?\+|\s+or (?:more|higher|greater|above)|[\s-]plus\b|及?以上|或(?:更多|以上)",
    "about": r"\s+or so\b|\s+or thereabouts|[\s-]odd\b|\s+give or take|左右|上下",
    "up_to": r"\s+or (?:less|fewer)|\s+at (?:the )?most|以下|以内",
    "more_than": r"多(?=[人名个万])|余(?=[人名个万])|多(?=人|名|个)",
}
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
    "₹": "INR",
    "INR": "INR",
    "rupee": "INR",
    "C$": "CAD",
    "CAD": "CAD",
    "A$": "AUD",
    "AUD": "AUD",
    "NT$": "TWD",
    "TWD": "TWD",
    "₩": "KRW",
    "KRW": "KRW",
    "won": "KRW",
}
_SCALES = {"k": 1e3, "m": 1e6, "mn": 1e6, "b": 1e9, "bn": 1e9, "tn": 1e12, "trillion": 1e12}
_SCALES |= {"thousand": 1e3, "million": 1e6, "billion": 1e9, "hundred": 1e2, "dozen": 12.0}


def _either(table: dict[Qualifier, str]) -> str:
    return "|".join(f"(?:{pattern})" for pattern in table.values())


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
_LEAD_WIDTH = 48


def _signs() -> str:
    signs = [c for c in _CURRENCIES if not c.isalpha() or c.isupper()]
    return "|".join(re.escape(sign) for sign in sorted(signs, key=len, reverse=True))


_HEDGED = rf"(?:(?P<before>{_either(_BEFORE)})\s?(?:{_either(_BEFORE)}|a total of|the)?\s?)?"
_HEDGE_AFTER = rf"(?P<after>{_either(_AFTER)})?"
_PERCENT = r"\s?(?:%|％|[\s-]?per[\s-]?cent\b|\s?pct\b|\s?pc\b)"


@cache
def _digits() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the patterns of what stands before a number in digits, and of the number."""
    suffix = r"(?:US|U\.S\.|Hong Kong)?[\s-]?"
    suffix += r"(?:dollars?|euros?|pounds|yuan|yen|won|rupees|RMB|USD|HKD)\b"
    suffix += "|美元|美金|港元|港币|欧元|英镑|日元|元"
    digits = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
    scale = r"(?:\s?(?:thousand|million|billion|trillion|hundred|dozen)\b|(?:k|bn|mn|tn|m|b)\b"
    scale += r"|\s(?:bn|mn)\b|\s?[万亿千百]+)"
    lead = rf"(?P<between>between\s)?{_HEDGED}(?P<prefix>{_signs()})?\s?(?P<sign>[-+−])?$"
    core = (
        rf"(?P<one>{digits})(?i:(?P<scale1>{scale})?(?P<percent1>{_PERCENT})?"
        rf"(?:(?P<join>\s?(?:and|to|-|–|—|~|至|到)\s?)(?P<unit2>{_signs()})?"
        rf"(?P<two>{digits})(?P<scale2>{scale})?)?"
        rf"(?:(?P<percent>{_PERCENT})"
        r"|(?P<points>\s?(?:percentage |basis )points?\b|个百分点|个基点)"
        rf"|\s?(?P<suffix>{suffix}))?{_HEDGE_AFTER}(?![\w]*(?<=\d)[A-Za-z]))"
    )
    return re.compile(lead, re.IGNORECASE), re.compile(core)


@cache
def _words() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the patterns for figures in English words and in Chinese."""
    percent = _PERCENT
    small = "(?:" + "|".join(sorted(SMALL_WORDS, key=len, reverse=True)) + ")"
    number = rf"(?:(?:{small}|a|an)[\s-](?:{small}[\s-])*)(?:{'|'.join(SCALE_WORDS)})"
    number += rf"(?:[\s-](?:and[\s-])?(?:{small}|hundred|thousand|million))*"
    part = rf"(?:(?:a|an|one|two|three|four|five)[\s-])(?:{'|'.join(PARTS)})s?"
    part += (
        r"(?=\s+(?:of|its|their|the|fewer|less|lower|smaller|higher|off|from|in|by|on)\b|[,.;:)]|$)"
    )
    half = r"(?<!first )(?<!second )(?<!latter )(?<!other )(?<!last )half"
    half += r"(?=\s+(?:of|its|the|their|all|that|this|as|off)\b|[,.;]|$)"
    worded = (
        rf"\b{_HEDGED}(?P<words>one in (?:\d+|{small})|{part}|{half}"
        rf"|{number}(?P<wordpercent>{percent})?|(?:{small})(?:-(?:{small}))?(?P<smallpercent>{percent}))"
        rf"{_HEDGE_AFTER}"
    )
    zh = CHINESE_DIGITS
    chinese = (
        rf"{_HEDGED}(?:百分之(?P<hundredth>[{zh}\d.]+)|(?P<of>[{zh}\d]+)分之(?P<top>[{zh}\d]+)"
        rf"|(?P<tenth>[一二两三四五六七八九\d])(?:(?:至|到|-)(?P<tenth2>[一二三四五六七八九\d]))?成(?P<halftenth>半)?"
        rf"|(?P<half>一半|半数|过半|近半|超半)|(?P<plain>[{zh}]{{2,}})(?=[多余]?[个名位人职岗员]))"
        rf"{_HEDGE_AFTER}"
    )
    return re.compile(worded, re.IGNORECASE), re.compile(chinese)


@cache
def _qualifiers(where: str) -> tuple[tuple[Qualifier, re.Pattern[str]], ...]:
    table = _BEFORE if where == "before" else _AFTER
    return tuple((name, re.compile(rf"\s*(?:{p})", re.IGNORECASE)) for name, p in table.items())


def _hedge(match: re.Match[str] | _Hit) -> Qualifier:
    for where in ("before", "after"):
        if match[where]:
            for name, pattern in _qualifiers(where):
                found = pattern.match(match.string, match.start(where))
                if found and found.end() == match.end(where):
                    return name
    return "exact"


def _quantity(
    match: re.Match[str] | _Hit, value: float, offset: int, rule: str, low: float | None = None
) -> Quantity:
    qualifier: Qualifier = "range" if low is not None else _hedge(match)
    exact = value if qualifier == "exact" else None
    words = match.words if isinstance(match, _Hit) else match[0]
    start = match.start() + len(words) - len(words.lstrip())
    return Quantity(
        value=value,
        qualifier=qualifier,
        low=low if low is not None else value if qualifier in ("at_least", "more_than") else exact,
        high=value if qualifier in ("range", "up_to", "less_than", "nearly") else exact,
        words=words.strip(),
        span=(start + offset, start + offset + len(words.strip())),
        rule=rule,
    )


def _scaled(digits: str, scale: str | None) -> float | None:
    number = float(digits.replace(",", ""))
    scale = (scale or "").strip().lower()
    if not scale:
        return number
    if scale[0] in "万亿千百":
        return chinese_number(f"{number:f}{scale}")
    return number * _SCALES[scale]


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
        currency = _CURRENCIES.get(money.strip().upper()) or next(
            (code for name, code in _CURRENCIES.items() if name in word), None
        )
        if "hong kong" in word:
            currency = "HKD"
        quantity = _quantity(match, value, offset, "number.money", low)
        return Figure("money", quantity, currency, core)
    return Figure("count", _quantity(match, value, offset, "number.digits", low), core=core)


def _worded(match: re.Match[str], offset: int) -> Figure | None:
    words = match["words"]
    core = (match.start("words") + offset, match.end() + offset)
    lowered = words.lower()
    if lowered.startswith("one in "):
        of = lowered.removeprefix("one in ")
        number = float(of) if of.isdigit() else english_number(of)
        if not number:
            return None
        return Figure("percent", _quantity(match, 100 / number, offset, "number.one_in"), core=core)
    percent = match["wordpercent"] or match["smallpercent"]
    if percent:
        number = english_number(words.removesuffix(percent).strip())
        if number is None:
            return None
        return Figure("percent", _quantity(match, number, offset, "number.word_percent"), core=core)
    share = english_share(words)
    if share is not None:
        return Figure("percent", _quantity(match, share, offset, "number.fraction"), core=core)
    number = english_number(words)
    if number is None or number < 10:
        return None
    return Figure("count", _quantity(match, number, offset, "number.words"), core=core)


def _chinese(match: re.Match[str], offset: int) -> Figure | None:
    core = (match.start() + offset, match.end() + offset)
    value: float | None
    if match["hundredth"]:
        value, rule = chinese_number(match["hundredth"]), "number.zh_percent"
    elif match["of"]:
        below, above = chinese_number(match["of"]), chinese_number(match["top"])
        value = 100 * above / below if above and below else None
        rule = "number.zh_fraction"
    elif match["tenth"]:
        tenths = chinese_number(match["tenth2"] or match["tenth"])
        value = None if tenths is None else tenths * 10 + (5 if match["halftenth"] else 0)
        rule = "number.zh_tenths"
    elif match["half"]:
        value, rule = 50.0, "number.zh_half"
        quantity = _quantity(match, 50.0, offset, rule)
        if match["half"][0] in "近过超":
            qualifier: Qualifier = "nearly" if match["half"][0] == "近" else "more_than"
            quantity = Quantity(50.0, qualifier, None, None, match[0], quantity.span, rule)
        return Figure("percent", quantity, core=core)
    else:
        count = chinese_number(match["plain"])
        if not count:
            return None
        return Figure("count", _quantity(match, count, offset, "number.zh_words"), core=core)
    if value is None:
        return None
    return Figure("percent", _quantity(match, value, offset, rule), core=core)


def find_figures(text: str, offset: int = 0) -> list[Figure]:
    """Find every figure of a text.

    Parameters
    ----------
    text
        A sentence or paragraph.
    offset
        What to add to each span so that it points into the article's text.

    Returns
    -------
    list of Figure
        In order of place, not overlapping; years and other bare numbers are among the counts.
    """
    found: list[Figure] = []
    worded, chinese = _words()
    if _CJK.search(text):
        for match in chinese.finditer(text):
            figure = _chinese(match, offset)
            if figure is not None:
                found.append(figure)
    if _NUMBER_WORDS.search(text.lower()):
        for match in worded.finditer(text):
            figure = _worded(match, offset)
            if figure is not None:
                found.append(figure)
    taken = [(f.quantity.span[0] - offset, f.quantity.span[1] - offset) for f in found]
    found += _in_digits(text, offset, taken)
    return sorted(found, key=lambda figure: figure.quantity.span)


_CJK = re.compile(r"[\u3400-\u9fff]")
_WORD = re.compile(r"[^\s(\[“\"'‘（]+")
# the last word in front of a number, where it can be the end of a hedge, a sign or a currency
_LED = re.compile(
    r"(?i:about|around|roughly|ly|approx\.?|some|circa|ca\.|of|to|as|than|over|above|under|below"
    r"|exceeding|maximum|least|most|almost|from|estimated|like|less|total|the|between|[A-Z]{3}"
    r"|approaching)\s?$|[^\w\s.,;:()'\"“‘-]\s?$|[-+−]$|[\u3400-\u9fff]\s?$"
)
_NUMBER_WORDS = re.compile(
    r"half|third|quarter|f(?:our|if|ive)|sixth|seventh|eigh|nin|ten|twel|twent|dozen|hundred"
    r"|thousand|million|billion|per\s?cent|%|one in"
)


def _in_digits(text: str, offset: int, taken: list[tuple[int, int]]) -> list[Figure]:
    """Return the figures written in digits, outside the spans already taken."""
    lead, core = _digits()
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
        hit = _Hit(_lead(text, match.start(), lead), match)
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


def _lead(text: str, start: int, pattern: re.Pattern[str]) -> re.Match[str] | None:
    """Return what belongs to a number in front of it, the longest there is."""
    near = text[max(0, start - _LEAD_WIDTH) : start]
    if not _LED.search(near):
        return None
    places = [start - len(near) + m.start() for m in _WORD.finditer(near)][-7:]
    places += range(max(0, start - (9 if _CJK.search(near) else 4)), start)
    found = (pattern.match(text, place, start) for place in sorted(set(places)))
    return next((match for match in found if match is not None), None)


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
