"""Which scanners the operator's configuration makes."""

import asyncio

import pytest

from bot.config import EvidenceConfig, operator_config, repository_config
from bot.errors import ConfigError, EvidenceError
from bot.wiring import scanners


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    return tmp_path


def program(folder, name):
    folder.mkdir(exist_ok=True)
    (folder / name).write_text("#!/bin/sh\n")
    (folder / name).chmod(0o755)


def names(environ, **said):
    return [s.NAME for s in scanners(EvidenceConfig(**said), None, environ)]


def test_osv_and_every_program_that_is_there(home):
    assert names({}) == ["osv"]
    program(home / "bin", "grype")
    assert names({}) == ["osv", "grype"]
    program(home / "bin", "trivy")
    assert names({}) == ["osv", "trivy", "grype"]


def test_only_those_that_are_named(home):
    program(home / "bin", "trivy")
    assert names({}, scanners=("trivy",)) == ["trivy"]
    assert names({}, scanners=()) == []


def test_a_program_is_where_the_operator_says(home):
    program(home / "elsewhere", "scan")
    assert names({}, trivy={"program": "~/elsewhere/scan"}) == ["osv", "trivy"]


def test_without_a_home_a_program_needs_a_folder_for_its_database(home, monkeypatch):
    program(home / "bin", "trivy")
    monkeypatch.setattr("pathlib.Path.home", homeless)
    assert names({}) == ["osv"]
    assert names({}, trivy={"cache": "/srv/trivy"}) == ["osv", "trivy"]


def test_a_home_that_nobody_has_is_a_path_like_others(home):
    program(home / "bin", "trivy")
    assert names({}, ignore="~nobody-of-this-name/x", trivy={"cache": "x"}) == ["osv", "trivy"]


def homeless():
    raise RuntimeError("Could not determine home directory.")


def test_the_operators_file_decides(home):
    (home / "operator.yaml").write_text("evidence: {scanners: [osv]}")
    said = operator_config(home / "operator.yaml").evidence
    assert [s.NAME for s in scanners(said, None, {})] == ["osv"]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("evidence: {scanners: [tryvi]}", "did you mean 'trivy'"),
        (
            "evidence: {osv: {url: 'http://osv.example'}}",
            "plain HTTP takes `insecure: true` beside it",
        ),
        ("evidence: {trivy: {config: x}}", "there is no such option"),
        ("evidence: {database_days: 0}", "at least 1"),
    ],
)
def test_what_cannot_be_meant_is_told(text, why, home):
    (home / "operator.yaml").write_text(text)
    with pytest.raises(ConfigError, match=why):
        operator_config(home / "operator.yaml")


def test_a_repository_chooses_no_program():
    with pytest.raises(ConfigError, match="only the operator's configuration may say this"):
        repository_config("evidence: {trivy: {program: ./evil}}", "basewatch.yaml")


def test_the_named_scanner_that_is_missing_says_so(home):
    (missing,) = scanners(EvidenceConfig(scanners=("grype",)), None, {})
    with pytest.raises(EvidenceError, match="grype is configured, and its program was not found"):
        asyncio.run(missing.compare(None, None))
