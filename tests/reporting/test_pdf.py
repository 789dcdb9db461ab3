from __future__ import annotations

import io

import pytest
from pypdf import PdfReader

from eventstudy.errors import EventStudyError
from eventstudy.reporting import pdf
from eventstudy.reporting.content import ReportContent
from eventstudy.reporting.figures import render_figures
from eventstudy.reporting.rendering import RenderedFigure
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


def test_without_typst_the_error_names_the_remedy(
    content: ReportContent, drawn: Drawn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf, "available", lambda: False)
    with pytest.raises(EventStudyError, match=r"pip install 'market-reaction\[report\]'"):
        pdf.render_pdf(content, drawn)
