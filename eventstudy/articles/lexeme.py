"""Patterns that are searched only in texts that hold a piece of them.

A sentence rarely speaks of what a pattern looks for. Every match of ``lay(?:s|ing)? off`` holds
"lay", so that a look for that piece, far quicker than the search, rules most sentences out
(Cox, 2012, "Regular expression matching with a trigram index").
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

_CJK = re.compile(r"[\u3400-\u9fff]")
_QUANTIFIER = re.compile(r"[?*+]\??|\{(\d*),?\d*\}\??")
_GROUP = re.compile(r"\(\?(?:P<\w+>|[aiLmsux-]+:|:|P=\w+\)|[=!]|<[=!])")
_STRANGE = re.compile(r"(?<!\\)\(\?(?!P<|P=|[aiLmsux-]+:|:|[=!]|<[=!])")  # conditions, comments
_CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]")

Pieces = frozenset[str]


class Lexeme:
    """A compiled pattern and the pieces (in lower case) of which every match holds one.

    Parameters
    ----------
    pattern
        A regular expression.
    flags
        As for ``re.compile``; without ``IGNORECASE`` the text is handed in as the pattern wants.
    low
        Whether the text is always handed in in lower case.
    """

    __slots__ = ("low", "needles", "pattern")

    def __init__(self, pattern: str, flags: int = 0, *, low: bool = False) -> None:
        self.pattern = re.compile(pattern, flags)
        self.needles = needles(pattern)
        self.low = low

    def possible(self, text: str) -> bool:
        """Say whether a text in lower case holds a piece that every match needs."""
        if not self.needles:
            return True
        for needle in self.needles:  # noqa: SIM110 - a generator costs more than the looks
            if needle in text:
                return True
        return False

    def search(self, text: str, pos: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """As ``re.Pattern.search``."""
        low = text if self.low else text.lower()
        return self.pattern.search(text, pos, end) if self.possible(low) else None

    def finditer(self, text: str, pos: int = 0, end: int = sys.maxsize) -> Iterator[re.Match[str]]:
        """As ``re.Pattern.finditer``."""
        low = text if self.low else text.lower()
        return self.pattern.finditer(text, pos, end) if self.possible(low) else iter(())

    def match(self, text: str, pos: int = 0, end: int = sys.maxsize) -> re.Match[str] | None:
        """As ``re.Pattern.match``; a single place is quicker tried than looked at."""
        return self.pattern.match(text, pos, end)


def needles(pattern: str, *, cased: bool = False) -> tuple[str, ...]:
    r"""Return pieces of which every match of a pattern holds at least one.

    Parameters
    ----------
    pattern
        A regular expression.
    cased
        Whether capitals are kept, but for those within ``(?i:...)``; else all is in lower case.

    Returns
    -------
    tuple of str
        Sorted; empty where no piece of at least two letters (one Chinese sign) is sure.

    >>> needles(r"lay(?:s|ing)? off|cull(?:s|ed)?|\bsack(?=ed)")
    ('cull', 'lay', 'sack')
    """
    pieces = None if _STRANGE.search(pattern) else _alternatives(pattern, 0)[0]
    kept = pieces or frozenset()
    kept = kept if cased else frozenset(piece.lower() for piece in kept)
    return tuple(sorted(p for p in kept if not any(q != p and q in p for q in kept)))


def _alternatives(pattern: str, place: int) -> tuple[Pieces | None, int]:
    """Read alternatives up to the end or a closing bracket: one piece of each, if all have one."""
    total: Pieces | None = frozenset()
    while True:
        pieces, place = _sequence(pattern, place)
        total = total | pieces if total is not None and pieces else None
        if place >= len(pattern) or pattern[place] == ")":
            return total, place
        place += 1  # the bar between two alternatives


def _sequence(pattern: str, place: int) -> tuple[Pieces | None, int]:
    """Read one alternative: the best of its pieces."""
    found: list[Pieces] = []
    run = ""
    while place < len(pattern) and pattern[place] not in "|)":
        literal, inner, place, sure = _atom(pattern, place)
        if literal and sure:
            run += literal
            continue
        if run:
            found.append(frozenset({run}))
            run = ""
        if inner and sure:
            found.append(inner)
    if run:
        found.append(frozenset({run}))
    sound = [pieces for pieces in found if all(len(p) > 1 or _CJK.match(p) for p in pieces)]
    return max(sound, key=_worth, default=None), place


def _worth(pieces: Pieces) -> tuple[int, int]:
    return min(len(p.strip()) * (3 if _CJK.search(p) else 1) for p in pieces), -len(pieces)


def _atom(pattern: str, place: int) -> tuple[str, Pieces | None, int, bool]:
    """Read an atom: its letter, its pieces, where it ends, and whether it has to be there."""
    literal, inner = "", None
    sign = pattern[place]
    if sign == "(":
        head = _GROUP.match(pattern, place)
        start = head.end() if head else place + 1
        if head and head[0].startswith("(?P="):
            end = start
        else:
            inner, end = _alternatives(pattern, start)
            end += 1
            if inner and head and head[0].startswith("(?i"):
                inner = frozenset(piece.lower() for piece in inner)
        if head and head[0].endswith("!"):
            inner = None
    elif sign == "[":
        end = _class_end(pattern, place)
    elif sign == "\\":
        end = place + 2
        literal = "" if pattern[place + 1].isalnum() else pattern[place + 1]
    else:
        end = place + 1
        literal = "" if sign in ".^$" else sign
    quantifier = _QUANTIFIER.match(pattern, end)
    if quantifier is None:
        return literal, inner, end, True
    needed = quantifier[0][0] == "+" or (quantifier[1] or "0") not in ("", "0")
    pieces = inner if inner else frozenset({literal}) if literal else None
    return "", pieces if needed else None, quantifier.end(), needed


def _class_end(pattern: str, place: int) -> int:
    found = _CLASS.match(pattern, place)
    return found.end() if found else len(pattern)
