"""Figures in running text: counts, shares and money, each with its hedge."""

from __future__ import annotations

import re
from functools import cache

from eventstudy.articles.digits import find_in_digits
from eventstudy.articles.figures import (
    HEDGE_AFTER,
    PERCENT,
    Figure,
    FigureKind,
    Qualifier,
    Quantity,
    find_lead,
    lead_pattern,
    make_quantity,
)
from eventstudy.articles.numerals import (
    CHINESE_DIGITS,
    PARTS,
    SCALE_WORDS,
    SMALL_WORDS,
    chinese_number,
    english_number,
    english_share,
)

__all__ = ["Figure", "FigureKind", "Qualifier", "Quantity", "find_figures"]

_CJK = re.compile(r"[\u3400-\u9fff]")
_NUMBER_WORDS = re.compile(
    r"half|third|quarter|f(?:our|if|ive)|sixth|seventh|eigh|nin|ten|twel|twent|dozen|hundred"
    r"|thousand|million|billion|per\s?cent|%|one in"
)


@cache
def _words() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return the patterns for figures in English words and in Chinese."""
    percent = PERCENT
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
        rf"\b(?P<words>one in (?:\d+|{small})|{part}|{half}"
        rf"|{number}(?P<wordpercent>{percent})?|(?:{small})(?:-(?:{small}))?(?P<smallpercent>{percent}))"
        rf"{HEDGE_AFTER}"
    )
    zh = CHINESE_DIGITS
    chinese = (
        rf"(?:百分之(?P<hundredth>[{zh}\d.]+)|(?P<of>[{zh}\d]+)分之(?P<top>[{zh}\d]+)"
        rf"|(?P<tenth>[一二两三四五六七八九\d])(?:(?:至|到|-)(?P<tenth2>[一二三四五六七八九\d]))?成(?P<halftenth>半)?"
        rf"|(?P<half>一半|半数|过半|近半|超半)|(?P<plain>[{zh}]{{2,}})(?=[多余]?[个名位人职岗员]))"
        rf"{HEDGE_AFTER}"
    )
    return re.compile(worded, re.IGNORECASE), re.compile(chinese)


def _quantity(match: re.Match[str], value: float, offset: int, rule: str) -> Quantity:
    lead = find_lead(match.string, match.start(), lead_pattern())
    start = lead.start() if lead is not None else match.start()
    return make_quantity(
        match.string[start : match.end()],
        start + offset,
        value,
        rule,
        before=lead["before"] if lead is not None else None,
        after=match["after"],
    )


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
    found += find_in_digits(text, offset, taken)
    return sorted(found, key=lambda figure: figure.quantity.span)
