from __future__ import annotations

from eventstudy.estimation.models import MODELS
from eventstudy.inference.catalogue import TESTS
from eventstudy.results.methods import _cited, _papers


def test_every_paper_that_a_model_or_test_cites_has_its_full_reference() -> None:
    short = [model.reference for model in MODELS.values()]
    short += [test.reference for test in TESTS.values()]
    cited = {paper for text in short for paper in _cited(text)}
    assert cited - set(_papers()) == set()


def test_a_list_of_papers_is_parted() -> None:
    assert _cited("Boehmer, Musumeci and Poulsen (1991)") == ["Boehmer Musumeci and Poulsen (1991)"]
    assert _cited("Brown and Warner (1980, 1985); Cowan (1992)") == [
        "Brown and Warner (1980)", "Brown and Warner (1985)", "Cowan (1992)",
    ]  # fmt: skip
    assert _cited("") == []
