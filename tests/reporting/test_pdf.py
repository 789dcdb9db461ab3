from __future__ import annotations

import dataclasses
import io
from pathlib import Path

import pandas as pd
import pytest
from pypdf import PdfReader

from eventstudy.errors import EventStudyError
from eventstudy.reporting import pdf
from eventstudy.reporting.content import ReportContent
from eventstudy.reporting.figures import render_figures
from eventstudy.reporting.narrative import headline, interpret
from eventstudy.reporting.rendering import RenderedFigure
from eventstudy.study import EventStudy
from tests.reporting.conftest import example_content

pytest.importorskip("typst", reason="the extra 'report' is not installed")

Drawn = dict[str, tuple[RenderedFigure, ...]]


@pytest.fixture(scope="module")
def drawn(content: ReportContent) -> Drawn:
    return render_figures(content)


@pytest.fixture(scope="module")
def data(content: ReportContent, drawn: Drawn) -> bytes:
    return pdf.render_pdf(content, drawn)


@pytest.fixture(scope="module")
def reader(data: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(data))


def test_it_is_tagged_and_says_so(reader: PdfReader, data: bytes) -> None:
    assert b"pdfuaid:part" in data
    root = reader.root_object
    assert bool(root["/MarkInfo"]["/Marked"])  # type: ignore[index]
    assert str(root["/Lang"]) == "en"
    assert reader.metadata is not None
    assert reader.metadata.title == (
        "SIMULATED: Did the market react to layoffs and AI model launches?"
    )
    assert reader.metadata.creation_date is None


def test_every_font_is_embedded(reader: PdfReader) -> None:
    found = set()
    for page in reader.pages:
        for font in page["/Resources"].get("/Font", {}).values():  # type: ignore[attr-defined]
            below = font.get_object()["/DescendantFonts"][0].get_object()
            descriptor = below["/FontDescriptor"]
            found.add(str(below["/BaseFont"]))
            assert {"/FontFile2", "/FontFile3"} & set(descriptor)
    assert any("Libertinus" in name for name in found)


def test_the_answer_is_on_the_first_page(reader: PdfReader) -> None:
    first = " ".join(reader.pages[0].extract_text().split())
    assert "SIMULATED: every number here rests on an invented market." in first
    assert "shares fell by 1.2% on average" in first
    assert "Layoffs" in first
    assert "−1.19%" in first


def test_every_page_says_simulated(reader: PdfReader) -> None:
    assert all("SIMULATED PRICES" in page.extract_text() for page in reader.pages)


def test_hostile_names_stay_text(reader: PdfReader) -> None:
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    for name in ('#read("x") *bold* $y$', "<script>alert(1)</script>", "=cmd()", "$\\input"):
        assert name in text


def test_equal_content_gives_equal_bytes(content: ReportContent, drawn: Drawn, data: bytes) -> None:
    assert pdf.render_pdf(content, drawn) == data


def test_what_no_font_shows_is_told(reader: PdfReader) -> None:
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert "could not be shown, for want of a font on this machine" in text
    assert "Emoji ‹1 character› Inc" in text


def test_without_a_chinese_font_chinese_is_counted() -> None:
    fonts = pdf.Fonts.find()
    blind = pdf.Fonts(fonts.typst, "", frozenset({0x2212}))
    assert blind.fit({"a": ["Tencent 腾讯控股 −1%", 3, None]}) == {
        "a": ["Tencent ‹4 characters› −1%", 3, None]
    }
    assert blind.missed == set("腾讯控股")


def test_brief_has_two_pages_with_all_that_matters() -> None:
    brief = example_content(n=30)
    data = pdf.render_pdf(brief, render_figures(brief), full=False)
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]
    assert len(pages) == 2
    text = " ".join("".join(pages).split())
    assert "3 of 33 events were left out: outside data (1)" in text
    assert "KP-adjusted BMP leads" in text


def test_a_title_of_three_hundred_letters() -> None:
    long = example_content(n=12, simulated=False, title="A rather long title about news " * 10)
    reader = PdfReader(io.BytesIO(pdf.render_pdf(long, render_figures(long))))
    assert "SIMULATED" not in "".join(page.extract_text() for page in reader.pages)


def test_pictures_are_twice_as_fine_as_a_screen(drawn: Drawn) -> None:
    """7.2 inches at 200 pixels each; the same bytes again, and one figure alone works, too."""
    made = pdf.render_png(drawn)
    assert list(made) == [figure.name for part in drawn.values() for figure in part]
    assert made["caar"][:8] == b"\x89PNG\r\n\x1a\n"
    assert int.from_bytes(made["caar"][16:20], "big") == 1440
    assert pdf.render_png({"main": drawn["main"]}) == {"caar": made["caar"]}


@pytest.mark.real
def test_the_brief_report_of_the_real_study_has_two_pages(shared: Path) -> None:
    source = f"files:{shared / 'market' / 'prices_daily.parquet'}"
    folder = Path(__file__).parents[2] / "data" / "ai-announcements"
    real = EventStudy.from_file(folder).with_prices(source).run().content
    assert _pages(pdf.render_pdf(real, render_figures(real, full=False), full=False)) == 2


@pytest.mark.parametrize("number", [2, 3, 10])
def test_the_brief_report_of_many_groups_and_long_words_has_two_pages(number: int) -> None:
    """400 events, up to ten groups with long names and long advice, every kind of warning."""
    many = example_content(n=400, title="A rather long title about news " * 6)
    group = many.groups[1]
    groups = tuple(
        dataclasses.replace(
            group, name=f"g{i}", label=f"Group {i} with a rather long name", advice="Why. " * 130
        )
        for i in range(number)
    )
    warnings = tuple(
        (f"Kind{i}", "Something that has to be known, at length. " * 8) for i in range(9)
    )
    exclusions = pd.concat([many.exclusions] * 20)
    large = dataclasses.replace(
        many,
        groups=(many.groups[0], *groups),
        warnings=warnings,
        exclusions=exclusions,
        headline=headline(groups, (0, 1), 0.95, simulated=True),
        paragraphs=interpret(groups, (0, 1), 0.95),
    )
    assert _pages(pdf.render_pdf(large, render_figures(large, full=False), full=False)) == 2


def _pages(data: bytes) -> int:
    return len(PdfReader(io.BytesIO(data)).pages)


def test_without_typst_the_error_names_the_remedy(
    content: ReportContent, drawn: Drawn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "available", lambda: False)
    with pytest.raises(EventStudyError, match=r"pip install 'market-reaction\[report\]'"):
        pdf.render_pdf(content, drawn)
