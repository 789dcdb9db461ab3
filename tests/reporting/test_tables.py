from __future__ import annotations

import math
from html.parser import HTMLParser

import pandas as pd
import pytest

from eventstudy.reporting.tables import Column, Kind, Table, escape_latex, escape_markdown

COLUMNS = (
    Column("name", "Name & mark_1"),
    Column("car", "CAR 5%", "percent"),
    Column("bounds", "95% interval", "interval"),
    Column("p", "p", "p_value", optional=True),
)
FRAME = pd.DataFrame(
    {
        "name": ["<b>Méta</b> & $x_1$", "腾讯"],
        "car": [-0.0123, math.nan],
        "bounds": [(-0.02, 0.004), None],
        "p": [0.0321, 0.00001],
    }
)


@pytest.fixture
def table() -> Table:
    return Table.from_frame("A title with 5% & more", COLUMNS, FRAME, ("A note: 100% sure.",))


def test_text(table: Table) -> None:
    assert repr(table) == str(table) == table.to_text()
    assert str(table).splitlines() == [
        "A title with 5% & more",
        "─" * 54,
        "Name & mark_1        CAR 5%      95% interval        p",
        "─" * 54,
        "<b>Méta</b> & $x_1$  −1.23%  −2.00% to +0.40%    0.032",
        "腾讯                      –                 –  < 0.001",
        "─" * 54,
        "A note: 100% sure.",
    ]


def test_markdown(table: Table) -> None:
    assert table.to_markdown().splitlines() == [
        "**A title with 5% &amp; more**",
        "",
        "| Name &amp; mark\\_1 | CAR 5% | 95% interval | p |",
        "|---|--:|--:|--:|",
        "| &lt;b&gt;Méta&lt;/b&gt; &amp; \\$x\\_1\\$ | −1.23% | −2.00% to +0.40% | 0.032 |",
        "| 腾讯 | – | – | &lt; 0.001 |",
        "",
        "A note: 100% sure.",
    ]


def test_latex(table: Table) -> None:
    name = r"\textless{}b\textgreater{}Méta\textless{}/b\textgreater{} \& \$x\_1\$"
    assert table.to_latex().splitlines() == [
        r"\begin{table}",
        r"\centering",
        r"\caption{A title with 5\% \& more}",
        r"\begin{tabular}{lrrr}",
        r"\toprule",
        r"Name \& mark\_1 & CAR 5\% & 95\% interval & p \\",
        r"\midrule",
        rf"{name} & $-$1.23\% & $-$2.00\% to +0.40\% & 0.032 \\",
        r"腾讯 & -- & -- & \textless{} 0.001 \\",
        r"\bottomrule",
        r"\end{tabular}",
        r"\par\smallskip\footnotesize A note: 100\% sure.",
        r"\end{table}",
    ]


def test_html(table: Table) -> None:
    page = table.to_html()
    assert "<b>" not in page
    assert "<td><bdi>&lt;b&gt;Méta&lt;/b&gt; &amp; $x_1$</bdi></td>" in page
    assert '<td class="num" data-value="-0.0123">−1.23%</td>' in page
    assert '<td class="num" data-value="-0.02">−2.00% to +0.40%</td>' in page
    assert '<td class="num opt" data-value="1e-05">&lt; 0.001</td>' in page
    assert '<td class="num">–</td>' in page
    assert table._repr_html_() == page
    depth: list[str] = []

    class Checker(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            depth.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert depth.pop() == tag

    Checker().feed(page)
    assert not depth


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("text", None, "–"), ("share", 0.384, "38%"), ("integer", 1234.0, "1,234"),
        ("window", (-1, 1), "[−1, +1]"), ("window", None, "–"), ("day", "2026-04-08", "2026-04-08"),
        ("flag", True, "yes"), ("flag", False, ""), ("number", -2.5, "−2.50"),
    ],
)  # fmt: skip
def test_every_kind_writes(kind: Kind, value: object, text: str) -> None:
    assert Column("x", "X", kind).write(value) == text


def test_missing_key_is_a_missing_value() -> None:
    assert Table.from_records("", COLUMNS, [{}]).cells() == (("–", "–", "–", "–"),)


def test_title_may_be_empty() -> None:
    table = Table.from_records("", COLUMNS, [])
    assert not table.to_markdown().startswith("*")
    assert "caption" not in table.to_latex() + table.to_html()


def test_no_markup_survives() -> None:
    wild = r"\input{/etc/passwd} {%#$&_^~} <script> | `x` [y](z) *b*"
    assert escape_latex(wild).startswith(r"\textbackslash{}input\{/etc/passwd\} \{\%\#\$\&\_")
    assert "<script>" not in escape_markdown(wild)
    assert r"\[y\](z)" in escape_markdown(wild)
