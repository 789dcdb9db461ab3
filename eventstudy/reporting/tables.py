"""One table, four renderings: text, HTML, LaTeX and Markdown.

A ``Table`` holds values; formatting happens when it is rendered, so numbers stay numbers.
"""

from __future__ import annotations

import html
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

from eventstudy.reporting import formats

Kind = Literal[
    "text", "percent", "share", "interval", "number", "integer", "p_value", "day", "window", "flag"
]
_LEFT = frozenset({"text", "day", "flag"})

_LATEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "%": r"\%",
    "#": r"\#", "_": r"\_", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
    "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}",
    formats.MINUS: "$-$", formats.MISSING: "--", "…": r"\ldots{}",
    "∞": r"$\infty$", "·": r"\textperiodcentered{}",
}  # fmt: skip
_MARKDOWN = {character: "\\" + character for character in "\\`*_{}[]#|$~"} | {
    "<": "&lt;", ">": "&gt;", "&": "&amp;",
}  # fmt: skip


def escape_latex(text: str) -> str:
    r"""Make text harmless in LaTeX.

    >>> print(escape_latex("$\\input 5%"))
    \$\textbackslash{}input 5\%
    """
    return "".join(_LATEX.get(character, character) for character in text)


def escape_markdown(text: str) -> str:
    """Make text harmless in a Markdown table."""
    return "".join(_MARKDOWN.get(character, character) for character in text)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: the key it is read from, its heading, how its values are written.

    ``kind``: ``percent`` a signed decimal fraction in per cent, ``share`` the same without a
    sign and decimals, ``interval`` a pair of fractions, ``window`` a pair of relative days,
    ``flag`` yes or nothing; the others as they are called.
    ``optional`` marks columns that narrow screens may leave out.
    """

    key: str
    title: str
    kind: Kind = "text"
    decimals: int = 2
    optional: bool = False

    @property
    def align(self) -> Literal["left", "right"]:
        """Text to the left, numbers to the right."""
        return "left" if self.kind in _LEFT else "right"

    def write(self, value: Any) -> str:
        """Return the text of one value; ``–`` where it is missing."""
        match self.kind:
            case "text":
                return formats.MISSING if formats.is_missing(value) else formats.clean(str(value))
            case "percent":
                return formats.percent(value, self.decimals)
            case "share":
                return formats.percent(value, 0, signed=False)
            case "interval":
                return formats.interval(value, self.decimals)
            case "number":
                return formats.number(value, self.decimals)
            case "integer":
                return formats.number(value, 0)
            case "p_value":
                return formats.p_value(value)
            case "day":
                return formats.day(value)
            case "window":
                return formats.MISSING if formats.is_missing(value) else formats.window(value)
            case "flag":
                return "yes" if value is True else ""


@dataclass(frozen=True, slots=True, repr=False)
class Table:
    """A table as data.

    Attributes
    ----------
    title
        One line; may be empty.
    columns
        What is shown, from left to right.
    rows
        Values in the order of ``columns``.
    notes
        Sentences below the table.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Any, ...], ...]
    notes: tuple[str, ...] = ()

    @classmethod
    def from_records(
        cls,
        title: str,
        columns: Sequence[Column],
        records: Sequence[Mapping[str, Any]],
        notes: Sequence[str] = (),
    ) -> Table:
        """Build a table from mappings; a missing key is a missing value."""
        rows = tuple(tuple(record.get(column.key) for column in columns) for record in records)
        return cls(title, tuple(columns), rows, tuple(notes))

    @classmethod
    def from_frame(
        cls, title: str, columns: Sequence[Column], frame: pd.DataFrame, notes: Sequence[str] = ()
    ) -> Table:
        """Build a table from the rows of a frame."""
        records = [
            {str(key): value for key, value in record.items()}
            for record in frame.to_dict(orient="records")
        ]
        return cls.from_records(title, columns, records, notes)

    def cells(self) -> tuple[tuple[str, ...], ...]:
        """Return every value as text."""
        return tuple(
            tuple(column.write(value) for column, value in zip(self.columns, row, strict=True))
            for row in self.rows
        )

    def __repr__(self) -> str:
        """Read as the table itself, at a Python prompt as in print."""
        return self.to_text()

    def _repr_html_(self) -> str:
        return self.to_html()

    def to_text(self) -> str:
        """Render for a terminal: aligned columns, no colour, wide characters counted as two."""
        titles = tuple(column.title for column in self.columns)
        cells = self.cells()
        widths = [max(_width(row[i]) for row in (titles, *cells)) for i in range(len(self.columns))]
        rule = "─" * (sum(widths) + 2 * (len(widths) - 1))
        body = [self._text_row(row, widths) for row in (titles, *cells)]
        head = [formats.clean(self.title)] if self.title else []
        return "\n".join([*head, rule, body[0], rule, *body[1:], rule, *self.notes])

    def _text_row(self, row: Sequence[str], widths: Sequence[int]) -> str:
        parts = []
        for column, cell, width in zip(self.columns, row, widths, strict=True):
            gap = " " * (width - _width(cell))
            parts.append(cell + gap if column.align == "left" else gap + cell)
        return "  ".join(parts).rstrip()

    def to_html(self) -> str:
        """Render as an HTML table; every text is escaped and isolated in direction.

        Numeric cells carry their value in ``data-value`` so that a script can sort them.
        """
        parts = ["<table>"]
        if self.title:
            parts.append(f"<caption>{html.escape(formats.clean(self.title))}</caption>")
        heads = "".join(
            f'<th scope="col"{_html_class(column)}>{html.escape(column.title)}</th>'
            for column in self.columns
        )
        parts.append(f"<thead><tr>{heads}</tr></thead><tbody>")
        for row, cells in zip(self.rows, self.cells(), strict=True):
            parts.append(
                "<tr>"
                + "".join(
                    _html_cell(column, value, text)
                    for column, value, text in zip(self.columns, row, cells, strict=True)
                )
                + "</tr>"
            )
        parts.append("</tbody></table>")
        parts += [f'<p class="note">{html.escape(note)}</p>' for note in self.notes]
        return "\n".join(parts)

    def to_latex(self) -> str:
        """Render as a LaTeX ``table`` with booktabs rules; every text is escaped."""
        align = "".join("l" if column.align == "left" else "r" for column in self.columns)
        lines = [r"\begin{table}", r"\centering"]
        if self.title:
            lines.append(rf"\caption{{{escape_latex(formats.clean(self.title))}}}")
        lines += [rf"\begin{{tabular}}{{{align}}}", r"\toprule"]
        lines.append(_latex_row([column.title for column in self.columns]))
        lines.append(r"\midrule")
        lines += [_latex_row(row) for row in self.cells()]
        lines += [r"\bottomrule", r"\end{tabular}"]
        lines += [rf"\par\smallskip\footnotesize {escape_latex(note)}" for note in self.notes]
        return "\n".join([*lines, r"\end{table}"])

    def to_markdown(self) -> str:
        """Render as a Markdown table with aligned columns."""
        lines = [f"**{escape_markdown(formats.clean(self.title))}**", ""] if self.title else []
        lines.append(_markdown_row([column.title for column in self.columns]))
        marks = ("---" if column.align == "left" else "--:" for column in self.columns)
        lines.append("|" + "|".join(marks) + "|")
        lines += [_markdown_row(row) for row in self.cells()]
        for note in self.notes:
            lines += ["", escape_markdown(note)]
        return "\n".join(lines)


def _width(text: str) -> int:
    """Columns that a terminal gives to the text."""
    return sum(
        0 if unicodedata.combining(character)
        else 2 if unicodedata.east_asian_width(character) in "WF"
        else 1
        for character in text
    )  # fmt: skip


def _html_class(column: Column) -> str:
    names = [
        name for name, on in (("num", column.align == "right"), ("opt", column.optional)) if on
    ]
    return f' class="{" ".join(names)}"' if names else ""


def _html_cell(column: Column, value: Any, text: str) -> str:
    escaped = html.escape(text)
    if column.align == "left":
        return f"<td{_html_class(column)}><bdi>{escaped}</bdi></td>"
    key = value[0] if isinstance(value, tuple) else value
    data = "" if formats.is_missing(key) else f' data-value="{float(key):.10g}"'
    return f"<td{_html_class(column)}{data}>{escaped}</td>"


def _latex_row(cells: Sequence[str]) -> str:
    return " & ".join(escape_latex(cell) for cell in cells) + r" \\"


def _markdown_row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(escape_markdown(cell) for cell in cells) + " |"
