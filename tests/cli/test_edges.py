"""What a shell may do to a command: odd paths, odd streams, odd surroundings."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from bot.cli import main
from bot.cli.text import clean, note

ROOT = Path(__file__).parents[2]


def shell(script, *words, **env):
    """Run a script in which `$BW` is the command; code, output, errors."""
    done = subprocess.run(
        ["bash", "-c", script, "bash", *map(str, words)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "BW": f"{sys.executable} -m bot", **env},
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout, done.stderr


def test_an_encoding_that_lacks_a_sign_gets_it_escaped(shop, operator):
    code, out, err = shell('$BW check "$1" --config "$2"', shop, operator, PYTHONIOENCODING="ascii")
    assert code == 2
    assert "node:20.11.0-alpine \\u2192 node:20.18.1-alpine" in out
    assert "Traceback" not in err


@pytest.mark.parametrize("words", [["--token=s3cret"], ["--token", "s3cret"], ["-t=s3cret", "x"]])
def test_an_option_that_there_is_not_is_told_without_its_value(words, capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["check", ".", *words])
    said = capsys.readouterr().err
    assert stopped.value.code == 2
    assert f"unrecognized arguments: {words[0].partition('=')[0]}\n" in said
    assert "s3cret" not in said


def test_a_word_too_many_is_told(capsys):
    with pytest.raises(SystemExit):
        main(["check", "one", "two"])
    assert "unrecognized arguments: two\n" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["chekc"], "argument COMMAND: invalid choice: 'chekc' (choose from "),
        (["check", "--nonsense=s3cret"], "unrecognized arguments: --nonsense\n"),
        (["check", "--sarif", ""], "argument --sarif: it is empty; leave the option out instead\n"),
    ],
)
def test_a_step_that_is_called_wrongly_says_so_where_its_run_is_shown(words, says, capsys):
    command, *rest = words
    with pytest.raises(SystemExit) as stopped:
        main([command, "--annotations", "github", *rest])
    said = capsys.readouterr().err
    assert stopped.value.code == 2
    assert f"::error title=basewatch::{says}" in said
    assert "s3cret" not in said
    with pytest.raises(SystemExit):
        main(words)
    assert "::" not in capsys.readouterr().err


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-"])
def test_a_stream_that_is_closed_swallows_what_is_said(shop, closed):
    code, out, err = shell(f'$BW scan "$1" {closed}', shop)
    assert (code, err) == (0, "")
    assert bool(out) == (closed == "2>&-")


def test_errors_never_go_to_a_program_that_reads_the_output(tmp_path):
    assert shell('$BW scan "$1" 2>&-', tmp_path / "nowhere") == (2, "", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has /dev/full")
@pytest.mark.parametrize("how", ["", "--json"])
def test_a_disk_that_is_full_ends_in_one_line(shop, how):
    code, _, err = shell(f'$BW scan "$1" {how} > /dev/full', shop)
    assert (code, err) == (2, "basewatch: the output: No space left on device\n")


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["check", "--report", "no/r.json"], "--report: there is no folder no\n"),
        (["check", "--sarif", "."], "--sarif: . is a folder; name a file in it\n"),
        (["check", "--codequality", "-"], "--codequality: `-` is no file here; name one, as"),
        (["run", "--summary", "no/s.md"], "--summary: there is no folder no\n"),
        (["run", "--out", "file"], "--out: file is there and no folder\n"),
        (["run", "--report", ""], "--report: it is empty; leave the option out instead\n"),
        (["run", "--branch="], "--branch: it is empty; leave the option out instead\n"),
        (["run", "--config", ""], "--config: it is empty; leave the option out instead\n"),
        (["run", "--repo", ""], "--repo: it is empty; leave the option out instead\n"),
        (["cache", "prune", "--to", ""], "--to: it is empty; leave the option out instead\n"),
        (["diff", "a", "b", "--platform", ""], "--platform: it is empty; leave the option out"),
    ],
)
def test_where_nothing_could_be_left_is_told_before_anything_is_done(
    words, why, capsys, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(SystemExit) as stopped:
        main(words)
    assert stopped.value.code == 2
    assert f"error: argument {why}" in capsys.readouterr().err


def test_a_summary_for_a_variable_that_is_empty_is_none(shop, operator, capsys):
    words = ["check", str(shop), "--config", operator, "--summary", "", "--outputs", ""]
    assert main(words) == 2
    assert "Traceback" not in capsys.readouterr().err


def test_a_path_that_is_empty_is_not_taken_for_the_present_folder(capsys):
    for command in ("scan", "fix", "run"):
        with pytest.raises(SystemExit) as stopped:
            main([command, ""])
        assert stopped.value.code == 2
        assert "it is empty" in capsys.readouterr().err


def test_a_path_may_begin_with_a_dash_or_hold_a_newline(says, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("-x", "a b\nc"):
        Path(name).mkdir()
        Path(name, "Dockerfile").write_text("FROM node:20\n")
        assert says("scan", "--", name)[1].endswith(
            "1 use in 1 file, 0 of them pinned; 0 places left alone.\n"
        )


def test_names_that_are_no_text_reach_json_and_terminals_whole(says, tmp_path):
    folder = tmp_path / "\udcff"
    folder.mkdir()
    (folder / "\udcfe.Dockerfile").write_bytes(b"FROM node:20 AS \xe9\n")
    code, out, _ = says("scan", folder)
    assert code == 0
    assert "\\xfe.Dockerfile\n" in out


def test_what_steers_a_terminal_is_shown_instead(capsys):
    assert clean("a\x1b[31m\u202eb\udcff\ud800") == "a\\x1b[31m\\u202eb\\xff\\ud800"
    note("one\ntwo\x07")
    assert capsys.readouterr().err == "one\ntwo\\x07\n"


def test_what_a_configuration_gets_wrong_is_told_line_by_line(says, shop):
    (shop / "basewatch.yaml").write_text("polcy: {}\nrules: 1\n")
    _, _, err = says("scan", shop)
    assert [line.split(": ")[1] for line in err.splitlines() if "polcy" in line] == [
        "basewatch.yaml:1:1"
    ]
    assert len(err.splitlines()) == 2
    subprocess.run(
        ["git", "-C", shop, "-c", "user.name=t", "-c", "user.email=t@e", "commit", "-qam", "x"],
        check=True,
    )
    code, _, err = says("run", shop)
    assert (code, len(err.splitlines())) == (2, 2)
    assert "\\x0a" not in err


def heard():
    """What is started in the background of a script is deaf to interrupts, and so are its own."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_an_interrupt_during_a_lookup_ends_at_once_and_says_nothing(tmp_path):
    import socket

    (tmp_path / "Dockerfile").write_text("FROM node:20\n")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        config = tmp_path / "operator.yaml"
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        config.write_text(f"registries: {{docker.io: {{lookup: '{url}', insecure: true}}}}\n")
        command = [sys.executable, "-m", "bot", "check", tmp_path, "--config", config]
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            preexec_fn=heard,  # noqa: PLW1509 -- it takes no lock
        )  # fmt: skip
        silent.settimeout(20)
        connection, _ = silent.accept()
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
        connection.close()
    assert (process.returncode, out, err) == (130, "", "basewatch: interrupted\n")


def test_a_major_that_could_not_be_looked_up_is_told(says, shop, operator, registry):
    """The demo's registry, but the major's manifest is not to be had."""
    shelf = registry._shelves["library/node"]
    digest = shelf.tags["22.12.0-alpine"]
    shelf.manifests = {name: m for name, m in shelf.manifests.items() if name != digest}
    code, out, err = says("run", shop, "--config", operator)
    assert code == 2
    assert (
        "22.12.0-alpine is a major move, proposed on its own. Its digest could not be had: " in err
    )
    assert "-major" not in out


def test_init_leaves_a_part_of_a_repository_alone(says, shop):
    (shop / "basewatch.yaml").unlink()
    code, _, err = says("init", shop / "services/api")
    assert code == 2
    assert f"its configuration stands at the top: {shop}/services/api/../.." in err
    assert not (shop / "services/api/basewatch.yaml").exists()


def test_config_check_names_every_file_that_it_read(says, shop, operator, monkeypatch):
    monkeypatch.setenv("BASEWATCH_CONFIG", operator)
    _, out, _ = says("config", "check", shop / "services/api")
    assert out == f"{operator} is well-formed.\nbasewatch.yaml is well-formed.\n"
    _, out, _ = says("config", "check", shop, "--json")
    document = json.loads(out)
    schema = json.loads((ROOT / "docs/schemas/config-check.schema.json").read_text())
    Draft202012Validator(schema).validate(document)
    assert (document["operator"], document["repository"]) == (operator, "basewatch.yaml")


def test_a_folder_for_texts_that_cannot_be_is_named(says, shop, operator):
    code, _, err = says("run", shop, "--config", operator, "--out", shop / "README.md" / "x")
    assert code == 2
    assert (
        f"basewatch: shop basewatch/docker.io-library-node-20.x.x-alpine: {shop}/README.md" in err
    )


def test_a_path_that_no_system_takes_is_named_with_its_line(says, tmp_path):
    config = tmp_path / "operator.yaml"
    config.write_text('platform: {path: "a\\0b"}\n')
    code, _, err = says("run", "--config", config)
    assert (code, err) == (
        2,
        f"basewatch: {config}:1:18: platform.path: a path has no control characters in it\n",
    )


def test_json_holds_no_half_characters(says, tmp_path):
    folder = tmp_path / "\udcff"
    folder.mkdir()
    (folder / "\udcfe.Dockerfile").write_bytes(b"FROM node:20 AS \xe9\n")
    _, out, _ = says("scan", folder, "--json")
    assert "\\udc" not in out
    assert json.loads(out)["root"].endswith("\ufffd")


def test_a_file_that_changes_while_it_is_judged_is_left_and_told(says, shop, operator, monkeypatch):
    from bot import flow

    checked = flow.check

    def and_then(tree, *rest):
        plan = checked(tree, *rest)
        (shop / "web/Dockerfile").write_text("FROM busy:1\n")
        return plan

    monkeypatch.setattr(flow, "check", and_then)
    code, out, err = says("fix", shop, "--config", operator)
    assert code == 2
    assert "Wrote " in out
    assert "web/Dockerfile, " not in out
    left, failed = err.splitlines()
    assert left == "basewatch: web/Dockerfile changed since it was read; run again"
    assert failed.startswith("basewatch: services/billing/Dockerfile:2: ")
    assert (shop / "web/Dockerfile").read_text() == "FROM busy:1\n"
