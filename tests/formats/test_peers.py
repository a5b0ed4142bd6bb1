"""
What is published of how Renovate, Dependabot and others read files, and what basewatch does.

A case is `(source, verdict, path, text, found)`, and for some what is written: `source` names who
decides it and where that is published; the texts are our own. Where only the names of fields are
published, and no case of them, it begins with `our reading of`. `found` has, in the order of the
text, what is found (`from node:8`: the role and the image) and what is left alone (`stage build`:
the reason and the words); `None`: the file is of no format. `written` is the text once the
first number of each tag found is 99, and a digest behind it, as far as they can be written there. The verdict is
`same`, or `better: ` and why.
"""

import re
from pathlib import Path

import pytest

from bot.edits import edits_for, rewrite
from bot.errors import EditError
from bot.formats import claimant, mentions_of, uses_of_all
from bot.model import Beside, SourceFile, Use
from tests.formats.peers.dockerfiles import DOCKERFILES
from tests.formats.peers.manifests import MANIFESTS
from tests.formats.peers.meetings import MEETINGS
from tests.formats.peers.pipelines import PIPELINES
from tests.formats.peers.wikimedia import WIKIMEDIA

ROOT = Path(__file__).parents[2]
DIGESTS = {"sha256:old": "sha256:" + "01d0" * 16, "sha256:new": "sha256:" + "5eed" * 16}
EVERY = DOCKERFILES + MANIFESTS + PIPELINES + WIKIMEDIA
CASES = [pytest.param(row[2:], id=f"{number}-{row[0]}") for number, row in enumerate(EVERY)]


def spelled(text):
    for short, digest in DIGESTS.items():
        text = text.replace(short, digest)
    return text


def shortened(text):
    for short, digest in DIGESTS.items():
        text = text.replace(digest, short)
    return text


def told(mention):
    if isinstance(mention, Use):
        return shortened(f"{mention.role} {mention.image}")
    return shortened(f"{mention.reason} {mention.text}")


def found_in(file):
    format_ = claimant(file)
    return list(mentions_of(file, format_)) if format_ else None


def moved(use):
    """The image a use is moved to: with a digest where one is, or may be written."""
    image = use.image
    wants = use.carries != "tag" and (image.digest or use.digest_at is not None)
    tag = image.tag and re.sub(r"\d[\d.]*", "99", image.tag, count=1)
    return image.at(tag, DIGESTS["sha256:new"] if wants else image.digest)


def written(file, mentions):
    edits = []
    for use in mentions:
        if isinstance(use, Use):
            try:
                edits += edits_for(use, moved(use))
            except EditError:
                continue
    return shortened(rewrite(file.text, edits))


@pytest.mark.parametrize("case", CASES)
def test_a_published_case_is_decided_as_well_or_better(case):
    path, text, found, *after = case
    file = SourceFile.of(path, spelled(text).encode())
    mentions = found_in(file)
    assert (mentions if mentions is None else [told(mention) for mention in mentions]) == found
    if after:
        assert written(file, mentions) == after[0]


@pytest.mark.parametrize("case", [pytest.param(row[2:], id=row[0]) for row in MEETINGS])
def test_a_published_case_of_several_files_is_decided_as_well_or_better(case):
    texts, found, after = case
    files = {path: SourceFile.of(path, spelled(text).encode()) for path, text in texts.items()}
    uses = uses_of_all(tuple(files.values()), Beside(files, meet=True))
    assert [f"{use.path} {told(use)}" for use in uses] == found
    for path, file in files.items():
        own = [use for use in uses if use.path == path]
        assert written(file, own) == after.get(path, texts[path])


def test_every_case_says_whether_it_is_the_same_and_why_not():
    for source, verdict, *_ in EVERY + MEETINGS:
        assert source
        assert verdict == "same" or (verdict.startswith("better: ") and len(verdict) > 15)


def test_rows_that_are_our_own_reading_are_counted_where_people_read_it():
    ours = [row[0] for row in EVERY + MEETINGS if row[0].startswith("our reading of")]
    page = (ROOT / "docs" / "formats" / "peers.md").read_text("utf-8")
    assert f"{len(ours)} rows are **our own reading**" in page
    of = {source.removeprefix("our reading of ").split()[1].lower() for source in ours}
    assert all(name in page.lower() for name in of)
