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
from operator import itemgetter
from pathlib import Path
from typing import Literal, NamedTuple, get_args

from eventstudy.articles.exchange_symbols import find_symbols
from eventstudy.articles.wording import wording
from eventstudy.errors import ArticleError
from eventstudy.symbols import SymbolSpan, current_symbol, symbol_history

Kind = Literal["listed", "private", "publisher", "analyst", "product", "model", "person", "phrase"]
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
        may be listed), ``product`` (a service or unit), ``model`` (an AI model) or ``person`` (who
        speaks for it) of the company, or ``phrase`` (no company, though the words hold its name).
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
    """The aliases, filed under how they begin."""

    aliases: tuple[Alias, ...]
    heads: dict[str, list[Alias]]
    shouted: dict[str, list[str]]
    tickers: dict[str, str]
    symbols: dict[str, Alias]
    lines: dict[str, tuple[str, ...]]
    ended: dict[str, date]
    former: dict[str, list[SymbolSpan]]
    private: frozenset[str]

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
        for span in self.former.get(current, ()):
            if span.start <= day <= span.end:
                return span.symbol
        ended = self.ended.get(current)
        return None if ended is not None and day > ended else current

    def delisted(self, company: str, day: date | None) -> bool:
        """Say whether a company was listed and is gone by that day, not just taken private."""
        gone = company in self.tickers and self.ticker_on(company, day) is None
        return gone and company not in self.private


def _parse(text: str, name: str) -> list[Alias]:
    rows = csv.reader(text.splitlines())
    columns = next(rows, [])
    missing = {"alias", "company", "ticker", "kind"} - set(columns)
    if missing:
        raise ArticleError(
            f"{name} lacks the column(s) {', '.join(sorted(missing))}; a company table has "
            f"{', '.join(_COLUMNS)}.",
            path=name,
        )
    width = len(columns)
    cells_of = itemgetter(*(columns.index(c) if c in columns else width for c in _COLUMNS))
    padding = [""] * (width + 1)
    aliases = []
    for cells in filter(None, rows):
        alias, company, ticker, kind, start, end, primary, word = cells_of(cells + padding)
        if kind not in _KINDS or not alias:
            why = f"kind {kind!r} of alias {alias!r} is not one of {', '.join(_KINDS)}"
            raise _refusal(name, rows.line_num, why)
        try:
            first = date.fromisoformat(start) if start else None
            last = date.fromisoformat(end) if end else None
        except ValueError as error:
            why = f"{error}; days are written YYYY-MM-DD"
            raise _refusal(name, rows.line_num, why) from error
        row = (company, ticker, kind, first, last, primary in ("", "yes"), word == "yes")
        aliases.append(Alias(alias.replace("’", "'"), *row))
    return aliases


def _refusal(name: str, line: int, why: str) -> ArticleError:
    return ArticleError(f"{name}, line {line}: {why}.", path=name, line=line)


# a text is looked through beginning by beginning: a run of letters, of digits, or any other sign,
# which of Chinese comes with the next
_HEAD = re.compile(r"[A-Za-z]+|[0-9]+|\S")


def build_table(aliases: Iterable[Alias]) -> CompanyTable:
    """File aliases for search; of two equal ones the later counts, so that a user's rows win."""
    heads: dict[str, list[Alias]] = {}
    tickers: dict[str, str] = {}
    symbols: dict[str, Alias] = {}
    rows = tuple(aliases)
    for row in rows:
        begin = _HEAD.match(row.alias) if row.alias[0].isascii() else None
        heads.setdefault(begin[0] if begin else row.alias[:2], []).append(row)
        if row.ticker:
            symbols[row.ticker] = row
            if row.primary:
                tickers[row.company] = row.ticker
    shouted: dict[str, list[str]] = {}
    for head in filter(str.isascii, heads):
        shouted.setdefault(head.upper(), []).append(head)
    ended: dict[str, date] = {}
    former: dict[str, list[SymbolSpan]] = {}
    for span in symbol_history().values():
        if span.later is None:
            ended[span.symbol] = span.end
        else:
            former.setdefault(current_symbol(span.symbol), []).append(span)
    lines: dict[str, tuple[str, ...]] = {}
    for symbol, row in symbols.items():
        lines[row.company] = (*lines.get(row.company, ()), symbol)
    private = frozenset(row.company for row in rows if row.kind == "private")
    return CompanyTable(rows, heads, shouted, tickers, symbols, lines, ended, former, private)


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


_MODEL_TAIL = re.compile(
    r"(?:[\s-]?(?:v|V)?\d+(?:\.\d+)*(?:[A-Za-z]\b|B\b)?|[\s-](?:Pro|Flash|Ultra|Nano|Max|Mini|mini|Turbo"
    r"|Opus|Sonnet|Haiku|Spark|Image|Video|Code|Coder|Plus|Preview|Lite|Super|Omni|Thinking|Scout"
    r"|Maverick|Instruct|Large|Medium|Small|Codex|Glimmer|Chat|Bot|Banana|Deep Think|Live|Act"
    r"|Premier|Micro|Sonic|Lightning|Voice|Research|Heavy|Fast|Behemoth|Math|Vision|VL|Audio|Next|Air"
    r"|[A-Z]{1,2}\d+(?:\.\d+)?|R\d|V\d(?:\.\d)?|\d+B|A\d+B|E\d+B|o\d|4o|4\.1|5)\b)*"
)
_BARE_SYMBOL = re.compile(r"(?<![\w.:$'-])[A-Z]{1,5}(?:-[A-Z])?(?![\w.-])")
_MOVES = re.compile(
    r" (?:rose|fell|closed|gained|slid|dropped|climbed|added|lost|ended|jumped|surged|tumbled"
    r"|plunged|shares|stock|was (?:up|down))\b"
)
_AFTER_NAME = wording("companies.after_name")
# an ordinary word of Chinese is a name only beside what is said of companies
_AFTER_CHINESE = re.compile(
    r"公司|集团|集團|汽车|汽車|裁|宣布|宣佈|发布|發布|推出|股价|股價|员工|員工|收[涨跌报盘漲報盤]|[涨跌漲]"
    r"|计划|計劃|方面|创始|創辦|高管|[今去明]年|[昨周将將已也、(（]|CEO|20\d\d年"
)
# "Tom Ford", "Ms. Lilly": a person who bears a company's name
_PERSON = re.compile(
    r"\b(?:M(?:r|s|rs)\.?|Dr\.?|Sir|Lady|Senator|Sen\.|Rep\.|Gov\.|Governor|Adam|Alan|Alex|Amy|Andrew|Anna"
    r"|Anthony|Ben|Betty|Bob|Brian|Carol|Charles|Chris|Dan|Daniel|David|Doug|Edward|Elizabeth|Emma"
    r"|Eric|Frank|George|Greg|Harrison|Henry|Jack|James|Jane|Jason|Jeff|Jim|Joe|John|Kevin|Larry|Laura"
    r"|Linda|Lisa|Maria|Mark|Mary|Michael|Mike|Patrick|Paul|Peter|Richard|Rob|Robert|Ryan|Sam|Sarah"
    r"|Scott|Stephen|Steven?|Susan|Thomas|Tim|Tom|Tony|Walter|William)\s$"
)
_ARTICLE = re.compile(r"\b(?:[Tt]he|[Aa]n?|[Tt]his|[Tt]hat|[Tt]heir|[Oo]ur|[Yy]our)\s$")
# symbols that are also words: alone, they need a move beside them
_WORD_SYMBOL = re.compile(
    r"..?|ALL|ARE|BIG|CAKE|CARS?|CASH|CAT|COMP|COST|DAY|EAT|EDIT|FAST|FIVE|FORM|FUN|GAP|HAS|HOOD|KEY"
    r"|LOW|MAN|MET|NET|NICE|NOW|OPEN|PATH|PLAY|REAL|ROOT|RUN|SAIL|STEM|TAP|TEAM|TECH|TRUE|VIEW|WELL"
)


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
    original, text = text, text.replace("’", "'")
    found: list[tuple[int, int, Alias, str]] = []
    for begin in _HEAD.finditer(text):
        start, head = begin.start(), begin[0]
        pair = text[start : start + 2]
        if head not in table.heads and pair not in table.heads and head not in table.shouted:
            continue  # most words begin no name
        for row in _standing(text, start, head, day, table):
            end = start + len(row.alias)
            if row.kind == "model":
                tail = _MODEL_TAIL.match(text, end)
                end = tail.end() if tail else end
            if _bounded(text, start, end, row):
                rule = "symbol" if row.alias == row.ticker and not row.primary else row.kind
                found.append((start, end, row, f"company.{rule}"))
    for start, end, symbol in find_symbols(text):
        if symbol in table.symbols:
            found.append((start, end, table.symbols[symbol], "company.symbol"))
    found += _bare_symbols(text, {hit[2].company for hit in found}, table)
    kept: list[tuple[int, int, Alias, str]] = []
    taken = bytearray(len(text))
    for hit in sorted(found, key=lambda hit: (hit[0] - hit[1], hit[0])):
        if taken.find(1, hit[0], hit[1]) < 0:
            taken[hit[0] : hit[1]] = b"\x01" * (hit[1] - hit[0])
            kept.append(hit)
    return [
        Mention(
            company=row.company,
            ticker=row.ticker
            if row.ticker and not row.primary
            else table.ticker_on(row.company, day),
            kind=row.kind,
            words=original[start:end],
            span=(start, end),
            rule=rule,
        )
        for start, end, row, rule in sorted(kept, key=lambda hit: hit[0])
        if row.kind != "phrase"
    ]


def _bare_symbols(
    text: str, companies: set[str], table: CompanyTable
) -> list[tuple[int, int, Alias, str]]:
    """Find symbols that stand alone ("SNAP closed at ..."), of companies the text names."""
    symbols = {table.tickers[c] for c in companies if c in table.tickers}
    return [
        (m.start(), m.end(), table.symbols[m[0]], "company.symbol")
        for m in _BARE_SYMBOL.finditer(text)
        if m[0] in symbols and (not _WORD_SYMBOL.fullmatch(m[0]) or _MOVES.match(text, m.end()))
    ]


def _standing(
    text: str, start: int, head: str, day: date | None, table: CompanyTable
) -> list[Alias]:
    """Return the aliases that stand at a place, of equal ones the last that holds on the day."""
    here: dict[str, Alias] = {}
    if head in table.shouted:  # headings shout ("SALESFORCE - ...")
        for row in (row for key in table.shouted[head] for row in table.heads[key]):
            loud = row.alias.upper()
            if len(loud) > 3 and not row.word and text.startswith(loud, start) and _valid(row, day):
                here[loud] = row
    pair = [] if head.isascii() else table.heads.get(text[start : start + 2], [])
    for row in table.heads.get(head, []) + pair:
        if text.startswith(row.alias, start) and _valid(row, day):
            here[row.alias] = row
    return list(here.values())


def _valid(row: Alias, day: date | None) -> bool:
    early = row.start is not None and day is not None and day < row.start
    return not early and (row.end is None or (day is not None and day <= row.end))


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
    named = latin and row.kind in ("listed", "private") and " " not in row.alias
    if named and _PERSON.search(text, max(0, start - 13), start):
        return False
    if not row.word:
        return True
    if not latin:
        return before == "、" or _AFTER_CHINESE.match(text, end) is not None
    if re.match(
        r"\s[A-Z][a-z]+(?<!Inc)(?<!Corp)\b", text[end : end + 14]
    ) and not _AFTER_NAME.match(text, end):
        return False  # part of a longer name ("Target Field", "Block Island")
    opens = start < 4 or re.search(r"[.!?:。“\"\n]\s*$", text[max(0, start - 4) : start])
    opens = opens or _ARTICLE.search(text, max(0, start - 6), start)
    return not opens or _AFTER_NAME.match(text, end) is not None


def suggest(name: str, table: CompanyTable, limit: int = 3) -> list[Alias]:
    """Return rows whose alias is like a name, for a person to look at; none is ever assigned."""
    from rapidfuzz import fuzz, process

    words = [row.alias for row in table.aliases]
    hits = process.extract(name, words, scorer=fuzz.ratio, limit=limit, score_cutoff=80)
    return [table.aliases[index] for _, _, index in hits]
