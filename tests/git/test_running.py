import os
import sys

import pytest

from bot.git.running import MIB, Bounds, Command, ran

ENV = {"PATH": os.environ["PATH"]}


def sh(script, stdin=b"", **bounds):
    bounds = {"timeout": 20.0, "output": MIB} | bounds
    return ran(Command(["/bin/sh", "-c", script], ENV, stdin), Bounds(**bounds))


def test_what_a_command_leaves_is_told():
    done = sh("cat; echo why >&2; exit 3", b"said")
    assert (done.code, done.output, done.said, done.cut) == (3, b"said", b"why\n", None)


def test_much_goes_in_and_out_at_once():
    data = os.urandom(3 * MIB)
    assert sh("cat", data, output=4 * MIB).output == data


def test_a_command_that_reads_nothing_is_not_waited_for():
    assert sh("exec <&-; echo done", b"x" * MIB).output == b"done\n"


def test_of_complaints_the_end_is_kept():
    done = sh("yes complaint | head -c 100000 >&2; echo last >&2")
    assert len(done.said) == 16_384
    assert done.said.endswith(b"last\n")


@pytest.mark.parametrize(
    ("script", "bounds", "cut"),
    [
        ("sleep 60", {"timeout": 0.2}, "took longer than 0.2 seconds"),
        ("exec >&- 2>&-; sleep 60", {"timeout": 0.2}, "took longer than 0.2 seconds"),
        ("yes", {"output": 4096}, "wrote more than 4 KiB"),
        ("sleep 60", {"watch": lambda: "takes too much"}, "takes too much"),
    ],
)
def test_a_command_out_of_bounds_is_ended(script, bounds, cut):
    assert sh(script, **bounds).cut == cut


def test_what_a_command_started_is_ended_with_it():
    read, write = os.pipe()
    words = ["/bin/sh", "-c", "sleep 60 & wait"]
    assert ran(Command(words, ENV, held=write), Bounds(0.5, MIB)).cut
    os.close(write)
    with os.fdopen(read, "rb") as held:
        assert held.read() == b""  # which takes until the last that has the other end is gone


def test_a_command_holds_what_it_is_given():
    read, write = os.pipe()
    try:
        words = [sys.executable, "-c", f"import os; os.write({write}, b'held')"]
        assert ran(Command(words, ENV, held=write), Bounds(20.0, MIB)).code == 0
        assert os.read(read, 9) == b"held"
    finally:
        os.close(read)
        os.close(write)


def test_what_cannot_be_started_is_an_error():
    with pytest.raises(FileNotFoundError):
        ran(Command(["/nonexistent"], ENV), Bounds(1.0, MIB))
