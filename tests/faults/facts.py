"""What holds of every run, whatever goes wrong: each function gives what does not, as sentences."""

import re
import traceback

ZEROS = "sha256:" + "0" * 64
DONE, FAILED = 0, 2
OPEN = {"created", "updated", "unchanged"}


def wrong(tried, healthy):
    """What is wrong with a run with faults and the one after it; `healthy` is one without."""
    if tried.error:
        return ["".join(traceback.format_exception(tried.error, limit=-6))]
    found = [*of_the_end(tried), *of_what_is_left(tried, healthy), *of_the_next(tried, healthy)]
    found += of_a_diff(tried, healthy) if tried.case.command == "diff" else of_uses(tried, healthy)
    if tried.case.passing:
        found += of_a_hiccup(tried, healthy)
    return found


# ---------------------------------------------------------------- the run with faults


def of_the_end(tried):
    """It ends with done or failed, tells where in lines of ours, and has read no more than it can use."""
    told = tried.told
    if told.code not in (DONE, FAILED):
        yield f"it ended with {told.code}"
    if told.code == FAILED and "127.0.0.1:PORT" not in told.err:
        yield f"it does not say where it failed: {told.err!r}"
    for line in told.err.splitlines():
        if not line.startswith("basewatch: ") or line.count("Traceback"):
            yield f"it says {line!r}"
    yield from (f"it read a body to the end that has none: {path}" for path in tried.drained)


def of_uses(tried, healthy):
    """Each use is what it is without faults, or failed; and then so is the run."""
    told, failed = tried.told, []
    for at, met in told.outcomes.items():
        if met[0] == "failed":
            failed.append(at)
        elif met != healthy.told.outcomes[at]:
            yield f"{at} is {met}"
    if told.outcomes.keys() != healthy.told.outcomes.keys():
        yield f"it tells of {sorted(told.outcomes)}"
    if (told.code == FAILED) != bool(failed):
        yield f"it ended with {told.code}, where {failed or 'nothing'} failed"
    for at in failed:
        if not re.search(r"127\.0\.0\.1:PORT/faults/\w+.*: .{8,}", told.uses[at]["because"]):
            yield f"{at} failed because {told.uses[at]['because']!r}"


def of_what_is_left(tried, healthy):
    """Nothing is written but what is right: lines of files, branches, what the ledger knows."""
    state, right = tried.state, healthy.state
    for name, text in state.files.items():
        lines = {*right.files[name].splitlines(), *tried.before.files[name].splitlines()}
        yield from (f"{name} has {line!r}" for line in text.splitlines() if line not in lines)
    for name, text in state.branches.items():
        if right.branches.get(name) != text:
            yield f"branch {name} is\n{text}"
    for name in tried.before.branches.keys() - state.branches.keys():
        yield f"branch {name} is gone"
    proposals = (tried.told.document or {}).get("proposals", ())
    if len({one["branch"] for one in proposals}) != len(proposals):
        yield f"one branch has two proposals: {proposals}"
    for row in {*state.ledger} - {*right.ledger, *healthy.state_after.ledger}:
        yield f"the ledger has {row}"


def of_a_diff(tried, healthy):
    """What is told of two images is right; what could not be had is told as that, never as none."""
    told, right = tried.told.document, healthy.told.document
    if (told is None) != (tried.told.code == FAILED):
        yield f"it ended with {tried.told.code} and said {told}"
    if told is None:
        return
    for key in told.keys() | right.keys():
        if key not in LESS and told[key] != right[key]:
            yield f"{key} is {told[key]}"
    found, known = told["vulnerabilities"], right["vulnerabilities"]
    doubted = any(each["unavailable"] or each["inconclusive"] for each in found["scanners"])
    if _ids(found) != _ids(known) and not (doubted and not found["conclusive"]):
        yield f"of vulnerabilities it says {found}"
    lacks_notes = told["notes"] != right["notes"]
    if lacks_notes and not told["silent"] and not _met(tried, "/repos/", {"404"}):
        yield "it says that nobody wrote anything"


LESS = {"vulnerabilities", "notes", "silent", "unavailable", "provenance"}


def _ids(vulnerabilities):
    rows = vulnerabilities["rows"]
    return rows and {(row["id"], row["package"], row["class"]) for row in rows}


def _met(tried, path, names):
    return any(path in each.path and each.fault in names for each in tried.faults)


def of_a_hiccup(tried, healthy):
    """What passes is as if it had not been."""
    if tried.told.code != DONE or tried.told.err:
        yield f"a hiccup ended it with {tried.told.code}: {tried.told.err}"
    if tried.told.document != healthy.told.document:
        yield "after a hiccup it says something else"
    if tried.state != healthy.state:
        yield "after a hiccup it leaves something else behind"


# ---------------------------------------------------------------- the next run


def of_the_next(tried, healthy):
    """The next run, without faults, ends where it would have without any before."""
    after, right = tried.after, healthy.after
    if after.code != DONE or after.err:
        yield f"the next run ended with {after.code}: {after.err}"
    if tried.case.command in ("check", "run", "run again") and after.outcomes != right.outcomes:
        yield f"the next run finds {after.outcomes}"
    if tried.case.command == "diff" and after.document != right.document:
        yield "the next run tells of other differences"
    verbs = {one["verb"] for one in (after.document or {}).get("proposals", ())}
    if not verbs <= OPEN:
        yield f"the next run has {verbs}"
    yield from _of_the_end_state(tried, healthy)


def _of_the_end_state(tried, healthy):
    state, right = tried.state_after, healthy.state_after
    for part in ("files", "branches", "proposals"):
        there, wanted = getattr(state, part), getattr(right, part)
        yield from (
            f"after the next run, {part} lack or have otherwise {name}"
            for name in there.keys() | wanted.keys()
            if there.get(name) != wanted.get(name)
        )
    # What a file no longer names when its other lines are fixed is nothing to ask about any more.
    missing = {*right.ledger} - {*state.ledger} if tried.case.command != "fix" else set()
    for row in missing | ({*state.ledger} - {*right.ledger}):
        yield f"after the next run, the ledger lacks or has {row}"
