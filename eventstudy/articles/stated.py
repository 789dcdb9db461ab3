"""Companies that the table does not know but the text itself introduces.

"Omron (6645.T)" states its symbol; "Halcyon, a maker of pumps," and the heading "XPERI (XPER) -"
state that there is a company of that name. Nothing is inferred beyond the words: a
symbol is taken only where it stands beside the name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from eventstudy.articles.companies import Mention
from eventstudy.articles.exchange_symbols import find_symbols

_WORD = r"[A-Z][\w&'’.-]*[\w]"
_NAME = rf"(?P<name>{_WORD}(?:\s(?:{_WORD}|&|of|de|and(?=\s[A-Z]))){{0,4}})"
_FORM = re.compile(
    r"(?:,?\s(?:Inc|Incorporated|Corp|Corporation|Co|Company|Companies|Holdings?|Group|Ltd|Limited|Plc"
    r"|PLC|plc|AG|SE|SA|NV|AB|Oyj|SpA|KK|LLC|LP|INC|CORP|CO|GROUP|HOLDINGS?|LTD)\.?)+$"
)
_BRACKET = r"[(（](?:[A-Za-z. ]{0,12}[:：]\s?)?"
_LATIN = re.compile(rf"{_NAME}(?:(?<=Inc)\.|(?<=Corp)\.|(?<=Co)\.|(?<=Ltd)\.)?\s?(?:{_BRACKET})?$")
_CHINESE = re.compile(
    r"(?<![\u3400-\u9fff])(?P<name>[\u3400-\u9fff·]{2,10}(?:-[A-Z]{1,2})?)\s?(?:[(（])?$"
)
_OPENED = re.compile(r"[(（][^()（）]*$")
_REACH = 80  # how far in front of a symbol its name can begin
_TRADE = (
    r"(?:company|firm|group|maker|manufacturer|start-?up|retailer|provider|platform|lender|bank"
    r"|chain|developer|supplier|chipmaker|carmaker|automaker|drugmaker|broker|agency|airline"
    r"|insurer|publisher|studio|producer|operator|builder|brewer|service|app|unicorn|outfit|lab)"
)
_DESCRIBED = re.compile(
    rf"(?:(?<=[.!?]\s)|(?<=\n)|^){_NAME},\s(?:an?|the)\s(?:[\w'’&.-]+\s){{0,6}}?{_TRADE}\b",
    re.MULTILINE,
)
_HEADED = re.compile(
    r"^[\s*•·#>-]*(?P<name>[A-Z][A-Z&'’.-]+(?:\s[A-Z&][A-Z&'’.-]*){0,4})\s?\([A-Z]{1,5}(?:,[^)]*)?\)"
    r"\s?(?:—|–|-\s|\||\.\s)",
    re.MULTILINE,
)
_NOT_NAMES = re.compile(
    r"(?:(?:The|This|That|These|Those|It|In|On|At|By|As|But|And|For|From|After|Before|When|While|Last"
    r"|Shares|Stocks?|Analysts?|Investors?|Workers|Employees|Chief|President|Mr|Ms|Dr|CEO"
    r"|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June|July"
    r"|August|September|October|November|December)\b\s?)+"
)


def find_stated(text: str, known: Sequence[Mention]) -> list[Mention]:
    """Return companies that a text introduces and the table does not know, wherever named.

    Parameters
    ----------
    text
        An article's text; spans point into it.
    known
        What the table knows of it; places that overlap are left alone.

    Returns
    -------
    list of Mention
        Of kind ``listed`` with the stated symbol, or ``private``; rules ``company.stated`` and
        ``company.described``.
    """
    taken = [mention.span for mention in known]
    found: dict[str, tuple[str | None, str]] = {}
    for name, span, symbol, rule in _introduced(text):
        if any(start < span[1] and span[0] < end for start, end in taken):
            continue
        if name not in found or found[name][0] is None:
            found[name] = (symbol, rule)
    mentions = []
    for name, (symbol, rule) in found.items():
        for match in re.finditer(rf"(?<![\w-]){re.escape(name)}(?!\w)", text, re.IGNORECASE):
            if any(start < match.end() and match.start() < end for start, end in taken):
                continue
            kind = "listed" if symbol else "private"
            shown = name.title() if name.isupper() and len(name) > 4 else name
            mentions.append(
                Mention(shown, symbol, kind, match[0], match.span(), rule)  # type: ignore[arg-type]
            )
            taken.append(match.span())
    return mentions


def _introduced(text: str) -> Iterator[tuple[str, tuple[int, int], str | None, str]]:
    for start, _, symbol in find_symbols(text):
        if text[start] not in "(（[" and not _OPENED.search(text, max(0, start - 20), start):
            continue  # only a symbol in brackets states whose it is
        before = text[max(0, start - _REACH) : start]
        match = _LATIN.search(before) or _CHINESE.search(before)
        if match is not None:
            yield from _named(match, symbol, "company.stated", max(0, start - _REACH))
    for pattern in (_DESCRIBED, _HEADED):
        for match in pattern.finditer(text):
            yield from _named(match, None, "company.described", 0)


def _named(
    match: re.Match[str], symbol: str | None, rule: str, offset: int
) -> Iterator[tuple[str, tuple[int, int], str | None, str]]:
    """Yield the name without its form of company and what only opens the sentence."""
    name = match["name"]
    lead = _NOT_NAMES.match(name)
    start = offset + match.start("name") + (lead.end() if lead else 0)
    name = _FORM.sub("", name[lead.end() if lead else 0 :]).strip()
    name = re.sub(r"['’]s$", "", name)
    if len(name) > 1 and not name.isdigit() and not _FORM.fullmatch(f" {name}"):
        yield name, (start, start + len(name)), symbol, rule
