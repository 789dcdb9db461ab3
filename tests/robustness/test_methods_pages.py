"""docs/methods: a section for every model and every test, and links that lead somewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from eventstudy.estimation.models import MODELS
from eventstudy.inference.catalogue import TESTS

PAGES = Path(__file__).parents[2] / "docs" / "methods"


@pytest.fixture(autouse=True)
def pages_are_here() -> None:
    if not PAGES.is_dir():
        pytest.skip("the documentation is not part of this copy")


def headings(page: str) -> list[str]:
    lines = (PAGES / page).read_text("utf-8").splitlines()
    return [line.lstrip("# ") for line in lines if line.startswith("#")]


def test_every_test_has_a_section() -> None:
    found = {name for heading in headings("tests.md") for name in heading.split(" · ")}
    assert set(TESTS) <= found


def test_every_model_has_a_section() -> None:
    found = {name for heading in headings("models.md") for name in re.findall(r"`(\w+)`", heading)}
    assert set(MODELS) == found


def test_links_between_the_pages_lead_somewhere() -> None:
    for page in PAGES.glob("*.md"):
        for target in re.findall(r"\]\(([\w-]+\.md)\)", page.read_text("utf-8")):
            assert (PAGES / target).is_file(), f"{page.name} links {target}"


def test_no_figure_was_left_out() -> None:
    for page in PAGES.glob("*.md"):
        text = page.read_text("utf-8")
        assert "??" not in text
        assert "<<" not in text
