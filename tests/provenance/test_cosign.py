"""What is asked of cosign, and what is made of its answer, with a program that plays it."""

import asyncio
import json
import sys

import pytest

from bot.config import EvidenceConfig
from bot.errors import ConfigError
from bot.image import ImageRef
from bot.provenance import Cosign, Expected, Origins
from bot.wiring.evidence import _cosign
from tests.provenance.test_attachments import Shelf, described

DIGEST = f"sha256:{'b' * 64}"
IMAGE = ImageRef.parse(f"cgr.dev/chainguard/python@{DIGEST}")
WHO = Expected(("cgr.dev/chainguard/**",), "ci@example.org", "https://issuer.example")


@pytest.fixture
def cosign(tmp_path):
    """A program that writes down how it was called, and does as it is told."""

    def made(does="sys.exit(0)"):
        path = tmp_path / "cosign"
        path.write_text(
            f"#!{sys.executable}\nimport json, os, sys\n"
            f"json.dump([sys.argv[1:], dict(os.environ)], open({str(tmp_path / 'called')!r}, 'w'))\n"
            f"{does}\n"
        )
        path.chmod(0o755)
        return str(path)

    return made


def checked(program, image=IMAGE):
    return asyncio.run(Cosign(program, [WHO], timeout=20).check(image))


def test_a_signature_by_whom_was_expected_is_told(cosign, tmp_path, monkeypatch):
    monkeypatch.setenv("GITHUB_TOKEN", "s3cret")
    found = checked(cosign())
    assert found.verified == "verified by cosign as signed by ci@example.org"
    assert not found.refused
    words, env = json.loads((tmp_path / "called").read_text())
    assert words == [
        *("verify", "--output", "text", "--certificate-identity", "ci@example.org"),
        *("--certificate-oidc-issuer", "https://issuer.example"),
        f"cgr.dev/chainguard/python@{DIGEST}",
    ]
    assert "s3cret" not in env.values()


def test_a_signature_by_another_is_refused_with_its_reason(cosign):
    found = checked(cosign("print('Error: no matching signatures', file=sys.stderr); sys.exit(12)"))
    assert not found.verified
    assert found.refused == (
        "It is not signed by ci@example.org, says cosign: Error: no matching signatures."
    )
    assert not found.unverified


@pytest.mark.parametrize(("said", "code"), [
    ("", 10),
    ("main.go:74: error during command execution: no signatures found", 1),
    ("Error: no matching signatures: none of the expected identities matched", 1),
])  # fmt: skip
def test_no_signature_is_told_by_exit_code_or_by_word(cosign, said, code):
    found = checked(cosign(f"print({said!r}, file=sys.stderr); sys.exit({code})"))
    assert found.refused
    assert not found.unverified


@pytest.mark.parametrize(("does", "why"), [
    ("print('GET https://x/v2/: UNAUTHORIZED: authentication required', file=sys.stderr); sys.exit(1)",
     "cosign failed: GET https://x/v2/: UNAUTHORIZED: authentication required"),
    ("sys.exit(3)", "cosign failed: exit code 3"),
    ("print('Error: tag not found', file=sys.stderr); sys.exit(11)", "cosign failed: Error: tag not found"),
    ("import time; time.sleep(60)", "cosign took longer than 1 seconds"),
])  # fmt: skip
def test_a_failure_to_find_out_is_not_a_signature_that_does_not_hold(cosign, does, why):
    found = asyncio.run(Cosign(cosign(does), [WHO], timeout=1).check(IMAGE))
    assert (found.verified, found.refused) == ("", "")
    assert found.unverified == f"It is to be signed by ci@example.org, and {why}."


def test_a_program_that_cannot_be_run_has_verified_nothing(tmp_path):
    found = checked(str(tmp_path / "nothing"))
    assert "ci@example.org, and nothing cannot be run" in found.unverified
    assert (found.verified, found.refused) == ("", "")


def test_of_other_images_nothing_is_asked(tmp_path):
    found = checked(str(tmp_path / "nothing"), ImageRef.parse(f"node@{DIGEST}"))
    assert (found.verified, found.refused) == ("", "")


def test_what_is_verified_is_part_of_the_provenance(cosign):
    origins = Origins(Shelf(), Cosign(cosign(), [WHO]))
    found = asyncio.run(origins.of(IMAGE, described()))
    assert found.verified == "verified by cosign as signed by ci@example.org"


SIGNER = {"images": ["cgr.dev/**"], "identity": "a@b.example", "issuer": "https://i.example"}


def said(**cosign):
    return EvidenceConfig.model_validate_json(json.dumps({"cosign": cosign})).cosign


def test_cosign_is_run_where_signers_are_named_and_it_is_there(cosign):
    assert _cosign(said()) is None
    assert isinstance(_cosign(said(program=cosign(), signers=[SIGNER])), Cosign)
    with pytest.raises(ConfigError, match="the program is not there"):
        _cosign(said(program="/nowhere/cosign", signers=[SIGNER]))


def test_an_identity_cannot_be_an_option():
    with pytest.raises(ValueError, match="begins with no dash"):
        said(signers=[{**SIGNER, "identity": "--key=x"}])
