import io

import pytest

from bot.cli import text


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")


def test_foreign_text_cannot_steer_a_terminal():
    assert text.clean("a\x1b[31mb\r\n\u202ec") == "a\\x1b[31mb\\x0d\\x0a\\u202ec"


@pytest.mark.parametrize(("said", "shown"), [
    ("::set-output name=a::b", "\\x3a:set-output name=a::b"),
    ("x ::add-mask::y", "x \\x3a:add-mask::y"),
    ("a::b", "a::b"),
    ("x ##[add-mask]y", "x ##\\[add-mask]y"),
    ("##vso[task.setvariable]", "##\\vso[task.setvariable]"),
    ("## heading", "## heading"),
    ("a\U000e0048\u200b", "a\\U000e0048\\u200b"),
])  # fmt: skip
def test_foreign_text_commands_no_runner_of_a_ci(said, shown):
    assert text.clean(said) == shown


def test_a_terminal_gets_colours(monkeypatch):
    monkeypatch.setattr("sys.stdout", Terminal())
    assert text.paint("held", "held") == "\x1b[33mheld\x1b[0m"
    assert text.paint("other", "other") == "other"


def test_no_color_is_honoured(monkeypatch):
    monkeypatch.setattr("sys.stdout", Terminal())
    monkeypatch.setenv("NO_COLOR", "1")
    assert text.paint("held", "held") == "held"


def test_a_dumb_terminal_and_a_pipe_get_none(monkeypatch):
    monkeypatch.setattr("sys.stdout", io.StringIO())
    assert text.paint("held", "held") == "held"
    monkeypatch.setattr("sys.stdout", Terminal())
    monkeypatch.setenv("TERM", "dumb")
    assert text.paint("held", "held") == "held"


def test_counting_leaves_out_what_there_is_none_of():
    assert text.counted([("update", 2), ("pin", 0), ("held", 1)]) == "2 update, 1 held"
    assert text.counted([]) == "none"


def test_progress_is_shown_after_a_second_and_taken_away(monkeypatch):
    terminal = Terminal()
    progress = text.Progress(terminal)
    progress("listing tags", 1, 9)
    progress.clear()
    assert terminal.getvalue() == ""
    monkeypatch.setattr(progress, "PATIENCE", -1.0)
    progress("listing tags", 2, 9)
    progress.clear()
    progress.clear()
    assert terminal.getvalue() == "\r\x1b[Klisting tags: 2 of 9\r\x1b[K"


def test_progress_is_silent_where_nobody_looks(monkeypatch):
    stream = io.StringIO()
    progress = text.Progress(stream)
    monkeypatch.setattr(progress, "PATIENCE", -1.0)
    progress("listing tags", 1, 9)
    assert stream.getvalue() == ""
