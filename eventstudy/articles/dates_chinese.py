"""Chinese time expressions."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

from eventstudy.articles.intervals import (
    UNKNOWN,
    Frame,
    Interval,
    Reader,
    Rule,
    add_months,
    day,
    half,
    month,
    nearest_year,
    part,
    quarter,
    safe_day,
    shift,
    week,
    year,
)
from eventstudy.articles.lexeme import needles
from eventstudy.articles.numerals import chinese_number

_NUMBER = r"[\d一二两三四五六七八九十]+"
_YEAR = r"(?P<y>(?:19|20)\d{2}|[二一][〇零九]\S{2})\s?年"
_RELATIVE_YEAR = r"(?P<rel>今年|本年|去年|前年|明年|当年)"
_WHICH = r"(?P<part>初|底|末|中旬|上旬|下旬|中|早些时候|晚些时候|稍早|稍晚)?"
_STEPS = {"今年": 0, "本年": 0, "当年": 0, "去年": -1, "前年": -2, "明年": 1}
_NAMED = {
    "今": 0,
    "昨": -1,
    "前": -2,
    "明": 1,
}


def _number(words: str | None) -> int | None:
    found = chinese_number(words) if words else None
    return None if found is None else int(found)


def _which(words: str | None) -> str:
    if not words:
        return ""
    if words in ("初", "上旬", "早些时候", "稍早"):
        return "early"
    return "middle" if words in ("中旬", "中") else "late"


def _chosen(match: re.Match[str], frame: Frame) -> int | None:
    groups = match.groupdict()
    if groups.get("y"):
        return _number(groups["y"]) if groups["y"].isdigit() else None
    if groups.get("rel") and frame.anchor is not None:
        if groups["rel"] == "当年" and frame.antecedent and frame.antecedent.start:
            return frame.antecedent.start.year
        return frame.anchor.year + _STEPS[groups["rel"]]
    return None


def _full(match: re.Match[str], frame: Frame) -> Interval | None:
    number, days = _number(match["m"]), _number(match["d"])
    if number is None or days is None or not 1 <= number <= 12:
        return None
    chosen = _chosen(match, frame)
    if chosen is None:
        chosen = nearest_year(frame, number, days)
    return UNKNOWN if chosen is None else safe_day(chosen, number, days)


def _month(match: re.Match[str], frame: Frame) -> Interval | None:
    number = _number(match["m"])
    if number is None or not 1 <= number <= 12:
        return None
    chosen = _chosen(match, frame)
    if chosen is None:
        chosen = nearest_year(frame, number, None)
    return UNKNOWN if chosen is None else part(month(chosen, number), _which(match["part"]))


def _day_alone(match: re.Match[str], frame: Frame) -> Interval | None:
    days = _number(match["d"])
    if frame.anchor is None or days is None:
        return UNKNOWN
    here = safe_day(frame.anchor.year, frame.anchor.month, days)
    near = here is not None and here.start is not None and here.start <= shift(frame.anchor, 1)
    if near or (frame.future and here is not None):
        return here
    before = add_months(frame.anchor, -1)
    return safe_day(before.year, before.month, days)


def _year(match: re.Match[str], frame: Frame) -> Interval | None:
    chosen = _chosen(match, frame)
    if chosen is None:
        return UNKNOWN
    return part(year(chosen), _which(match["part"]))


def _portion(match: re.Match[str], frame: Frame) -> Interval | None:
    """Read halves and quarters of a year."""
    chosen = _chosen(match, frame)
    if chosen is None:
        if frame.anchor is None:
            return UNKNOWN
        chosen = frame.anchor.year
    if match["half"]:
        return half(chosen, 1 if match["half"] == "上" else 2)
    number = _number(match["n"] or match["n2"])
    return quarter(chosen, number) if number and 1 <= number <= 4 else None


def _named_day(match: re.Match[str], frame: Frame) -> Interval | None:
    if frame.anchor is None:
        return UNKNOWN
    return day(shift(frame.anchor, _NAMED[match["name"]]))


def _weekday(match: re.Match[str], frame: Frame) -> Interval | None:
    if frame.anchor is None:
        return UNKNOWN
    number = "一二三四五六日".find(match["wd"].replace("天", "日"))
    monday = shift(frame.anchor, -frame.anchor.weekday())
    lead = match["lead"] or ""
    if lead.startswith("上"):
        return day(shift(monday, number - 7))
    if lead.startswith("下"):
        return day(shift(monday, number + 7))
    if lead:
        return day(shift(monday, number))
    back = (frame.anchor.weekday() - number) % 7
    return day(shift(frame.anchor, 7 - back if frame.future and back else -back))


def _this_last(match: re.Match[str], frame: Frame) -> Interval | None:
    if frame.anchor is None:
        return UNKNOWN
    lead, unit = match["lead"], match["unit"]
    step = -1 if lead.startswith("上") else 1 if lead.startswith("下") else 0
    if unit == "周末":
        saturday = shift(frame.anchor, 5 - frame.anchor.weekday() + 7 * step)
        return Interval(saturday, shift(saturday, 1), "week")
    if unit.endswith(("周", "星期", "礼拜")):
        found: Interval | None = week(shift(frame.anchor, 7 * step))
    elif unit.startswith("季"):
        first = add_months(frame.anchor, 3 * step)
        found = quarter(first.year, (first.month - 1) // 3 + 1)
    else:
        first = add_months(frame.anchor, step)
        found = month(first.year, first.month)
    which = _which(match["part"])
    if found and found.start and found.end and found.start <= frame.anchor <= found.end:
        if which == "early" and match["part"] not in ("初", "上旬"):
            return Interval(found.start, frame.anchor, found.precision)
        if which == "late" and match["part"] == "晚些时候":
            return Interval(frame.anchor, found.end, found.precision)
    return part(found, which)


def _ago(match: re.Match[str], frame: Frame) -> Interval | None:
    count = _number(match["count"])
    if frame.anchor is None or count is None:
        return UNKNOWN
    sign = -1 if match["way"] in ("前", "以前", "之前") else 1
    unit = match["unit"]
    named = frame.antecedent.start if frame.antecedent is not None else None
    if unit in ("天", "日"):
        return day(shift(named if sign > 0 and named is not None else frame.anchor, sign * count))
    if unit in ("周", "星期"):
        return week(shift(frame.anchor, sign * 7 * count))
    first = add_months(frame.anchor, sign * count * (12 if unit == "年" else 1))
    return year(first.year) if unit == "年" else month(first.year, first.month)


def _past(match: re.Match[str], frame: Frame) -> Interval | None:
    count = _number(match["count"]) or 1
    if frame.anchor is None:
        return UNKNOWN
    unit = match["unit"]
    if unit in ("天", "日", "个交易日"):
        start = shift(frame.anchor, -count)
    elif unit in ("周", "星期"):
        start = shift(frame.anchor, -7 * count)
    else:
        first = add_months(frame.anchor, -count * (12 if unit == "年" else 1))
        start = shift(first, frame.anchor.day - 1)
    return Interval(start, frame.anchor, "unknown")


def _to_date(_match: re.Match[str], frame: Frame) -> Interval | None:
    if frame.anchor is None:
        return UNKNOWN
    return Interval(date(frame.anchor.year, 1, 1), frame.anchor, "unknown")


def _overnight(_match: re.Match[str], frame: Frame) -> Interval | None:
    """Read "overnight": the last American session before the day of publication."""
    if frame.anchor is None:
        return UNKNOWN
    back = {0: 3, 6: 2}.get(frame.anchor.weekday(), 1)
    return day(shift(frame.anchor, -back))


def _same(_match: re.Match[str], frame: Frame) -> Interval | None:
    named = frame.antecedent
    if named is None or named.start is None:
        return UNKNOWN
    return named


def _beside(match: re.Match[str], frame: Frame) -> Interval | None:
    named = frame.antecedent
    if named is None or named.start is None or named.precision not in ("day", "moment"):
        return UNKNOWN
    back = match[0].startswith(("前", "上"))
    return day(shift(named.start, -1 if back else 1))


def _vague(_match: re.Match[str], _frame: Frame) -> Interval | None:
    return UNKNOWN


_UNITS = r"(?P<unit>天|日|周|星期|个月|年)"
_TABLE: tuple[tuple[str, str, Reader], ...] = (
    (
        "zh.full",
        rf"(?:{_YEAR}|{_RELATIVE_YEAR})?\s?(?P<m>{_NUMBER})\s?月\s?(?P<d>{_NUMBER})\s?[日号]",
        _full,
    ),
    (
        "zh.month",
        rf"(?:(?:{_YEAR}|{_RELATIVE_YEAR})\s?)(?P<m>{_NUMBER})\s?月份?(?:的)?{_WHICH}",
        _month,
    ),
    ("zh.month_alone", rf"(?<![个\d])(?P<m>{_NUMBER})\s?月份?(?!底前)(?:的)?{_WHICH}", _month),
    (
        "zh.portion",
        (
            rf"(?:(?:{_YEAR}|{_RELATIVE_YEAR})的?)(?:(?P<half>[上下])半年|第?(?P<n>[一二三四1-4])季度?"
            rf"|Q(?P<n2>[1-4]))"
        ),
        _portion,
    ),
    ("zh.half", r"(?P<half>[上下])半年(?P<n>)(?P<n2>)", _portion),
    ("zh.to_date", r"(?:今年以来|年内|年初至今|年初以来|今年迄今|今年至今)", _to_date),
    ("zh.year", rf"{_YEAR}(?:年)?{_WHICH}", _year),
    ("zh.year_relative", rf"{_RELATIVE_YEAR}(?:年)?{_WHICH}", _year),
    (
        "zh.named_day",
        r"(?P<name>[今昨明前])(?:天|日|晨|早|晚|夜)(?!会)(?:\s?[（(]\s?\d{1,2}\s?日\s?[)）])?",
        _named_day,
    ),
    (
        "zh.weekday",
        r"(?:当地时间|美东时间|北京时间)?(?P<lead>上个?|这个?|本|下个?)?(?:周|星期|礼拜)(?P<wd>[一二三四五六日天])(?!大|月)(?:\s?[（(]\s?\d{1,2}\s?日\s?[)）])?",
        _weekday,
    ),
    (
        "zh.this_last",
        rf"(?P<lead>上个?|这个?|本|下个?|当)(?P<unit>周末|周|星期|礼拜|月|季度)(?:的)?{_WHICH}",
        _this_last,
    ),
    ("zh.ago", rf"(?P<count>{_NUMBER}){_UNITS}(?P<way>前|以前|之前|后|之后)(?!提)", _ago),
    (
        "zh.vague",
        r"(?:近日|日前|最近|近期|近来|不久前|前不久|此前不久|前些时候|数[天日周月年]前|几(?:天|日|周|个月|年)前)",
        _vague,
    ),
    (
        "zh.period",
        rf"(?:在?过去|近|最近|在)(?:的)?(?P<count>{_NUMBER})?(?P<unit>个交易日|天|日|周|星期|个月|年)(?:里|内|中|来|以来)?",
        _past,
    ),
    ("zh.overnight", r"隔[夜晚]", _overnight),
    ("zh.same", r"(?:当天|当日|同日|同一天|当晚|那天|当周)", _same),
    (
        "zh.beside",
        r"(?:前一(?:天|日|个?交易日)|上一(?:个)?交易日|次日|翌日|第二天|隔日|后一天)",
        _beside,
    ),
    ("zh.day", r"(?<![\d月个.])(?P<d>\d{1,2})日(?![内元])", _day_alone),
)


@cache
def chinese_rules() -> tuple[Rule, ...]:
    """Return the rules; of two that match the same words, the earlier counts."""
    return tuple(
        Rule(name, re.compile(pattern), reader, needles(pattern))
        for name, pattern, reader in _TABLE
    )
