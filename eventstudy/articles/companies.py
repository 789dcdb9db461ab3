"""Names of companies to securities.

The alias table is data (``lexicon/companies.csv``): what a company is called, from when to when,
and whether it is listed, private, a publisher, an analyst's house, or a product that stands for its
maker; a ``phrase`` is the contrary, words that hold a name and are none ("Amazon rainforest",
"可灵活" over 可灵). Names are matched letter by letter, case and word bounds observed; nothing is
ever assigned by likeness (:func:`suggest` only suggests).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, NamedTuple, cast, get_args

import ahocorasick

from eventstudy.articles.wording import wording
from eventstudy.errors import ArticleError
from eventstudy.symbols import symbol_history

Kind = Literal[
    "listed", "private", "publisher", "analyst", "product", "model", "person", "phrase"
]
_KINDS: tuple[Kind, ...] = get_args(Kind)
_COLUMNS = ("alias", "company", "ticker", "kind", "from", "until", "primary", "word")


class Alias(NamedTuple):
    """One row of the alias table.

    Attributes
    ----------
    alias, company
        The words, and the company they stand for.
    ticker
        Its symbol today, ``""`` if it has none.
    kind
        ``listed``, ``private``, ``publisher``, ``analyst`` (a house whose opinions are quoted; it
        may be listed), ``product`` (a service or unit) or ``model`` (an AI model) of the company.
    start, end
        The days on which the alias holds; ``None`` where open.
    primary
        Whether the ticker is the company's main line.
    word
        Whether the alias is also an ordinary word, so that it needs a company's context.
    """

    alias: str
    company: str
    ticker: str
    kind: Kind
    start: date | None
    end: date | None
    primary: bool
    word: bool


@dataclass(frozen=True, slots=True)
class Mention:
    """A company named in the text."""

    company: str
    ticker: str | None
    kind: Kind
    words: str
    span: tuple[int, int]
    rule: str


@dataclass(frozen=True, eq=False)
class CompanyTable:
    """The aliases, compiled for search."""

    aliases: tuple[Alias, ...]
    automaton: Any
    tickers: dict[str, str]
    symbols: dict[str, Alias]
    lines: dict[str, tuple[str, ...]]
    ended: dict[str, date]

    def ticker_on(self, company: str, day: date | None) -> str | None:
        """Return the symbol under which a company trades on a day; ``None`` if it does not.

        Parameters
        ----------
        company
            The company's name as the table spells it.
        day
            The day; ``None`` for today's symbol.
        """
        current = self.tickers.get(company)
        if current is None or day is None:
            return current
        for old, span in symbol_history().items():
            if span.later == current and span.start <= day <= span.end:
                return old
        ended = self.ended.get(current)
        return None if ended is not None and day > ended else current

    def delisted(self, company: str, day: date | None) -> bool:
        """Say whether a company was once listed and no longer is on that day."""
        return company in self.tickers and self.ticker_on(company, day) is None


def _parse(text: str, name: str) -> list[Alias]:
    rows = csv.DictReader(text.splitlines())
    missing = {"alias", "company", "ticker", "kind"} - set(rows.fieldnames or ())
    if missing:
        raise ArticleError(
            f"{name} lacks the column(s) {', '.join(sorted(missing))}; a company table has "
            f"{', '.join(_COLUMNS)}.",
            path=name,
        )
    aliases = []
    for number, row in enumerate(rows, start=2):
        if row["kind"] not in _KINDS or not row["alias"]:
            raise ArticleError(
                f"{name}, line {number}: kind {row['kind']!r} of alias {row['alias']!r} is not one "
                f"of {', '.join(_KINDS)}.",
                path=name,
                line=number,
            )
        try:
            start, end = (
                date.fromisoformat(row[key]) if row.get(key) else None for key in ("from", "until")
            )
        except ValueError as error:
            raise ArticleError(
                f"{name}, line {number}: {error}; days are written YYYY-MM-DD.",
                path=name,
                line=number,
            ) from error
        kind = cast("Kind", row["kind"])
        aliases.append(
            Alias(
                alias=row["alias"],
                company=row["company"],
                ticker=row["ticker"] or "",
                kind=kind,
                start=start,
                end=end,
                primary=(row.get("primary") or "yes") == "yes",
                word=(row.get("word") or "") == "yes",
            )
        )
    return aliases


def build_table(aliases: Iterable[Alias]) -> CompanyTable:
    """Compile aliases; of two equal ones the later counts, so that a user's rows win."""
    by_words: dict[str, list[Alias]] = {}
    tickers: dict[str, str] = {}
    symbols: dict[str, Alias] = {}
    rows = tuple(aliases)
    for row in rows:
        by_words.setdefault(row.alias, []).insert(0, row)
        if row.ticker:
            symbols[row.ticker] = row
            if row.primary:
                tickers[row.company] = row.ticker
    automaton = ahocorasick.Automaton()
    for words, same in by_words.items():
        automaton.add_word(words, same)
        if len(words) > 3 and not same[0].word and words.upper() not in by_words:
            automaton.add_word(words.upper(), same)  # headings shout ("SALESFORCE - ...")
    automaton.make_automaton()
    ended = {s.symbol: s.end for s in symbol_history().values() if s.later is None}
    lines: dict[str, tuple[str, ...]] = {}
    for symbol, row in symbols.items():
        lines[row.company] = (*lines.get(row.company, ()), symbol)
    return CompanyTable(rows, automaton, tickers, symbols, lines, ended)


@cache
def company_table(path: str = "") -> CompanyTable:
    """Return the shipped table, with a user's own rows added.

    Parameters
    ----------
    path
        A CSV file with the columns of ``lexicon/companies.csv``; ``""`` for the shipped table
        alone.

    Raises
    ------
    ArticleError
        The user's table cannot be read.
    """
    shipped = files("eventstudy.articles").joinpath("lexicon/companies.csv").read_text("utf-8")
    aliases = _parse(shipped, "companies.csv")
    if path:
        try:
            own = Path(path).read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise ArticleError(
                f"The company table {path} cannot be read: {error}.", path=path
            ) from error
        aliases += _parse(own, path)
    return build_table(aliases)


_RIC = re.compile(
    r"[(\[（]?\b(?P<ex>NYSE|NASDAQ|Nasdaq|NasdaqGS|AMEX|HKG|HKEX|SEHK|SHA|SHE|SZSE|SSE|TYO|LON|ETR)"
    r"\s*[:：]\s*(?P<symbol>[A-Z0-9.]{1,8})\b[)\]）]?"
    r"|\b(?P<ric>[A-Z]{1,5})\.(?P<suffix>O|N|OQ|K|US)\b"
    r"|\b(?P<local>\d{4,6})\.(?P<market>HK|SZ|SS|SH|KS|T)\b"
    r"|(?<=[(（])(?P<code>0\d{4})(?=[)）])"
    r"|(?<![\w$])\$(?P<cash>[A-Z]{1,5})\b(?!\d)"
)
_HONG_KONG = ("HKG", "HKEX", "SEHK")
_MODEL_TAIL = re.compile(
    r"(?:[\s-]?(?:v|V)?\d+(?:\.\d+)*(?:[A-Za-z]\b|B\b)?|[\s-](?:Pro|Flash|Ultra|Nano|Max|Mini|mini|Turbo"
    r"|Opus|Sonnet|Haiku|Spark|Image|Video|Code|Coder|Plus|Preview|Lite|Super|Omni|Thinking|Scout"
    r"|Maverick|Instruct|Large|Medium|Small|Codex|Glimmer|Chat|Bot|Banana|Deep Think|Live|Live|Act"
    r"|Premier|Micro|Sonic|Lightning|Voice|Research|Heavy|Fast|Behemoth|Math|Vision|VL|Audio|Next|Air"
    r"|[A-Z]{1,2}\d+(?:\.\d+)?|R\d|V\d(?:\.\d)?|\d+B|A\d+B|E\d+B|o\d|4o|4\.1|5)\b)*"
)
_MOVES = (
    r" (?:rose|fell|closed|gained|slid|dropped|climbed|added|lost|ended|jumped|surged|tumbled"
    r"|plunged|shares|stock|was (?:up|down))\b"
)
_AFTER_NAME = wording("companies.after_name")


def find_companies(text: str, day: date | None, table: CompanyTable) -> list[Mention]:
    """Find every company named in a text.

    Parameters
    ----------
    text
        An article's text; spans point into it.
    day
        The day of publication: aliases and symbols are taken as of then.
    table
        The alias table.

    Returns
    -------
    list of Mention
        In order of place, not overlapping, the longest name first. A product counts as a mention
        of its maker; an AI model's name runs on over its version ("Gemini 2.5 Pro"); a bare
        symbol counts where the text also names its company.
    """
    found: list[tuple[int, int, Alias, str]] = []
    for last, same in table.automaton.iter(text):
        row = _valid(same, day)
        if row is None:
            continue
        start, end = last - len(row.alias) + 1, last + 1
        if row.kind == "model":
            tail = _MODEL_TAIL.match(text, end)
            end = tail.end() if tail else end
        if _bounded(text, start, end, row):
            rule = "symbol" if row.alias == row.ticker and not row.primary else row.kind
            found.append((start, end, row, f"company.{rule}"))
    for match in _RIC.finditer(text):
        symbol = _symbol(match)
        known = table.symbols.get(symbol)
        if known is not None:
            found.append((match.start(), match.end(), known, "company.symbol"))
    found += _bare_symbols(text, {hit[2].company for hit in found}, table)
    kept: list[tuple[int, int, Alias, str]] = []
    for hit in sorted(found, key=lambda hit: (hit[0] - hit[1], hit[0])):
        if all(hit[1] <= other[0] or hit[0] >= other[1] for other in kept):
            kept.append(hit)
    return [
        Mention(
            company=row.company,
            ticker=row.ticker
            if row.ticker and not row.primary
            else table.ticker_on(row.company, day),
            kind=row.kind,
            words=text[start:end],
            span=(start, end),
            rule=rule,
        )
        for start, end, row, rule in sorted(kept, key=lambda hit: hit[0])
    ]


def _bare_symbols(
    text: str, companies: set[str], table: CompanyTable
) -> list[tuple[int, int, Alias, str]]:
    """Find symbols that stand alone ("SNAP closed at ..."), of companies the text names."""
    symbols = sorted({table.tickers[c] for c in companies if c in table.tickers})
    if not symbols:
        return []
    long = "|".join(re.escape(s) for s in symbols if len(s) > 2) or "(?!)"
    short = "|".join(re.escape(s) for s in symbols if len(s) <= 2) or "(?!)"
    pattern = re.compile(rf"(?<![\w.:$'’-])(?:(?:{long})(?![\w.-])|(?:{short})(?={_MOVES}))")
    return [
        (m.start(), m.end(), table.symbols[m[0]], "company.symbol") for m in pattern.finditer(text)
    ]


def _valid(same: list[Alias], day: date | None) -> Alias | None:
    for row in same:
        early = row.start is not None and day is not None and day < row.start
        late = row.end is not None and (day is None or day > row.end)
        if not early and not late:
            return row
    return None


def _bounded(text: str, start: int, end: int, row: Alias) -> bool:
    """Say whether the place is a whole name, and a name rather than a word."""
    before = text[start - 1] if start else " "
    after = text[end] if end < len(text) else " "
    latin = row.alias[0].isascii()
    if latin and before.isascii() and (before.isalnum() or before in "@#_"):
        return False
    if before == "-" and start > 1 and text[start - 2].isalpha() and latin:
        return False
    if row.alias[-1].isascii() and row.alias[-1].isalnum() and after.isascii() and after.isalnum():
        return False
    if after == "-" and end + 1 < len(text) and text[end + 1].islower() and row.word:
        return False
    if not row.word:
        return True
    if re.match(
        r"\s[A-Z][a-z]+(?<!Inc)(?<!Corp)\b", text[end : end + 14]
    ) and not _AFTER_NAME.match(text, end):
        return False  # part of a longer name ("Target Field", "Block Island")
    head = text[max(0, start - 4) : start]
    opens = start < 4 or bool(re.search(r"[.!?:。“\"\n]\s*$", head))
    return not opens or _AFTER_NAME.match(text, end) is not None


def _symbol(match: re.Match[str]) -> str:
    if match["ex"]:
        if match["ex"] in _HONG_KONG:
            return f"{match['symbol'].zfill(4)}.HK"
        return match["symbol"]
    if match["code"]:
        return f"{match['code'][1:]}.HK"
    if match["local"]:
        if match["market"] == "HK":
            return f"{match['local'].lstrip('0').zfill(4)}.HK"
        return f"{match['local']}.{match['market']}"
    return match["ric"] or match["cash"] or ""


def suggest(name: str, table: CompanyTable, limit: int = 3) -> list[Alias]:
    """Return rows whose alias is like a name, for a person to look at; none is ever assigned."""
    from rapidfuzz import fuzz, process

    words = [row.alias for row in table.aliases]
    hits = process.extract(name, words, scorer=fuzz.ratio, limit=limit, score_cutoff=80)
    return [table.aliases[index] for _, _, index in hits]
