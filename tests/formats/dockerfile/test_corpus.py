"""Every sample: what it says, as BuildKit divides it, and that rewriting touches nothing else."""

from pathlib import Path

import dockerfile as buildkit
import pytest
import yaml

from bot.edits import edits_for, reference_after, rewrite
from bot.errors import EditError
from bot.formats import dockerfile
from bot.model import Edit, Skip, SourceFile, Span, Use

FOLDER = Path(__file__).parents[2] / "samples" / "dockerfile"
EXPECTED = yaml.safe_load((FOLDER / "expected.yaml").read_text(encoding="utf-8"))
SAMPLES = sorted(path.name for path in FOLDER.glob("*.Dockerfile"))
DIGEST = "sha256:" + "5eed" * 16
OTHER_DIGEST = "sha256:" + "beef" * 16

REFUSED_LATER = {
    # The parser takes them, but the next step of a build refuses an instruction or its stage name.
    "continuation-without-blank",
    "continuation-platform-and-name",
    "expand-required",
    "from-as-without-name",
    "from-bad-stage-name",
    "from-trailing-comment",
    "from-two-words",
    "from-without-image",
    "git-lfs-pointer",
    "instruction-before-from",
    "merge-conflict",
    "no-from",
    "no-from-at-all",
    "onbuild-from-is-refused",
    "onbuild-onbuild-is-refused",
    "unknown-instruction",
}
REFUSED_BY_THE_PARSER = {
    "empty",
    "env-without-equals",
    "escape-bad",
    "escape-twice",
    "heredoc-unterminated",
    "json-of-numbers",
    "label-without-value",
    "only-blank-lines",
    "only-comments",
    "over-long-line",
    "syntax-twice",
}


def oddity(name):
    return name.removesuffix(".Dockerfile").partition("-")[2]


def sample(name):
    return SourceFile.of(name, (FOLDER / name).read_bytes())


def uses_of(file):
    return [mention for mention in dockerfile.find(file) if isinstance(mention, Use)]


def place(file, offset):
    position = file.position(offset)
    return f"{position.line}:{position.column}"


def told_use(file, use):
    told = {"use": place(file, use.span.start), "text": use.text, "is": str(use.image)}
    told["role"] = use.role
    if use.stage is not None:
        told["stage"] = use.stage
    if use.platform:
        told["platform"] = use.platform
    if use.carries != "reference":
        told["carries"] = use.carries
    if use.follows:
        told["follows"] = file.position(use.follows.start).line
    if use.steers:
        told["steers"] = [
            " ".join([s.verb, *([str(s.until)] if s.until else []), *sorted(s.kinds)])
            for s in use.steers
        ]
    if use.role != "label" and not use.image.digest:
        if use.digest_at is None:
            told["no digest"] = use.no_digest
        else:
            told["digest"] = place(file, use.digest_at)
    return told


def told(file, mention):
    if isinstance(mention, Use):
        return told_use(file, mention)
    text = mention.text if len(mention.text) < 200 else mention.text[:40] + "…"
    at = place(file, mention.span.start)
    return {"skip": at, "text": text, "reason": mention.reason, "detail": mention.detail}


def test_the_corpus_is_large_and_wholly_expected():
    assert len(SAMPLES) >= 400
    assert set(EXPECTED) == set(SAMPLES)
    assert len({oddity(name) for name in SAMPLES}) == len(SAMPLES)


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_says_what_is_expected(name):
    file = sample(name)
    assert dockerfile.matches(name)
    assert dockerfile.claims(file)
    assert [told(file, mention) for mention in dockerfile.find(file)] == EXPECTED[name]


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_divided_as_buildkit_divides_it(name):
    file = sample(name)
    refused = oddity(name) in REFUSED_BY_THE_PARSER | REFUSED_LATER
    try:
        # It takes no bytes that are not UTF-8; which letter stands there makes no difference.
        commands = buildkit.parse_string(file.text.replace("\udcfc", "ü"))
    except buildkit.GoParseError:
        assert oddity(name) in REFUSED_BY_THE_PARSER
    else:
        assert oddity(name) not in REFUSED_BY_THE_PARSER
        assert dockerfile.instructions(file.text) == [
            (command.cmd, command.start_line, command.end_line) for command in commands
        ]
    skips = [m for m in dockerfile.find(file) if isinstance(m, Skip) and m.reason == "unparsable"]
    assert len(skips) == refused


def wanted(use):
    image = use.image
    if use.carries == "digest":
        return image.at(image.tag, DIGEST)
    tag = f"{image.tag}-x9" if image.tag else "x9"
    return image.at(tag if image.tag or image.digest is None else None, DIGEST)


def meant_by(use, new):
    return f"{new.name}:{new.tag}" if use.carries == "tag" else str(new)


@pytest.mark.parametrize("name", SAMPLES)
def test_rewriting_a_use_changes_nothing_else_and_can_be_undone(name):
    file = sample(name)
    for number, use in enumerate(uses_of(file)):
        new = wanted(use)
        try:
            edits = edits_for(use, new)
        except EditError:
            continue
        again = SourceFile.of(name, SourceFile(name, rewrite(file.text, edits)).data())
        kept = [file.text[a:b] for a, b in outside(file.text, edits)]
        assert all(part in again.text for part in kept)
        assert len(again.text) - len(file.text) == sum(
            len(e.text) - (e.span.end - e.span.start) for e in set(edits)
        )
        found = uses_of(again)[number]
        assert str(found.image) == meant_by(use, new)
        assert rewrite(again.text, undone(file.text, edits)) == file.text


def outside(text, edits):
    ordered = sorted(set(edits))
    starts = [0, *(e.span.end for e in ordered)]
    return list(zip(starts, [*(e.span.start for e in ordered), len(text)], strict=True))


def undone(text, edits):
    shift, back = 0, []
    for edit in sorted(set(edits)):
        start = edit.span.start + shift
        back.append(Edit(Span(start, start + len(edit.text)), edit.span.of(text)))
        shift += len(edit.text) - (edit.span.end - edit.span.start)
    return back


@pytest.mark.parametrize("name", SAMPLES)
def test_a_digest_once_written_is_found_and_moved(name):
    file = sample(name)
    for number, use in enumerate(uses_of(file)):
        if use.carries == "tag" or (use.digest_at is None and not use.image.digest):
            continue
        pinned = use.image.at(use.image.tag or (None if use.image.digest else "latest"), DIGEST)
        text = rewrite(file.text, edits_for(use, pinned))
        found = uses_of(SourceFile(name, text))[number]
        assert str(found.image) == str(pinned)
        moved = rewrite(text, edits_for(found, pinned.at(pinned.tag, OTHER_DIGEST)))
        assert moved == text.replace(DIGEST, OTHER_DIGEST)


@pytest.mark.parametrize("name", SAMPLES)
def test_edits_for_one_use_tell_what_becomes_of_the_others(name):
    file = sample(name)
    uses = uses_of(file)
    for use in uses:
        try:
            edits = [e for e in edits_for(use, wanted(use)) if e.span.start != e.span.end]
        except EditError:
            continue
        after = uses_of(SourceFile(name, rewrite(file.text, edits)))
        if len(after) != len(uses):
            continue
        for before, now in zip(uses, after, strict=True):
            if before.carries != "digest" and all(p.span for p in before.pieces):
                assert reference_after(before, edits) == str(now.image)
