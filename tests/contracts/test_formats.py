"""What every format keeps to, on its own samples and on what becomes of them by accident."""

from itertools import accumulate
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.edits import edits_for, rewrite
from bot.errors import EditError
from bot.formats import KINDS, named
from bot.model import SKIP_REASONS, Edit, Role, SourceFile, Span, Use

FORMATS = [named(name) for name in KINDS]
SAMPLES = Path(__file__).parents[1] / "samples"
NEW_TAG = "98.7.6-new"
NEW_DIGEST = "sha256:" + "5eed" * 16


def samples(format_):
    """The samples of a format that it takes for its own."""
    folder = SAMPLES / format_.NAME
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    files = [SourceFile.of(p.relative_to(folder).as_posix(), p.read_bytes()) for p in paths]
    return [file for file in files if format_.matches(file.path) and format_.claims(file)]


OWN = {format_.NAME: samples(format_) for format_ in FORMATS}
CASES = [
    pytest.param(format_, file, id=f"{format_.NAME}:{file.path}")
    for format_ in FORMATS
    for file in OWN[format_.NAME]
]


def uses_of(format_, file):
    return [mention for mention in format_.find(file) if isinstance(mention, Use)]


def spelled(use):
    """What the pieces of a use are to spell."""
    return use.image.digest if use.carries == "digest" else str(use.image)


def assert_sound(format_, file, mentions):
    starts = [mention.span.start for mention in mentions]
    assert starts == sorted(starts)
    for mention in mentions:
        assert (mention.path, mention.format) == (file.path, format_.NAME)
        assert 0 <= mention.span.start <= mention.span.end <= len(file.text)
        assert mention.text == mention.span.of(file.text)
        assert mention.position == file.position(mention.span.start)
        if isinstance(mention, Use):
            assert_sound_use(file, mention)
        else:
            assert mention.reason in SKIP_REASONS
            assert mention.detail


def assert_sound_use(file, use):
    assert use.role in get_args(Role)
    assert use.pieces
    assert "".join(piece.text for piece in use.pieces) == spelled(use)
    for piece in use.pieces:
        assert piece.text
        assert piece.span is None or piece.span.of(file.text) == piece.text
    if use.digest_at is not None:
        assert 0 <= use.digest_at <= len(file.text)
    elif use.carries == "reference" and not use.image.digest:
        assert use.no_digest


def meant(use):
    """How a use can at most be made to read, and how it is to read then."""
    image = use.image
    digest = image.digest if use.carries == "tag" else NEW_DIGEST
    if use.carries == "digest" or (image.digest and not image.tag):
        return image.at(image.tag, digest)
    return image.at(NEW_TAG if image.tag or use.carries != "tag" else None, digest)


def possible_edits(use):
    """The edits that make a use read as meant; `None` where its spelling cannot say that."""
    try:
        return edits_for(use, meant(use))
    except EditError:
        return None


def undone(text, edits):
    """The edits of the edited text that give `text` back."""
    ordered = sorted(set(edits))
    shifts = accumulate((len(e.text) - (e.span.end - e.span.start) for e in ordered), initial=0)
    return [
        Edit(Span(e.span.start + shift, e.span.start + shift + len(e.text)), e.span.of(text))
        for e, shift in zip(ordered, shifts, strict=False)
    ]


def untouched(text, edits):
    """The parts of a text that lie outside the edits."""
    ends = [0, *(e.span.end for e in sorted(set(edits)))]
    starts = [*(e.span.start for e in sorted(set(edits))), len(text)]
    return [text[end:start] for end, start in zip(ends, starts, strict=True)]


def test_every_format_has_samples():
    assert all(len(OWN[format_.NAME]) >= 10 for format_ in FORMATS)
    assert len({format_.NAME for format_ in FORMATS}) == len(FORMATS)


@pytest.mark.parametrize(("format_", "file"), CASES)
def test_what_is_found_is_where_it_is_said_to_be(format_, file):
    mentions = list(format_.find(file))
    assert_sound(format_, file, mentions)
    assert mentions == list(format_.find(file))


@pytest.mark.parametrize(("format_", "file"), CASES)
def test_an_edit_changes_its_spans_only_and_reads_back_as_meant(format_, file):
    for number, use in enumerate(uses_of(format_, file)):
        edits = possible_edits(use)
        if edits is None:
            continue
        text = rewrite(file.text, edits)
        undo = undone(file.text, edits)
        assert untouched(text, undo) == untouched(file.text, edits)
        assert rewrite(text, undo) == file.text
        assert SourceFile.of(file.path, SourceFile(file.path, text).data()).text == text
        again = SourceFile(file.path, text)
        assert format_.claims(again)
        assert str(uses_of(format_, again)[number].image) == str(meant(use))


@pytest.mark.parametrize(("format_", "file"), CASES)
def test_a_use_that_is_to_stay_needs_no_edit(format_, file):
    for use in uses_of(format_, file):
        assert edits_for(use, use.image) == ()


def _cut(data, at, size):
    return data[at : at + size]


def _without(data, at, size):
    return data[:at] + data[at + size :]


def _twice(data, at, size):
    return data[: at + size] + data[at:]


def _flipped(data, at, size):
    return (
        data[:at] + bytes([data[at] ^ (1 << size % 8)]) + data[at + 1 :] if at < len(data) else data
    )


def _moved(data, at, size):
    return data[at:] + data[:at]


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    sample=st.sampled_from([case.values for case in CASES]),
    accidents=st.lists(
        st.tuples(
            st.sampled_from([_cut, _without, _twice, _flipped, _moved]),
            st.integers(0, 2_000),
            st.integers(1, 300),
        ),
        min_size=1,
        max_size=4,
    ),
)
def test_nothing_that_happens_to_a_file_makes_it_raise(sample, accidents):
    format_, file = sample
    data = file.data()
    for accident, at, size in accidents:
        data = accident(data, at % (len(data) + 1), size)
    broken = SourceFile.of(file.path, data)
    assert format_.claims(broken) in {True, False}
    assert_sound(format_, broken, list(format_.find(broken)))


@given(st.sampled_from(FORMATS), st.text(max_size=60), st.binary(max_size=200))
def test_any_path_and_any_bytes_can_be_asked_about(format_, path, data):
    file = SourceFile.of(path, data)
    assert format_.matches(path) in {True, False}
    assert format_.claims(file) in {True, False}
    assert_sound(format_, file, list(format_.find(file)))
