"""Names that try to be formulas, markup, code or too long: harmless in every format."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import re

import pandas as pd
import pytest
from pypdf import PdfReader

from eventstudy.reporting import figures, formats, html, pdf, summaries
from eventstudy.reporting.content import ReportContent
from eventstudy.reporting.exports import report_tables
from eventstudy.reporting.tables import Column, Table
from eventstudy.results.document import results_document
from tests.reporting.conftest import example_content
from tests.reporting.test_html import Page

NAMES = {
    "formula": "=cmd()|'/C calc'!A1",
    "script": "</title><script>alert(1)</script>",
    "typst": '#read("/etc/hosts") *bold* $y$ <label> @ref',
    "latex": "$\\input{x} 100% & _{b} ~ ^ \\\\",
    "markdown": "a | b ` [c](javascript:d) <!--",
    "jinja": "{{ 7*7 }} {% raw %}",
    "right-to-left": "שלום \u202e evil \u2066 مرحبا",
    "four bytes": "𠮷野家 🚀",
    "long": "Very long name " * 20,
    "control": "nul\x00 bell\x07\nnew line",
}
each_name = pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)


def named(name: str) -> ReportContent:
    """A report in which title, groups, companies, tickers and texts have the name."""
    plain = example_content(n=12, simulated=False, title=name)
    events = plain.events.assign(company=name, ticker=name, what=name, sources=name)
    groups = tuple(dataclasses.replace(group, label=name) for group in plain.groups)
    return dataclasses.replace(
        plain, events=events, groups=groups, warnings=((name, name),), compared=(name, name)
    )


@each_name
def test_html(name: str) -> None:
    content = named(name)
    text = html.render_html(content, figures.render_figures(content))
    page = Page(text)
    assert page.tags.count("script") == 1
    assert formats.clean(name) in " ".join("".join(page.text).split())
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00\x07]", text)
    assert not [link for link in page.anchors if link.startswith("javascript")]


@each_name
def test_pdf(name: str) -> None:
    """The checks of PDF/UA-1 pass; the name stands there, or says what could not be shown."""
    pytest.importorskip("typst")
    content = named(name)
    data = pdf.render_pdf(content, figures.render_figures(content))
    assert b"pdfuaid:part" in data
    reader = PdfReader(io.BytesIO(data))
    assert reader.metadata is not None
    if name.isascii():
        assert reader.metadata.title == formats.clip(formats.clean(name), 400)
    text = "".join("".join(page.extract_text() for page in reader.pages).split())
    assert name[:1] in text or "character" in text
    assert len(reader.pages) < 15


@each_name
def test_csv(name: str) -> None:
    rows = list(csv.DictReader(io.StringIO(report_tables(named(name))["events.csv"].decode())))
    assert {row["company"].removeprefix("'") for row in rows} == {name}
    assert rows[0]["company"][0] not in "=+-@\t\r"


@each_name
def test_tables(name: str) -> None:
    """Every row keeps its columns, whatever stands in a cell."""
    table = Table.from_records(
        name, (Column("a", "A"), Column("b", "B", "integer")), [{"a": name, "b": 7}]
    )
    latex = table.to_latex().splitlines()
    row = latex[latex.index(r"\midrule") + 1]
    bare = re.sub(r"\\text\w+\{\}|\\[&%$#_{}]|\$-\$", "", row.removesuffix(r" & 7 \\"))
    assert not set(bare) & set("\\$&%#_{}~^")
    markdown = table.to_markdown().splitlines()[-1]
    assert len(re.findall(r"(?<!\\)\|", markdown)) == 3
    assert "<" not in markdown
    assert len(table.to_text().splitlines()) == 6
    assert "<script" not in table.to_html()


@each_name
def test_json(name: str) -> None:
    document = results_document(named(name), 12).model_dump(mode="json")
    assert json.loads(json.dumps(document, ensure_ascii=False))["title"] == name


def test_a_name_is_shortened_where_room_is_short() -> None:
    content = named("x" * 300)
    row = next(iter(summaries.event_records(content)))
    assert (len(row["ticker"]), len(row["company"])) == (14, 60)
    assert isinstance(content.events, pd.DataFrame)
