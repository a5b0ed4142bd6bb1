"""
`make fuzz`: every target for FUZZ_SECONDS seconds, led by what of bot/ the inputs reach (atheris).

`python -m tests.fuzz.run [TARGET…]`, each in a process of its own. What it finds stays in
fuzz-out/, and the input goes into `tests/fuzz/found/` with the mending: the tests read it from then
on, each time. Exit code 1 where there is a finding.
"""

import io
import os
import random
import re
import sys
import time
from contextlib import ExitStack, redirect_stderr
from pathlib import Path

import atheris

from tests.fuzz.mutations import mutated

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "fuzz-out"
_SECONDS = os.environ.get("FUZZ_SECONDS", "20")
_BOUNDS = ("-timeout=10", "-rss_limit_mb=1500", "-malloc_limit_mb=1500", "-max_len=16384")
_WORD = re.compile(rb"[A-Za-z0-9_./:@=<>{}$-]{2,24}|[^\sA-Za-z0-9]{2,6}")
_MOST_WORDS = 300
_HOOKS = ExitStack()  # never left: most of bot/ is loaded when it is first needed


def main(names):
    """Fuzz the targets, one after the other, and say what came of each."""
    _HOOKS.enter_context(atheris.instrument_imports(include=["bot"], enable_loader_override=False))
    with redirect_stderr(io.StringIO()):  # it names each module
        from tests.fuzz.targets import TARGETS

    if unknown := set(names) - TARGETS.keys():
        print(f"there is no target {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    failed = [name for name in names or TARGETS if not _tried(TARGETS[name])]
    print(f"{len(names or TARGETS)} targets, findings in {len(failed)} of them", flush=True)
    return 1 if failed else 0


def _tried(target):
    """Fuzz a target in a copy of this process, which libFuzzer ends."""
    place = OUT / target.folder
    for folder in ("corpus", "found"):
        (place / folder).mkdir(parents=True, exist_ok=True)
    log = place / "log"
    child = os.fork()
    if not child:
        with log.open("wb") as file:
            for stream in (1, 2):
                os.dup2(file.fileno(), stream)
        _fuzz(target, place)
    _, status = os.waitpid(child, 0)
    said = log.read_text("utf-8", "replace")
    runs = re.search(r"number_of_executed_units: (\d+)", said)
    reached = re.findall(r"cov: (\d+)", said)
    told = f"{runs[1] if runs else '?'} inputs, {reached[-1] if reached else '?'} edges reached"
    print(f"{target.name}: {told}{f': FOUND, see {log}' if status else ''}", flush=True)
    return not status


def _fuzz(target, place):
    seeds = [*target.known(), *(path.read_bytes() for path in target.kept())]
    for number, seed in enumerate(seeds):
        (place / "corpus" / f"seed-{number}").write_bytes(seed)
    words = place / "words"
    words.write_text("".join(_entries(seeds, target.words)), "ascii")

    def other(data, most, seed):
        """One of two inputs is made by ways that know lines and JSON."""
        chance = random.Random(seed)
        if chance.random() < 0.5:
            return mutated(bytes(data), chance, chance.choice(seeds))[:most]
        return atheris.Mutate(data, most)

    options = [*_BOUNDS, f"-max_total_time={_SECONDS}", "-print_final_stats=1"]
    options += [f"-dict={words}"] if words.stat().st_size else []
    options += [f"-artifact_prefix={place / 'found'}/", "-reload=0", f"-seed={int(time.time())}"]
    atheris.Setup([sys.argv[0], *options, str(place / "corpus")], target.feed, custom_mutator=other)
    atheris.Fuzz()
    os._exit(3)  # libFuzzer is to have ended it


def _entries(seeds, words):
    """The words of a target's language, as libFuzzer's dictionaries have them."""
    found = dict.fromkeys(words)
    for seed in seeds:
        found |= dict.fromkeys(_WORD.findall(seed))
    for word in list(found)[:_MOST_WORDS]:
        yield '"' + "".join(f"\\x{byte:02x}" for byte in word) + '"\n'


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
