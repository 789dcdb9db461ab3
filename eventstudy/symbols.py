"""Symbols over time: which symbol a security's history is filed under today.

Price sources file a renamed company's whole history under its last symbol (SQ's prices of 2024
are found under XYZ). Events and articles rightly bear the symbol of their day. This module joins
the two, from ``symbols.csv``.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class SymbolSpan:
    """The days on which a symbol was in use, and the symbol that followed it, if any."""

    symbol: str
    start: date
    end: date
    later: str | None
    note: str


@cache
def symbol_history() -> dict[str, SymbolSpan]:
    """Return the shipped table of symbols that changed or ended, keyed by the old symbol."""
    text = files("eventstudy").joinpath("symbols.csv").read_text("utf-8")
    return {
        row["symbol"]: SymbolSpan(
            symbol=row["symbol"],
            start=date.fromisoformat(row["from"]),
            end=date.fromisoformat(row["until"]),
            later=row["later"] or None,
            note=row["note"],
        )
        for row in csv.DictReader(text.splitlines())
    }


def current_symbol(symbol: str) -> str:
    """Return the symbol under which the whole history of ``symbol``'s security is filed today.

    >>> current_symbol("FB"), current_symbol("META"), current_symbol("TWTR")
    ('META', 'META', 'TWTR')
    """
    history = symbol_history()
    seen = {symbol}
    while (span := history.get(symbol)) is not None and span.later and span.later not in seen:
        symbol = span.later
        seen.add(symbol)
    return symbol
