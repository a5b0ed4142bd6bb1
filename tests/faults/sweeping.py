"""Which faults are tried on which requests of which commands."""

import os
from functools import cached_property

from tests.faults import facts, runs
from tests.faults.facts import ZEROS
from tests.servers import faults

ALL = os.environ.get("BASEWATCH_FAULTS") == "all"  # every fault on every request: half an hour

PASSING = (
    *(faults.reset, faults.reset_when_done, faults.reset_in_body, faults.closed, faults.truncated),
    *(faults.stalled, faults.stalled_when_done, faults.stalled_in_body, faults.drips),
    *(faults.rubbish, faults.length_too_long, faults.length_absurd, faults.length_negative),
    *map(faults.answered, (408, 429, 500, 502, 503, 504)),
    faults.answered(429, retry_after="0"),
    faults.delayed(0.2),
)
"""Of these one is made good by asking once more."""

LYING = faults.with_header("docker-content-digest", ZEROS)
ELSEWHERE = (
    "file:///etc/passwd",
    "http://169.254.169.254/latest/meta-data/",
    "http://2852039166/",
    "http://[::ffff:a9fe:a9fe]/",
    "http://metadata.google.internal/",
    "http://10.0.0.1/v2/",
    "https://192.168.0.1/",
    "http://localhost:1/",
    "//other.example:99999999/",
    "http://user:password@other.example/",
    "gopher://other.example/",
)
LASTING = (
    *(faults.head_without_end, faults.length_too_short, faults.gigabyte, faults.gigabyte_in_chunks),
    *(faults.html, faults.html_as_told, faults.empty, faults.null, faults.nested),
    *(faults.other_bytes, faults.other_type, faults.redirect_loop, faults.redirect_chain),
    *map(faults.answered, (401, 403, 404, 409)),
    faults.answered(401, www_authenticate='Bearer realm="http://169.254.169.254/t"'),
    faults.answered(401, www_authenticate='Bearer realm="file:///etc/passwd"'),
    faults.answered(503, retry_after="999999"),
    *map(faults.redirected, ELSEWHERE),
    LYING,
    faults.with_header("docker-content-digest", "sha256:none"),
    faults.with_header("content-type", "text/html"),
    faults.with_header("content-encoding", "gzip"),
    faults.with_header("link", '<http://169.254.169.254/v2/tags/list?last=a>; rel="next"'),
    faults.with_header("link", '</v2/elsewhere?last=a>; rel="next"'),
)
FAULTS = (*PASSING, *LASTING)


class Sweep:
    """The stands, and what runs without faults come to on them."""

    def __init__(self, stands):
        self.stands = stands

    @cached_property
    def healthy(self):
        """By command, what comes of it where nothing goes wrong."""
        cases = [runs.Case(name, name, faults.healthy) for name in runs.COMMANDS]
        # One after the other: what is loaded for the first of them is not loaded by two at once.
        came = {tried.case.command: tried for tried in runs.all_tried(self.stands[:1], cases)}
        for each in came.values():
            if each.error:
                raise each.error
        return came

    def requests(self, command):
        """Each request of the command, by method and path, in an order of its own."""
        return sorted({(each.method, each.path) for each in self.healthy[command].asked})

    def single(self, command, every):
        """Cases of one fault each: of all combinations, each of that many; once, or time and again."""
        requests = self.requests(command)
        pairs = [(each, fault) for each in requests for fault in FAULTS]
        for number, ((method, path), fault) in enumerate(pairs):
            if (number % every and not ALL) or is_believed(command, method, fault):
                continue
            times = None if number // every % 2 else 1
            yield runs.Case(
                f"{command}: {method} {path} {fault} {'always' if times is None else 'once'}",
                command,
                faults.at(method, path, fault, times),
                passing=times == 1 and fault in PASSING and not is_too_long(path, fault),
            )

    def at_random(self, command, rate, seeds):
        """Cases of many faults."""
        some = [each for each in FAULTS if not is_believed(command, "HEAD", each)]
        for seed in seeds:
            plan = faults.at_random(rate, seed, some)
            yield runs.Case(f"{command}: {rate:.0%} of all, seed {seed}", command, plan)

    def wrong(self, cases):
        """What is wrong, by the name of its case."""
        cases = list(cases)
        every = {tried.case.name: tried for tried in runs.all_tried(self.stands, cases)}
        assert [each for each in every.values() if each.faults], "nothing went wrong"
        told = (
            (name, facts.wrong(tried, self.healthy[tried.case.command]))
            for name, tried in every.items()
        )
        return {name: found for name, found in told if found}


def is_too_long(path, fault):
    """A blob is refused as soon as it is told to be longer than its manifest has it."""
    return "/blobs/" in path and fault in (faults.drips, faults.length_too_long)


def is_believed(command, method, fault):
    """`check` writes nothing, and so takes a registry's word for where a tag points."""
    return command == "check" and method == "HEAD" and fault is LYING
