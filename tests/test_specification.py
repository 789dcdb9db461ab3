from __future__ import annotations

import re
from pathlib import Path

import pytest

from eventstudy.errors import SpecificationError
from eventstudy.specification import StudySpec, model_of

FIVE_MISTAKES = """
[study]
title = ""
[prices]
source = "bloomberg"
[model]
name = "magic"
[windows]
estimation = [-260, -5]
[inference]
level = 95
[reprot]
formats = ["pdf"]
"""


def test_every_mistake_is_said_at_once_with_its_place_and_value(tmp_path: Path) -> None:
    path = tmp_path / "study.toml"
    path.write_text(FIVE_MISTAKES)
    with pytest.raises(SpecificationError) as caught:
        StudySpec.from_toml(path)
    said = {mistake.place: mistake.message for mistake in caught.value.mistakes}
    assert set(said) == {
        "study.title", "prices.source", "model.name", "windows.estimation", "inference.level",
        "reprot",
    }  # fmt: skip
    assert (
        said["prices.source"]
        == "'bloomberg': write simulated, yahoo, tiingo, alphavantage, eodhd or files:PATH"
    )
    assert said["model.name"].startswith("'magic': write one of constant_mean, market_adjusted")
    assert "[-260, -5] overlaps the event window [-10, 10]" in said["windows.estimation"]
    assert said["inference.level"].startswith("95")
    assert said["reprot"].startswith("is no table of a study file; there are study, prices")
    assert str(caught.value) == f"{path} has 6 mistakes."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[windows]\nheadline = [0, 30]", r"the window \[0, 30\] is not inside the event window"),
        ("[windows]\nheadline = [1, 0]", r"the window \[1, 0\] is not inside the event window"),
        ("[windows]\nmin_estimation = 300", "min_estimation 300 is more than the 250 days"),
        (
            "[inference]\ntests = ['t']",
            "there is no test 't'; choose among Cross-sectional t, Skew",
        ),
        ("[model]\nname = 'ff3'", "the model ff3 needs a file of factors"),
        ("[model]\nname = 'factors'\nfactors = 'f.csv'", "name at least one, each once"),
        ("[study]\nevents_file = 'x'", "is not known; check the spelling"),
        ("[study]\nmin_events = 0", "greater than or equal to 1"),
        ("[study]\nmin_events = true", "True: input should be a valid integer"),
        ("[windows]\nmin_estimation = '120'", "'120': input should be a valid integer"),
        ("[inference]\nlevel = '0.95'", "'0.95': input should be a valid number"),
        ("[windows]\nevent = ['-10', 10]", "'-10': input should be a valid integer"),
        ("[model]\nexcess = 'no'", "'no': input should be a valid boolean"),
        ("[windows]\nevent = [1, 10]", r"event window \[1, 10\] does not hold day 0"),
        (
            "[windows]\nestimation = [20, 250]",
            r"\[20, 250\] lies after the event window \[-10, 10\]; let it end before day -10",
        ),
        ("[study]\narticles = ['/etc/*.md']", r"'/etc/\*.md' does not start from the study's"),
        ("[study]\narticles = ['C:\\news\\*.md']", "does not start from the study's folder"),
        ("[study]\narticles = ['']", "does not start from the study's folder"),
        ("[study]\narticles = ['**.md']", r"\*\* must stand alone between slashes"),
    ],
)
def test_each_mistake_has_its_remedy(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "study.toml"
    path.write_text(text)
    with pytest.raises(SpecificationError) as caught:
        StudySpec.from_toml(path)
    (mistake,) = caught.value.mistakes
    assert re.search(said, mistake.message)


def test_every_mistake_of_the_windows_is_said_at_once() -> None:
    windows = {"estimation": [-60, -5], "report": [[0, 1], [0, 40]], "min_estimation": 120}
    with pytest.raises(SpecificationError, match="has 3 mistakes") as caught:
        StudySpec.from_mapping({"windows": windows})
    assert {m.place: m.message for m in caught.value.mistakes} == {
        "windows.estimation": "The estimation window [-60, -5] overlaps the event window "
        "[-10, 10]; let it end before day -10.",
        "windows.report": "the window [0, 40] is not inside the event window [-10, 10]",
        "windows.min_estimation": "min_estimation 120 is more than the 56 days of the estimation "
        "window",
    }


def test_whole_numbers_are_numbers_and_lists_are_windows() -> None:
    spec = StudySpec.from_mapping(
        {"quality": {"jump_days": 3}, "windows": {"headline": [0, 2]}, "model": {"excess": False}}
    )
    assert spec.quality.jump_days == 3.0
    assert spec.windows.headline == (0, 2)


def test_a_byte_order_mark_is_no_mistake(tmp_path: Path) -> None:
    path = tmp_path / "study.toml"
    path.write_text("[study]\ntitle = 'Märkte'\n", encoding="utf-8-sig")
    assert StudySpec.from_toml(path).study.title == "Märkte"


def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(SpecificationError, match=r"There is no study file .*eventstudy new NAME"):
        StudySpec.from_toml(tmp_path / "study.toml")
    (tmp_path / "study.toml").write_text("[study\n")
    with pytest.raises(SpecificationError, match="is no valid TOML"):
        StudySpec.from_toml(tmp_path / "study.toml")
    (tmp_path / "study.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(SpecificationError, match="not UTF-8"):
        StudySpec.from_toml(tmp_path / "study.toml")
    with pytest.raises(SpecificationError, match="cannot be read"):
        StudySpec.from_toml(tmp_path)


def test_an_empty_file_is_a_study_with_the_defaults_of_the_field() -> None:
    spec = StudySpec.from_mapping({})
    assert spec.windows.estimation == (-260, -11)
    assert spec.windows.min_estimation == 120
    assert spec.windows.all_windows == ((0, 0), (0, 1), (-1, 1), (-5, 5), (2, 10))
    assert spec.inference.level == 0.95
    assert model_of(spec.model).name == "market_model"


def test_a_custom_list_of_factors_is_a_model() -> None:
    spec = StudySpec.from_mapping(
        {"model": {"name": "factors", "factors": "f.csv", "factor_names": ["mkt_rf", "oil"]}}
    )
    assert model_of(spec.model).regressors("SPY") == ("mkt_rf", "oil")
    assert model_of(spec.model).needs_risk_free
