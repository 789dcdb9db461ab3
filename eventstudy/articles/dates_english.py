"""The rules of English time expressions: which words, and which reader reads them."""

from __future__ import annotations

import re
from functools import cache

from eventstudy.articles import english_readers as english
from eventstudy.articles.intervals import Reader, Rule
from eventstudy.articles.lexeme import needles
from eventstudy.articles.numerals import SMALL_WORDS

_MONTH = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?\.?|July?\.?"
    r"|Aug(?:ust|\.)?"
    r"|Sep(?:tember|t?\.?)|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)(?![A-Za-z])"
)
_WEEKDAY = r"(?:Mon|Tues?|Wed(?:nes)?|Thur?s?|Fri|Sat(?:ur)?|Sun)(?:day\b|\.(?=,|\s[A-Z]))"
_YEAR = r"(?:19|20)\d{2}(?![\d,]\d|\s?%)"
_PARTS = (
    r"(?:early(?: in)?|earlier in|late(?: in)?|later in|(?:the )?(?:very )?(?:end|close|beginning"
    r"|start|middle) of|mid|end)[\s-]*(?:the\s)?"
)
_PART = rf"(?:(?i:(?P<part>{_PARTS})))?"
_SMALL = "|".join(sorted(SMALL_WORDS, key=len, reverse=True))
_COUNT = rf"(?P<count>\d{{1,4}}|an?|a couple(?: of)?|{_SMALL})"
_UNIT = (
    r"(?P<unit>hour|day|week|fortnight|month|quarter|year|session|trading day|trading session)s?"
)


_OF_YEAR = rf"(?:,?\s+(?:of\s+|in\s+)?(?P<y>{_YEAR})|,?\s+(?:of\s+)?(?P<rel>this|last|next)\s+year)"
_NO_DAY = r"(?!,?\s+(?:of\s+)?(?:\d{1,2}(?!\d)|(?:19|20)\d{2}|(?:quarter|madness)\b))"
_ON_WEEKDAY = rf"(?:{_WEEKDAY},?\s+)?(?:the\s+)?"
_LEAD = (
    r"(?P<lead>last|next|this past|this|in|since|by|until|till|before|from|during|of|through"
    r"|starting in|starting|after|for|to|and|between|around|back in|as of)"
)
_COUNTED = rf"{_COUNT}[\s-]+(?:(?:full|calendar|whole|short|trading)\s+)?{_UNIT}"
_HEDGE = r"(?:(?:just|only|about|around|some|roughly|more than|over|less than|almost|nearly)\s+)?"
_MANY = r"(?:a few|several|some|many|a number of|dozens of|a handful of)"
_PREVIOUS = r"(?:past|last|previous|preceding|trailing)"
_LEAD_WEEKDAY = (
    r"(?P<lead>last|next|this coming|this past|this|on|late|early|earlier|since|by|from)"
)

_TABLE: tuple[tuple[str, str, Reader], ...] = (
    (
        "en.iso",
        r"\b(?P<y>(?:19|20)\d{2})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?!\d)",
        english.read_iso,
    ),
    (
        "en.slashed",
        r"\b(?P<one>\d{1,2})/(?P<two>\d{1,2})/(?P<y>(?:19|20)\d{2})\b",
        english.read_slashed,
    ),
    (
        "en.month_day",
        (
            rf"\b{_ON_WEEKDAY}(?P<month>{_MONTH})\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?"
            rf"(?![\d%:]|,\d{{3}}|\.\d)(?:{_OF_YEAR})?"
        ),
        english.read_full,
    ),
    (
        "en.day_month",
        (
            rf"\b{_ON_WEEKDAY}(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{_MONTH})"
            rf"(?:{_OF_YEAR})?"
        ),
        english.read_full,
    ),
    (
        "en.week_of",
        (
            r"(?i:\bthe\s+(?P<n>first|second|third|fourth|last|final)\s+(?:full\s+)?week\s+of\s+)"
            rf"(?P<month>{_MONTH})(?:{_OF_YEAR})?"
        ),
        english.read_week_of,
    ),
    ("en.month_year", rf"\b{_PART}(?P<month>{_MONTH}){_OF_YEAR}", english.read_month_year),
    (
        "en.month",
        rf"\b(?:(?i:{_LEAD})\s+)?{_PART}(?P<month>(?!May\b|March\b|Mar\b){_MONTH}){_NO_DAY}",
        english.read_month_alone,
    ),
    (
        "en.month_marked",  # "may" and "march" are also verbs: they need a word in front
        (
            rf"\b(?:(?i:{_LEAD})\s+{_PART}|(?=(?i:{_PARTS}))(?i:{_PARTS}))(?P<month>May|March"
            rf"|Mar\.)"
            rf"{_NO_DAY}"
        ),
        english.read_month_alone,
    ),
    (
        "en.quarter",
        (
            r"(?i:\b(?:the\s+)?(?P<n>first|second|third|fourth|final|last)[\s-]quarter(?:\s+of)?"
            rf"(?:\s+(?P<y>{_YEAR})|\s+(?P<rel>this|last|next)\s+year))"
        ),
        english.read_quarter,
    ),
    (
        "en.q",
        rf"\bQ(?P<n>[1-4])(?:\s+(?:of\s+)?(?P<y>{_YEAR})|\s+(?P<rel>this|last)\s+year)",
        english.read_quarter,
    ),
    (
        "en.half",
        (
            rf"(?i:\b(?:the\s+)?(?P<n>first|second|latter|back)[\s-]half\s+of\s+(?:(?P<y>{_YEAR})"
            r"|(?P<rel>the|this|last|next)\s+(?:calendar\s+)?year))"
        ),
        english.read_half,
    ),
    (
        "en.h",
        rf"\bH(?P<n>[12])\s+(?:of\s+)?(?:(?P<y>{_YEAR})|(?P<rel>this|last)\s+year)",
        english.read_half,
    ),
    (
        "en.season",
        (
            rf"(?i:\b(?P<rel>last|this|next|in the|the)\s+(?P<season>{'|'.join(english.SEASONS)})"
            rf"(?:\s+(?:of\s+)?(?P<y>{_YEAR}))?(?=[\s,.;]|$)(?!\s+(?:in|by|from|to)\b))"
        ),
        english.read_season,
    ),
    (
        "en.named_day",
        (
            r"(?i:\bthe day before yesterday\b|\b(?:earlier |late |later |early )?(?:today|tonight"
            r"|yesterday|tomorrow)\b|\bthis (?:morning|afternoon|evening)\b|\blast night\b"
            r"|\bovernight\b)"
        ),
        english.read_named_day,
    ),
    (
        "en.weekday",
        (
            rf"\b(?:(?i:{_LEAD_WEEKDAY})\s+(?:on\s+)?)?(?P<weekday>{_WEEKDAY})"
            r"(?:\s+(?:(?i:of)\s+)?(?i:(?P<of>last|this)\s+week))?"
        ),
        english.read_weekday,
    ),
    ("en.ago", rf"(?i:\b{_HEDGE}{_COUNTED}\s+(?:ago|since)\b)", english.read_ago),
    (
        "en.vague_ago",
        (
            rf"(?i:\b(?:{_MANY}\s+)?(?:days|weeks|months|years)\s+(?:ago|earlier|later)\b"
            r"|\b(?:not long|long|some time) ago\b)"
        ),
        english.read_vague,
    ),
    (
        "en.relative_to",
        (
            rf"(?i:\b(?:(?:just|only)\s+)?{_COUNTED}\s+(?P<way>earlier|previously|later))"
            r"(?!\s+than)"
        ),
        english.read_from_antecedent,
    ),
    (
        "en.relative_to",
        (
            rf"(?i:\b(?:(?:just|only)\s+)?{_COUNTED}\s+(?P<way>before|prior|after|afterwards?))"
            r"(?=\s*(?:$|[,.;:)—–-]))"
        ),
        english.read_from_antecedent,
    ),
    (
        "en.came_after",
        (
            r"(?i:\b(?:c[ao]mes?|coming|arriv(?:es|ed|ing)|follow(?:s|ed|ing)?)\s+"
            rf"(?:(?:just|only)\s+)?{_COUNTED}\s+(?P<way>after)\b)"
        ),
        english.read_came_after,
    ),
    (
        "en.day_after",
        (
            r"(?i:\b(?:(?:just|only|barely)\s+)?(?P<count>an?|one|two|three)\s+(?P<unit>day|week)s?"
            r"\s+(?P<way>after)\s+(?=(?:(?:it|they"
            r"|the (?:[\w-]+ ){0,4}?(?:company|group|firm|maker|giant|lab|start-?up)"
            r"|(?-i:[A-Z])[\w&.'’-]*(?:\s[\w&.'’-]+){0,4}?(?:\s\([^)]{1,24}\))?)\s+)?(?:telling"
            r"|tell|told|announc|saying|said|disclos|reveal|unveil|report|launch|releas|put|began|cut"
            r"|laid|cutting|laying|warning|confirm|filing|filed|informing|notifying|introduc)))"
        ),
        english.read_came_after,
    ),
    (
        "en.same",
        (
            r"(?i:\bon the day\b|\bwithin (?:the(?: same)? hour|hours|minutes)\b"
            r"|\b(?:hours|minutes) later\b"
            r"|\b(?:on\s+)?(?:that|the same|the very same)\s+(?:very\s+|same\s+)?"
            r"(?P<unit>day|evening|morning"
            r"|afternoon|session|night|date|week|month|quarter|year)\b)(?!\s+(?:when|that|before"
            r"|after(?! (?:yet|an?|another|its|their))))"
        ),
        english.read_same,
    ),
    (
        "en.then",
        r"(?i:\b(?:back then|then|at (?:the|that) time)(?=\s*[.,;)]))",
        english.read_then,
    ),
    (
        "en.beside",
        (
            r"(?i:\bthe\s+(?:trading\s+)?(?:day|evening|session|night)\s+(?:before|prior|earlier"
            r"|after)\b"
            r"(?!\s+(?:yesterday|[a-z]))|\bthe\s+(?:previous|prior|preceding|following|next)\s+"
            r"(?:trading\s+)?(?:day|session|evening|morning)\b)"
        ),
        english.read_beside,
    ),
    (
        "en.weekend",
        r"(?i:\b(?:over\s+|during\s+|at\s+)?(?:the|this|last|next|this past)\s+weekend\b)",
        english.read_weekend,
    ),
    (
        "en.period",
        (
            rf"(?i:\b(?:in|over|during|for|within|of|throughout|across"
            rf"|than)?\s*(?:the\s+)?{_PREVIOUS}\s+"
            rf"{_COUNT}[\s-]+(?:full\s+|trading\s+|calendar\s+|half\s+)?{_UNIT}\b(?!\s+ago))"
        ),
        english.read_past,
    ),
    (
        "en.period",
        (
            rf"(?i:\b(?:over|within|in|during|across|for)\s+(?:{_COUNT}\s+|the\s+(?:past|last)\s+)"
            rf"{_UNIT}\b(?!\s+(?:ago|earlier|before|later|after)))"
        ),
        english.read_past,
    ),
    (
        "en.to_date",
        (
            r"(?i:\b(?:year[\s-]to[\s-]date|(?:so far|thus far) this year|this year so far"
            r"|for the year"
            r"|since the (?:start|beginning|turn) of the year|on the year|YTD)\b)"
        ),
        english.read_to_date,
    ),
    (
        "en.this_last",
        (
            r"(?i:\b(?P<lead>earlier(?: in| on)?|later(?: in| on)?|early(?: in)?|late(?: in)?"
            r"|(?:at |by |towards? )?the (?:end|beginning|start|middle) of|by the end of|end of"
            r"|mid-?)?"
            r"\s*\b(?P<rel>this|last|next|the previous|the current)\s+(?P<unit>week|month|quarter"
            r"|year)\b)"
            r"(?![\s-](?:over|on|to)\b)"
        ),
        english.read_this_last,
    ),
    (
        "en.the_year",
        (
            r"(?i:\b(?P<lead>(?:by |at |before |towards? )?the (?:end|start|beginning) of|later in"
            r"|earlier in|late in"
            r"|early in|end of)\s+(?P<rel>the)\s+(?P<unit>week|month|quarter|year)\b)"
        ),
        english.read_this_last,
    ),
    ("en.year_end", r"(?i:\b(?:by |at |before )?year[\s-]end\b)", english.read_end_of_year),
    (
        "en.vague",
        (
            r"(?i:\b(?:recently|lately|of late|in recent (?:days|weeks|months|years|times|quarters)"
            r"|over recent (?:weeks|months|years)|in the (?:recent )?past)\b)"
        ),
        english.read_vague,
    ),
    (
        "en.year",
        (
            rf"\b{_PART}(?P<y>{_YEAR})\b(?!\s+(?:fiscal|financial)\b"
            r"|[\s-](?:day|week|month|year)s?\b)"
        ),
        english.read_year,
    ),
)


@cache
def english_rules() -> tuple[Rule, ...]:
    """Return the rules; of two that match the same words, the earlier counts."""
    return tuple(
        Rule(name, re.compile(pattern), reader, needles(pattern, cased=True))
        for name, pattern, reader in _TABLE
    )
