"""Symbols with their exchange (NYSE: BABA, 9988.HK, META.O, CSCO-US), as sources spell them."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SYMBOL = re.compile(
    r"[(\[（]?\b(?P<ex>NYSE|NASDAQ|Nasdaq|NasdaqGS|AMEX|OTC|HKG|HKEX|SEHK|HK|SHA|SHE|SZSE|SSE|TYO|LON"
    r"|ETR|美)\s*[:：]\s*(?P<symbol>[A-Z0-9.]{1,8})\b[)\]）]?"
    r"|\b(?P<ric>[A-Z]{1,5})(?:\.(?:O|N|OQ|K|US)|-US)\b"
    r"|\b(?P<local>\d{4,6})\.(?P<market>HK|SZ|SS|SH|KS|KQ|TW|T)\b"
    r"|(?P<home>[A-Z0-9](?<![\w.$].)[A-Z0-9&-]{0,10}"
    r"\.(?:L|DE|PA|AS|SW|S|MI|MC|ST|CO|HE|OL|VI|BR|NS|BO|AX|SA|TO|SI))(?![\w-])"
    r"|(?<=[(（])(?P<code>0\d{4})(?=[)）])"
    r"|(?<![\w$])\$(?P<cash>[A-Z]{1,5})\b(?![\d$])"
)
# one of these stands in every symbol; the pattern itself is tried only around them
_MARK = re.compile(
    r"[A-Z0-9]\.[A-Z]|[A-Zq美]\s{0,2}[:：]\s{0,2}[A-Z0-9]|[A-Z]-US|\$[A-Z]|[(（]0\d{4}"
)
_LONGEST = 13
_HONG_KONG = ("HKG", "HKEX", "SEHK", "HK")
_SUFFIXES = {"LON": ".L", "ETR": ".DE", "TYO": ".T", "SHA": ".SS", "SSE": ".SS"}
_SUFFIXES |= {"SHE": ".SZ", "SZSE": ".SZ", "SH": ".SS"}


def find_symbols(text: str) -> Iterator[tuple[int, int, str]]:
    """Find symbols that stand with an exchange.

    Yields
    ------
    tuple of int, int, str
        Where it stands, and the symbol as the price sources spell it (``9988.HK``, ``BT-A.L``).
    """
    last = 0
    for mark in _MARK.finditer(text):
        places = range(max(last, mark.start() - _LONGEST), mark.end())
        match = next(filter(None, (_SYMBOL.match(text, place) for place in places)), None)
        if match is not None:
            last = match.end()
            yield match.start(), match.end(), _spelt(match)


def _spelt(match: re.Match[str]) -> str:
    if match["ex"]:
        if match["ex"] in _HONG_KONG:
            return f"{match['symbol'].lstrip('0').zfill(4)}.HK"
        return match["symbol"] + _SUFFIXES.get(match["ex"], "")
    if match["code"]:
        return f"{match['code'][1:]}.HK"
    if match["local"]:
        if match["market"] == "HK":
            return f"{match['local'].lstrip('0').zfill(4)}.HK"
        return f"{match['local']}{_SUFFIXES.get(match['market'], '.' + match['market'])}"
    return re.sub(r"\.S$", ".SW", match["home"] or "") or match["ric"] or match["cash"] or ""
