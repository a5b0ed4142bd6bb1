"""Staying on a tag that moves: its digest goes into a comment, and is renewed there."""

import json
import subprocess

import pytest

from bot.cli import main
from bot.formats import uses_of
from bot.formats.markers import markable
from bot.model import SourceFile
from tests.servers.registry import push_image

DIGEST = "sha256:" + "0123456789abcdef" * 4


@pytest.mark.registry
def test_a_marker_is_written_renewed_and_then_left(open_registry, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "no-logins"))
    base, image = open_registry.base_url, f"{open_registry.host}/markers/base"
    first = push_image(base, "markers/base", "latest", content="old")
    config = tmp_path / "operator.yaml"
    config.write_text(
        f"registries: {{'{open_registry.host}': {{insecure: true}}}}\nledger: 'off'\n"
    )
    root = tmp_path / "repo"
    root.mkdir()
    (root / "basewatch.yaml").write_text("policy: {pin: marker}\n")
    (root / "Dockerfile").write_bytes(f"ARG I={image}\r\nFROM ${{I}}:latest AS a\r\n".encode())
    (root / "blubber.yaml").write_text(
        f"version: v4\nbase: {image}:latest\nvariants:\n  a:\n    base: {image}\n"
    )
    (root / "compose.yaml").write_text(f"services:\n  a:\n    image: {image}:latest\n")
    subprocess.run(["git", "init", "-q", root], check=True)

    def fixed():
        code = main(["fix", str(root), "--config", str(config)])
        said = capsys.readouterr()
        assert code == 0, said
        return (root / "Dockerfile").read_bytes().decode(), (root / "blubber.yaml").read_text()

    def wanted(digest):
        blubber = (
            f"version: v4\n# rebuild marker: {digest}\nbase: {image}:latest\nvariants:\n  a:\n"
            f"    # rebuild marker: {digest}\n    base: {image}:latest\n"
        )
        return (
            f"ARG I={image}\r\n# rebuild marker: {digest}\r\nFROM ${{I}}:latest AS a\r\n",
            blubber,
        )

    assert main(["check", str(root), "--config", str(config)]) == 0
    said = capsys.readouterr().out
    assert (
        said.count("a comment above keeps it, so that it is built again when the tag moves.") == 3
    )
    assert "keeps builds alike" not in said
    assert fixed() == wanted(first)
    assert fixed() == wanted(first)
    second = push_image(base, "markers/base", "latest", content="new")
    assert fixed() == wanted(second)
    assert (root / "compose.yaml").read_text() == f"services:\n  a:\n    image: {image}:latest\n"
    assert main(["scan", str(root), "--json"]) == 0
    uses = json.loads(capsys.readouterr().out)["uses"]
    assert {use["marker"] for use in uses if use["file"] != "compose.yaml"} == {True}


def found(text, path="Dockerfile"):
    return uses_of(SourceFile(path, text))


@pytest.mark.parametrize(
    "above",
    [
        f"# rebuild marker: {DIGEST}\n\n",
        f"# rebuild marker: {DIGEST} x\n",
        f"# rebuild marker: {DIGEST[:-1]}\n",
        f"RUN x # rebuild marker: {DIGEST}\n",
    ],
)
def test_what_is_no_marker_right_above_a_use_marks_nothing(above):
    (use,) = found(f"{above}FROM node:20\n")
    assert (use.marker, use.image.digest) == (False, None)


def test_a_marker_is_of_the_use_below_it_alone():
    text = f"#rebuild marker: {DIGEST}\nFROM node:20\nFROM node:22\n"
    assert [(use.marker, use.image.digest) for use in found(text)] == [
        (True, DIGEST),
        (False, None),
    ]


def test_a_reference_that_is_pinned_is_marked_no_more():
    file = SourceFile("Dockerfile", f"# rebuild marker: sha256:{'f' * 64}\nFROM node:20@{DIGEST}\n")
    (use,) = uses_of(file)
    assert (use.marker, use.image.digest) == (False, DIGEST)
    assert markable(file, use) is use


def test_no_marker_goes_above_the_line_that_names_a_frontend():
    file = SourceFile("Dockerfile", "# syntax=docker/dockerfile:1\nFROM node:20\n")
    assert [markable(file, use).marker for use in uses_of(file)] == [False, True]


def test_a_first_line_behind_a_byte_order_mark_takes_a_marker_behind_it():
    file = SourceFile("Dockerfile", "\ufeffFROM node:20\n")
    (use,) = uses_of(file)
    assert markable(file, use).digest_at == 1
