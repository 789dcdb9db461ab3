"""Layouts and units of factor files."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from eventstudy.errors import PriceError
from eventstudy.market.factors import read_factors

FRENCH = """This file was created using the 202601 CRSP database.
The 1-month TBill return is from another place.

,Mkt-RF,SMB,HML,RMW,CMA,RF
20240102,   -0.71,   -0.94,    0.83,   0.50,  0.10,   0.022
20240103,   -1.19,   -1.73,    0.02,   0.40,  0.20,   0.022
20240104,   -0.27,  -99.99,   -0.06,   0.30,  0.30,   0.022

Copyright 2026 somebody
"""


def test_raw_french_file_is_percent_by_its_layout(tmp_path: Path) -> None:
    path = tmp_path / "F-F_5_daily.csv"
    path.write_text(FRENCH)
    factors = read_factors(path)
    assert factors.names == ("mkt_rf", "smb", "hml", "rmw", "cma")
    np.testing.assert_allclose(factors.values[0], [-0.0071, -0.0094, 0.0083, 0.0050, 0.0010])
    assert np.isnan(factors.values[2, 1])
    assert factors.rf is not None
    np.testing.assert_allclose(factors.rf, 0.00022)
    assert factors.sessions.astype(str).tolist() == ["2024-01-02", "2024-01-03", "2024-01-04"]
    assert factors.origin == "F-F_5_daily.csv (CRSP 202601)"


def test_raw_french_zip_reads_alike(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "ff.zip", "w") as archive:
        archive.writestr("F-F_daily.CSV", FRENCH)
    (tmp_path / "ff.csv").write_text(FRENCH)
    np.testing.assert_array_equal(
        read_factors(tmp_path / "ff.zip").values, read_factors(tmp_path / "ff.csv").values
    )
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr("a.csv", FRENCH)
        archive.writestr("b.csv", FRENCH)
    with pytest.raises(PriceError, match="holds 2 CSV files"):
        read_factors(tmp_path / "two.zip")


def table(tmp_path: Path, scale: float, rf: float = 0.0001, suffix: str = "csv") -> Path:
    days = pd.bdate_range("2024-01-02", periods=250)
    draws = np.random.default_rng(1).normal(0, 0.008 * scale, (250, 2))
    frame = pd.DataFrame(draws, columns=["Mkt-RF", "SMB"]).assign(rf=rf, source="x")
    frame.insert(0, "date", days)
    path = tmp_path / f"factors.{suffix}"
    if suffix == "csv":
        frame.to_csv(path, index=False)
    else:
        frame.to_parquet(path)
    return path


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_tables_are_decimal_unless_declared_percent(tmp_path: Path, suffix: str) -> None:
    decimal = read_factors(table(tmp_path, 1, suffix=suffix))
    assert decimal.names == ("mkt_rf", "smb")
    percent = read_factors(table(tmp_path, 100, rf=0.01, suffix=suffix), units="percent")
    np.testing.assert_allclose(percent.values, decimal.values, rtol=1e-12)
    np.testing.assert_allclose(percent.rf_on(["2024-01-02"]), [0.0001])


def test_a_unit_that_the_numbers_contradict_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        PriceError, match=r'declared decimal.*percent returns; write factor_units = "per'
    ):
        read_factors(table(tmp_path, 100))
    with pytest.raises(
        PriceError, match=r'declared percent.*decimal returns; write factor_units = "dec'
    ):
        read_factors(table(tmp_path, 1), units="percent")
    with pytest.raises(PriceError, match=r"risk-free rate .* reaches 1.00% a day"):
        read_factors(table(tmp_path, 1, rf=0.01))
    (tmp_path / "french.csv").write_text(FRENCH)
    with pytest.raises(PriceError, match="declared decimal"):
        read_factors(tmp_path / "french.csv", units="decimal")


def test_factors_are_looked_up_by_day_and_name(tmp_path: Path) -> None:
    factors = read_factors(table(tmp_path, 1))
    found = factors.on(["2024-01-01", "2024-01-03", "2030-01-01"], ["smb"])
    assert found.shape == (3, 1)
    assert np.isnan(found[[0, 2], 0]).all()
    assert found[1, 0] == factors.values[1, 1]
    with pytest.raises(PriceError, match="has no factor 'mom'; it has 'mkt_rf', 'smb'"):
        factors.on(["2024-01-03"], ["mom"])
    with pytest.raises(ValueError, match="read-only"):
        factors.values[0, 0] = 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("date,mkt_rf,smb\n2024-01-02,.,0.1\n2024-01-03,0.01,0.1\n", r"holds '\.' where a number"),
        ("name,mkt_rf\nA,0.01\n", "has no date column"),
        ("date,source\n2024-01-02,x\n", "has no column of numbers beside 'date'"),
        ("date,mkt_rf\n2024-01-02,0.01\n2024-01-02,0.02\n", "has two rows for 2024-01-02"),
        ("date,mkt_rf\n2024-01-02,\n2024-01-03,0\n", "holds no factor returns"),
        (",Mkt-RF,SMB\n192607,1.0,2.0\n", "which are not daily"),
        (",Mkt-RF,SMB\n19260701,1.0\n", "names 2 factors but its rows have 1 values"),
        (",Mkt-RF,SMB\n19260731,1.0,x\n", "cannot be read"),
        (",Mkt-RF,SMB\n19261331,1.0,2.0\n", "cannot be read"),
    ],
)
def test_unreadable_factor_files_are_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "f.csv"
    path.write_text(text)
    with pytest.raises(PriceError, match=message):
        read_factors(path)


def test_a_broken_archive_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "f.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("f.csv", FRENCH * 50)
    content = bytearray(path.read_bytes())
    content[60:90] = bytes(30)
    path.write_bytes(content)
    with pytest.raises(PriceError, match=r"f\.zip is a broken archive .*fetch it again"):
        read_factors(path)


def test_a_missing_factor_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(PriceError, match=r"There is no factor file .*nowhere\.parquet"):
        read_factors(tmp_path / "nowhere.parquet")


@pytest.mark.real
def test_real_factors(shared: Path) -> None:
    factors = read_factors(shared / "market" / "factors_daily.parquet")
    assert factors.names[:6] == ("mkt_rf", "smb", "hml", "rmw", "cma", "mom")
    assert str(factors.sessions[-1]) == "2026-08-31"
    assert factors.rf is not None
    assert len(factors.sessions) == 15897
