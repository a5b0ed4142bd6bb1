"""Targets: the files of repositories, and what is said about files."""

import datetime as dt

from bot.edits import edits_for, rewrite
from bot.errors import EditError
from bot.formats import (
    KINDS,
    asked,
    claimant,
    foreseen,
    mentions_of,
    met,
    named,
    pins_of,
    possible,
    second_opinion,
    ties_of,
    uses_of,
)
from bot.formats.beside import chronicles, rebuilt, releases_after
from bot.formats.own import OwnFormat, tokens
from bot.image import ImageRef
from bot.model import (
    BaseMove,
    Entry,
    FilePattern,
    Manner,
    Policy,
    Repo,
    Skip,
    Snapshot,
    SourceFile,
    Use,
)
from bot.policy.globs import file_matches, image_matches
from bot.policy.versions import covers, misread
from bot.pulls.codeowners import owners_of, rules_in
from bot.steps.find import find
from bot.tags import parse
from bot.tags.order import kind_of_move, successors
from tests.fuzz.target import SAMPLES, Target, given, head, parts, text, words

DIGEST = "sha256:" + "5eed" * 16
PATTERN = FilePattern(
    "versions",
    ("versions.txt",),
    ("base={image}", "FROM * {name}:{tag}@{digest}", "v: {tag}"),
    "node",
)
NUL = b"\0"
MORE = {
    "dockerfile": [
        b"""Dockerfile
FROM a:1
SHELL ["/bin/bash", "-c"]
COPY [1, "b"]
RUN <<END
FROM b:2
END
RUN x \\
FROM c:3
COPY --from=d:4 --chown=me /bin/x /bin/
"""
    ]
}
TREE = f"""config.yaml
registry: r.example
base_images: [r.example/bookworm:1]
seed_image: r.example/bookworm:1
\0images/py/Dockerfile.template
FROM {{{{ "bookworm" | image_tag }}}}
RUN {{{{ "git" | apt_install }}}}
\0images/py/control
Package: py
Depends: bookworm
\0images/py/changelog
py (3.11-20260816) wikimedia; urgency=medium

  * Rebuild on r.example/bookworm:1@{DIGEST}.

 -- A <a@b.example>  Sun, 16 Aug 2026 06:00:05 +0000

py (3.11-20260809) wikimedia; urgency=medium

  * x

 -- A <a@b.example>  Sun, 9 Aug 2026 06:00:05 +0000
\0images/app/Dockerfile.template
FROM {{{{ "py" | image_tag }}}}
\0images/app/changelog
app (1.0-s1) wikimedia; urgency=medium

  * x

 -- A <a@b.example>  Sun, 16 Aug 2026 06:00:05 +0000
""".encode()
DAY = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)


def samples(name):
    """Each sample of a format: its path on a line, and what stands in it."""
    folder = SAMPLES / name
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    found = [(path.relative_to(folder).as_posix(), path.read_bytes()) for path in paths]
    small = [(path, data) for path, data in found if len(data) < 3_000]
    some = small[:: len(small) // 30 + 1]
    return [path.encode() + b"\n" + data for path, data in some] + MORE.get(name, [])


def read_by(format_):
    """A reader of a format: where it finds a use, the edit of it is tried as well."""

    def read(data):
        path, body = head(data)
        file = SourceFile.of(path, body)
        assert format_.matches(path) in {True, False}
        assert format_.claims(file) in {True, False}
        mentions = list(mentions_of(file, format_))
        check(file, mentions)
        pins_of(file, format_)
        ties_of(file, format_)
        met([file])
        if format_.NAME in {"dockerfile", "blubber"}:
            asked(file)
            second_opinion(file)
            told_as_read(file)

    return read


def check(file, mentions):
    """What is found is where it is said to be, and what is written stays apart from the rest."""
    for mention in mentions:
        assert mention.text == mention.span.of(file.text)
        assert isinstance(mention, Use | Skip)
        if isinstance(mention, Use):
            edited(file, mention)


def edited(file, use):
    try:
        new = use.image.at(use.image.tag and "98.7", DIGEST)
        rewrite(file.text, edits_for(use, new))
    except EditError:
        return


def told_as_read(file):
    """What is foreseen of a file after the edits of one use is what reading tells."""
    uses = uses_of(file)
    for use in uses[:3]:
        try:
            edits = edits_for(use, use.image.at(use.image.tag and "98.7", DIGEST))
            told = foreseen((file,), uses, edits)
            changed = file._replace(text=rewrite(file.text, edits))
        except EditError:
            return
        assert told is None or told == [each.image for each in uses_of(changed)]


def whole(data):
    """A file of any kind, by what it is itself."""
    path, body = head(data)
    file = SourceFile.of(path, body)
    possible(path)
    format_ = claimant(file)
    if format_:
        check(file, list(mentions_of(file, format_)))


class Files:
    """A tree of files that are only here; divided by NUL, each behind its path."""

    snapshot = Snapshot(Repo("fuzz", ""), "0" * 40)

    def __init__(self, data):
        files = dict(head(part) for part in data.split(NUL)[:40])
        self.files = {path: body for path, body in files.items() if path}

    def entries(self):
        return [Entry(path) for path in sorted(self.files)]

    def read(self, paths, *, limit):
        for path in paths:
            if path in self.files:
                yield path, self.files[path][:limit]


def tree(data):
    """All files of a tree together, and what follows from moves of what they name."""
    found = find(Files(data), Policy())
    bases = sorted({(use.path, use.image) for use in found.uses}, key=str)
    moves = [BaseMove(path, old, old.at(old.tag, DIGEST)) for path, old in bases]
    rebuilt(found.beside, moves, Manner(DAY))
    chronicles((found.beside,))
    for _, image in bases:
        releases_after((found.beside,), image)


def trees():
    """Files that tell about each other: values, templates, control files."""
    yield TREE
    for names in (
        ["compose", "dockerfile"],
        ["bake", "dockerfile"],
        ["docker-pkg"],
        ["skaffold"],
        ["github-workflow"],
        ["gitlab-ci"],
        ["devcontainer"],
    ):
        yield NUL.join(sample for name in names for sample in samples(name)[:8])


def of_own_kind(data):
    path, body = head(data)
    file = SourceFile.of(path, body)
    format_ = OwnFormat(PATTERN)
    assert format_.claims(file) in {True, False}
    check(file, list(format_.find(file)))


def reference(data):
    image = ImageRef.parse(words(data))
    assert str(image) == words(data)
    assert image.registry
    assert image.repository.path
    assert ImageRef.parse(str(image.at("1", DIGEST))).repository == image.repository
    tag(data.rpartition(b":")[2])


def tag(data):
    old, *more = words(data).split()[:40] or [""]
    found = parse(old)
    assert isinstance(found.line(0), str)
    for new in successors(old, more, 0):
        kind_of_move(parse(old), parse(new.tag))


def owners(flavour):
    def read(data):
        path, body = head(data)
        owners_of([path, "app/Dockerfile", "a/b/c"], rules_in(text(body), flavour))

    return read


def matched(data):
    pattern, name, _ = parts(data, 3)
    file_matches(pattern, name)
    image_matches(pattern, ImageRef.parse("ghcr.io/acme/app").repository)


def ranged(data):
    said, version, _ = parts(data, 3)
    misread(said)
    covers(said, version, (1, 2, 3))


TARGETS = [
    *(
        Target(f"format:{name}", read_by(named(name)), lambda name=name: samples(name))
        for name in KINDS
    ),
    Target("file", whole, lambda: [each for name in KINDS for each in samples(name)[1:2]]),
    Target("tree", tree, trees),
    Target(
        "own format",
        of_own_kind,
        given(
            "versions.txt\nbase=node:20\nFROM x node:20@"
            + DIGEST
            + "\nv: 1.2 # basewatch: ignore\n"
        ),
    ),
    Target(
        "pattern of an own format",
        lambda data: tokens(words(data)),
        given("base={image}", "FROM * {name}:{tag}@{digest}"),
        (ValueError,),
    ),
    Target(
        "reference",
        reference,
        given(
            "node:20-alpine",
            "docker.io/library/node:20@" + DIGEST,
            "localhost:5000/a/b__c.d-e:V1_2",
            "[::1]:5000/a:1",
        ),
        (ValueError,),
    ),
    Target(
        "tag",
        tag,
        given(
            "3.12.4-slim-bookworm 3.12.5-slim-bookworm 3.13.0-slim-bookworm",
            "3.4.13-debian-12-r8 3.4.14-debian-12-r0 3.5",
            "bookworm-20240904 bookworm-20240905",
            "jdk-17.0.12_7-jre-alpine3.18 v1.2.3-rc.1+build",
            "8.0.100-preview.7-nanoserver-ltsc2022 latest stable edge 20231201.1200-abcdef0",
        ),
    ),
    Target(
        "owners:github", owners("github"), given("a/b\n* @a @b/c\n/docs/ x@y.z # no\na\\ b/ @k\n")
    ),
    Target(
        "owners:gitlab",
        owners("gitlab"),
        given("a/b\n[A b][2] @x\n!*.rb\n^[C] @y\n* @@dev\n\\#f @z\n"),
    ),
    Target("glob", matched, given("**/a*b?/**\na/xaxxb1/c", "docker.io/**/node*\nnode", "a/\na/b")),
    Target(
        "range",
        ranged,
        given(">=3.12,<3.14\n3.13", "22.x\n22.1", "*-alpine\n3-alpine", "!=20.3\n1"),
    ),
]
