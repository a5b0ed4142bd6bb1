"""Whatever is repeated without end: reading it takes time in proportion to how much of it there is."""

import re
import time

import pytest

from tests.fuzz.targets import TARGETS

PIECE = re.compile(rb"[^\n]*\n|[^\s\w]+|\w+")
MARKS = (b"{{", b"${", b"[", b"{", b"(", b"<a ", b"<!--", b'"', b"'", b"\\", b" ", b"\t", b"\n", b"- ", b"#",
         b"a: {b: ", b"a.", b"a/", b"&a *a ", b"<<E\n", b"%", b"0", b"a=", b",", b"---\n", b"\r", b"\xff", b"=\n")  # fmt: skip
WORD = re.compile(rb"[A-Za-z_]\w*")
NUMBER = b"<number>"  # in what is another one each time
SIZE = 3_000
SLOW = 0.05  # seconds: what is quicker than that at four times the size is not looked at again
STEEP = 9  # four times as long takes four times as long, and sixteen times by the square


def made(target, most):
    """What stands before, and what is to be repeated behind it."""
    pieces = {}
    for seed in target.known():
        pieces |= dict.fromkeys(piece for piece in PIECE.findall(seed) if len(piece) > 1)
    chosen = [*MARKS, *list(pieces)[:: max(1, len(pieces) // most)]]
    seed = min(target.known(), key=len)
    lines = seed.split(b"\n")
    befores = list(dict.fromkeys((lines[0] + b"\n", seed, b"\n".join(lines[: len(lines) // 2]))))
    for number, piece in enumerate(chosen):
        yield befores[number % len(befores)], piece
        if piece.endswith(b"\n") and WORD.search(piece):
            yield befores[number % len(befores)], WORD.sub(rb"\g<0>" + NUMBER, piece, count=1)
    for other in target.known()[:: max(1, len(target.known()) // 3)]:
        top, *rest = other.splitlines(keepends=True) or [b""]
        yield top, b"".join(map(counted, rest)) or NUMBER


def counted(line):
    """A line that is another one each time, where it begins something."""
    begins = WORD.match(line)
    return WORD.sub(rb"\g<0>" + NUMBER, line, count=1) if begins else line


def took(target, before, piece, size):
    """The seconds of the processor that the reading takes."""
    count = size // len(piece) + 1
    if NUMBER in piece:
        data = before + b"".join(piece.replace(NUMBER, b"%d" % n) for n in range(count))
    else:
        data = before + piece * count
    start = time.process_time()
    target.feed(data)
    return time.process_time() - start


def steep(target, most):
    """What makes the reading of a target longer and longer."""
    for before, piece in made(target, most):
        if took(target, before, piece, 4 * SIZE) > SLOW:
            long = min(took(target, before, piece, 4 * SIZE) for _ in range(2))
            short = min(took(target, before, piece, SIZE) for _ in range(3))
            if long > SLOW and long > STEEP * short:
                yield f"{before[-60:]!r} + {piece!r}: {short:.3f} s, {long:.3f} s"


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", TARGETS)
def test_reading_more_of_the_same_takes_no_more_than_its_share(name):
    assert list(steep(TARGETS[name], 6)) == []
