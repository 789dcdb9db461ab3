"""Factor files from the web, several at once, and the days they lack."""

from __future__ import annotations

import hashlib
import io
import threading
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from eventstudy.errors import PriceError, SourceUnavailable
from eventstudy.market.factor_sources import factor_findings, open_factors
from tests.market.test_factors import FRENCH

MOMENTUM = "Made from the 202601 CRSP database.\n\n,Mom\n20240103, 0.50\n20240104, -0.20\n"


def zipped(text: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("F-F_daily.CSV", text)
    return content.getvalue()


@pytest.fixture
def web() -> Iterator[tuple[str, list[str]]]:
    """Serve the library's five factors; return the address and the list of what was asked."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200 if self.path.endswith("_CSV.zip") else 404)
            self.end_headers()
            self.wfile.write(zipped(FRENCH))

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/ftp/F-F_daily_CSV.zip", asked
    server.shutdown()
    server.server_close()


def test_a_file_on_the_web_is_fetched_once_a_week(
    web: tuple[str, list[str]], tmp_path: Path
) -> None:
    address, asked = web
    now = datetime.now(UTC)
    first = open_factors([address], tmp_path, kept=tmp_path / "kept", clock=lambda: now)
    np.testing.assert_allclose(first.values[0, 0], -0.0071)
    (kept,) = (tmp_path / "kept").rglob("F-F_daily_CSV.zip")
    assert first.fingerprints == {kept.name: hashlib.sha256(kept.read_bytes()).hexdigest()}
    assert first.origin == "F-F_daily_CSV.zip (CRSP 202601)"
    open_factors([address], tmp_path, kept=tmp_path / "kept", clock=lambda: now)
    assert len(asked) == 1
    later = now + timedelta(days=8)
    open_factors([address], tmp_path, kept=tmp_path / "kept", clock=lambda: later)
    assert len(asked) == 2


def test_without_the_web_the_copy_serves_and_without_a_copy_it_is_one_sentence(
    web: tuple[str, list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, _ = web
    other = address.replace("F-F_daily_CSV", "other")
    with pytest.raises(SourceUnavailable, match=r"other\.zip cannot be fetched \(HTTP Error 404"):
        open_factors([other], tmp_path, kept=tmp_path / "kept")
    open_factors([address], tmp_path, kept=tmp_path / "kept")

    def fail(*_: object, **__: object) -> None:
        raise OSError("no network")

    monkeypatch.setattr("eventstudy.market.factor_sources.urlopen", fail)
    later = datetime.now(UTC) + timedelta(days=400)
    again = open_factors([address], tmp_path, kept=tmp_path / "kept", clock=lambda: later)
    assert len(again.names) == 5


def test_addresses_that_end_in_one_name_have_copies_of_their_own(
    web: tuple[str, list[str]], tmp_path: Path
) -> None:
    address, asked = web
    other = address.replace("/ftp/", "/elsewhere/")
    for one in (address, other, address, other):
        open_factors([one], tmp_path, kept=tmp_path / "kept")
    assert asked == ["/ftp/F-F_daily_CSV.zip", "/elsewhere/F-F_daily_CSV.zip"]


def test_a_page_that_is_no_factor_file_is_not_kept(
    web: tuple[str, list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, asked = web
    page = io.BytesIO(b"<html>Please log in.</html>")
    with monkeypatch.context() as patch:
        patch.setattr("eventstudy.market.factor_sources.urlopen", lambda *_, **__: page)
        with pytest.raises(PriceError, match=address):
            open_factors([address], tmp_path, kept=tmp_path / "kept")
    assert len(open_factors([address], tmp_path, kept=tmp_path / "kept").names) == 5
    assert len(asked) == 1


def test_files_are_joined_by_day(tmp_path: Path) -> None:
    (tmp_path / "five.csv").write_text(FRENCH)
    (tmp_path / "mom.csv").write_text(MOMENTUM)
    joined = open_factors(["five.csv", "mom.csv"], tmp_path)
    assert joined.names == ("mkt_rf", "smb", "hml", "rmw", "cma", "mom")
    np.testing.assert_allclose(joined.values[:, 5], [np.nan, 0.005, -0.002])
    assert joined.rf is not None
    np.testing.assert_allclose(joined.rf, 0.00022)
    with pytest.raises(PriceError, match="both have the factor cma"):
        open_factors(["five.csv", "five.csv"], tmp_path)


def test_missing_days_are_noted(tmp_path: Path) -> None:
    (tmp_path / "five.csv").write_text(FRENCH)
    factors = open_factors(["five.csv"], tmp_path)
    days = np.array(["2024-01-02", "2024-01-03", "2024-01-04", "2024-01-05"], "datetime64[D]")
    (note,) = factor_findings(factors, days)
    assert note.detail == (
        "2 of 4 sessions have no complete row of factors (1 of them inside the file, the first on "
        "2024-01-04); the file goes from 2024-01-02 to 2024-01-04"
    )
    assert factor_findings(factors, days[:2]) == ()
