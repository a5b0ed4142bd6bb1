"""The operator's settings: what they are by, and when they are believed without being validated."""

import datetime as dt
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.config import (
    OperatorConfig,
    Settings,
    machines_own,
    operator_config,
    operator_settings,
    policy_of,
)
from bot.config.filling import filled
from bot.config.remembering import settings_of
from bot.config.settings import EvidenceSettings, ForgeSettings, ToolSettings
from bot.errors import ConfigError
from bot.model import Policy

FULL = """\
registries:
  registry.example.org: {insecure: true, lookup: http://mirror.example.org/hub, kind: harbor}
http: {tries: 2, timeout_seconds: 2.5}
ledger: 'off'
allow_hosts: ['*.example.org']
evidence:
  scanners: [osv]
  osv: {records: [/srv/osv.zip]}
  grype: {config: grype.yaml, offline: true}
  notes: {sources: [recipe], forges: {git.example.org: {kind: gitlab, token_env: TOKEN}}}
  cosign: {signers: [{images: ['a/**'], identity: a@example.org, issuer: 'https://i.example.org'}]}
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "operator.yaml"
    path.write_text(FULL)
    return path


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "cache"


def remembered(folder):
    return folder / "settings.json"


def changed(folder, change):
    """Let what is remembered say something else, to see whether it is believed."""
    path = remembered(folder)
    said = json.loads(path.read_text())
    change(said)
    path.write_text(json.dumps(said))


def other_ledger(said):
    said["settings"]["ledger"] = "/elsewhere"


def test_without_a_file_the_defaults_are_those_of_the_options():
    assert operator_settings(None, None) == Settings() == settings_of(OperatorConfig())


@pytest.mark.parametrize("kind", [Settings, EvidenceSettings, ForgeSettings, ToolSettings])
def test_a_setting_is_an_option(kind):
    def options(model):
        fields = model.model_fields.values()
        inner = [f.annotation for f in fields if hasattr(f.annotation, "model_fields")]
        return {*model.model_fields, *(name for each in inner for name in options(each))}

    from bot.config import ForgeConfig

    known = options(OperatorConfig) | options(ForgeConfig) | {"tagged", "ruled"}
    assert {*kind._fields} <= known


def test_what_is_said_is_what_is_set(file):
    said, config = operator_settings(str(file), None), operator_config(file)
    assert said.registries["registry.example.org"].lookup == "http://mirror.example.org/hub"
    assert said.http.timeout_seconds == config.http.timeout_seconds == 2.5
    assert said.evidence.grype == ToolSettings(offline=True, config="grype.yaml")
    assert said.evidence.notes.forges == {
        "git.example.org": ForgeSettings("gitlab", token_env="TOKEN")
    }
    assert said.evidence.cosign.signers[0].images == ("a/**",)


def test_a_file_is_remembered_as_it_was_validated(file, folder):
    first = operator_settings(str(file), folder)
    assert remembered(folder).stat().st_mode & 0o777 == 0o600
    assert operator_settings(str(file), folder) == first


def test_what_is_remembered_is_what_is_read(file, folder):
    operator_settings(str(file), folder)
    changed(folder, other_ledger)
    assert operator_settings(str(file), folder).ledger == "/elsewhere"


def test_another_text_is_read_anew(file, folder):
    operator_settings(str(file), folder)
    changed(folder, other_ledger)
    file.write_text(FULL + "# and more\n")
    assert operator_settings(str(file), folder).ledger == "off"


def test_another_version_reads_anew(file, folder, monkeypatch):
    operator_settings(str(file), folder)
    changed(folder, other_ledger)
    monkeypatch.setattr("bot.config.remembering.__version__", "99")
    assert operator_settings(str(file), folder).ledger == "off"


def test_what_others_can_write_to_is_not_believed(file, folder):
    operator_settings(str(file), folder)
    changed(folder, other_ledger)
    remembered(folder).chmod(0o660)
    assert operator_settings(str(file), folder).ledger == "off"


def test_what_another_has_written_is_not_believed(file, folder, monkeypatch):
    operator_settings(str(file), folder)
    changed(folder, other_ledger)
    monkeypatch.setattr(os, "geteuid", lambda: 12345)
    assert operator_settings(str(file), folder).ledger == "off"


def test_a_folder_that_others_can_write_to_is_not_believed(file, folder):
    operator_settings(str(file), folder)
    changed(folder, other_ledger)
    folder.chmod(0o770)
    assert operator_settings(str(file), folder).ledger == "off"


def test_it_lies_where_no_cache_is_carried_from(monkeypatch, tmp_path):
    assert machines_own({"XDG_RUNTIME_DIR": "/run/user/7"}) == Path("/run/user/7/basewatch")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    for environ in ({}, {"XDG_RUNTIME_DIR": "here"}):
        assert machines_own(environ) == tmp_path / f"basewatch-{os.geteuid()}"


def test_no_link_is_followed(file, folder, tmp_path):
    operator_settings(str(file), folder)
    changed(folder, other_ledger)
    remembered(folder).rename(tmp_path / "there")
    remembered(folder).symlink_to(tmp_path / "there")
    assert operator_settings(str(file), folder).ledger == "off"


@pytest.mark.parametrize(
    "change",
    [
        lambda said: said.pop("settings"),
        lambda said: said["settings"].update(ledger=3),
        lambda said: said["settings"].update(allow_hosts="*"),
        lambda said: said["settings"]["http"].update(tries=True),
        lambda said: said["settings"]["evidence"].update(scanners=["other"]),
        lambda said: said["settings"]["evidence"]["cosign"]["signers"][0].pop("issuer"),
        lambda said: said["settings"].update(registries=[]),
    ],
)
def test_what_does_not_fit_is_not_believed(file, folder, change):
    first = operator_settings(str(file), folder)
    changed(folder, change)
    assert operator_settings(str(file), folder) == first


def test_what_is_no_json_is_not_believed(file, folder):
    first = operator_settings(str(file), folder)
    remembered(folder).write_text("[" * 100_000)
    assert operator_settings(str(file), folder) == first


def test_nothing_is_remembered_where_nothing_is_to_be_kept(file, folder):
    file.write_text("evidence: {cache: 'off'}\n")
    operator_settings(str(file), folder)
    assert not folder.exists()


def test_where_it_cannot_be_remembered_it_is_read(file, folder):
    folder.write_text("in the way")
    assert operator_settings(str(file), folder).http.tries == 2


def test_a_file_with_a_mistake_is_complained_of_each_time(file, folder):
    file.write_text("ledgr: here\n")
    for _ in range(2):
        with pytest.raises(ConfigError, match="did you mean 'ledger'"):
            operator_settings(str(file), folder)
    assert not remembered(folder).exists()


def test_rules_about_tags_are_told_of(file):
    file.write_text(
        "tags:\n- publisher: Acme\n  images: ['a.example.org/**']\n"
        "  claims: [{mutability: immutable, because: We never push a tag twice.}]\n"
    )
    assert operator_settings(str(file), None).tagged


def test_what_is_wanted_in_repositories_is_told_of(file):
    assert not operator_settings(str(file), None).ruled
    for said in ("policy: {pin: 'off'}", "rules: [{images: [node], allow: [digest]}]"):
        file.write_text(f"{FULL}{said}\n")
        assert operator_settings(str(file), None).ruled


def test_where_nothing_of_that_is_said_the_policy_is_the_one_without_a_file(file):
    today = dt.date(2026, 11, 22)
    said = operator_config(str(file))
    assert policy_of(said, None, today).policy == policy_of(OperatorConfig(), None, today).policy
    assert policy_of(said, None, today).policy == Policy(today=today)


def test_what_is_remembered_needs_nothing_that_validates(file, folder):
    operator_settings(str(file), folder)
    said = (
        "import sys; from pathlib import Path; from bot.config import operator_settings;"
        f"operator_settings({str(file)!r}, Path({str(folder)!r}));"
        "print([m for m in ('pydantic', 'yaml') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"


def test_a_whole_number_may_stand_for_another():
    assert filled(Settings, {"http": {"timeout_seconds": 3}}).http.timeout_seconds == 3


@pytest.mark.parametrize("plain", [None, 3, [], "x", {"http": 3}, {"evidence": {"notes": []}}])
def test_what_has_another_shape_is_refused(plain):
    with pytest.raises((ValueError, TypeError)):
        filled(Settings, plain)
