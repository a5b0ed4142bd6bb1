"""What samples of scripts cannot say: what is written, and what the comment means elsewhere."""

import pytest

from bot.edits import edits_for, rewrite
from bot.formats import claimant, shell
from bot.formats.steering import asks_for_image, complaint, steers
from bot.model import SourceFile, Steer, Use

DIGEST = "sha256:" + "5eed" * 16
ASK = " # basewatch: image\n"


def found(text, path="a.sh"):
    return list(shell.find(SourceFile(path, text)))


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("a.sh", f"docker run -it a/b:1{ASK}", f"docker run -it a/b:2@{DIGEST}{ASK}"),
        ("a.sh", f'docker pull "a/b:1"{ASK}', f'docker pull "a/b:2@{DIGEST}"{ASK}'),
        ("a.sh", f'IMAGE="a/b:1"{ASK}', f'IMAGE="a/b:2@{DIGEST}"{ASK}'),
        ("a.sh", f'I="${{I:-a/b:1}}"{ASK}', f'I="${{I:-a/b:2@{DIGEST}}}"{ASK}'),
        ("a.sh", f"V=1\nI=a/b:$V{ASK}", f"V=2\nI=a/b:$V@{DIGEST}{ASK}"),
        (
            "a.sh",
            f"docker build --build-arg=X=a/b:1 .{ASK}",
            f"docker build --build-arg=X=a/b:2@{DIGEST} .{ASK}",
        ),
        (
            "Makefile",
            f"x:\n\tbuildctl --addr tcp://b:1 build --opt target=a --opt source=a/b:1 --local c=.{ASK}",
            f"x:\n\tbuildctl --addr tcp://b:1 build --opt target=a --opt source=a/b:2@{DIGEST} --local c=.{ASK}",
        ),
        (
            "Makefile",
            f"x:\n\t@buildctl build --opt=source=a/b:1 \\\n\t\t--opt target=b/c:1{ASK}",
            f"x:\n\t@buildctl build --opt=source=a/b:2@{DIGEST} \\\n\t\t--opt target=b/c:1{ASK}",
        ),
        ("Makefile", f"I ?= a/b:1{ASK}", f"I ?= a/b:2@{DIGEST}{ASK}"),
        (
            "Makefile",
            f"V := 1\nx:\n\t@$(D) run a/b:$(V){ASK}",
            f"V := 2\nx:\n\t@$(D) run a/b:$(V)@{DIGEST}{ASK}",
        ),
        ("justfile", f"i := 'a/b:1'{ASK}", f"i := 'a/b:2@{DIGEST}'{ASK}"),
    ],
)
def test_a_bump_changes_the_reference_where_it_is_spelled(path, before, after):
    (use,) = found(before, path)
    assert isinstance(use, Use)
    new = use.image.at("2", DIGEST)
    text = rewrite(before, edits_for(use, new))
    assert text == after
    assert [str(again.image) for again in found(text, path)] == [str(new)]


@pytest.mark.parametrize(
    ("flags", "image"),
    [
        ("-it", "x"),
        ("-p 80:80 -p80:80 -dp 80:80", "x"),
        ("--name a --name=b --rm -e A -v /a:/b:ro", "x"),
        ("--init --", "x"),
        ("-h host -ti", "x"),
    ],
)
def test_flags_and_what_they_take_are_no_images(flags, image):
    (use,) = found(f"docker run {flags} {image} y{ASK}")
    assert str(use.image) == image


@pytest.mark.parametrize(
    "comment",
    [
        "# basewatch: image",
        "basewatch:image",
        "# BaseWatch : Image -- of the tests",
        "# shellcheck disable=SC2086 # basewatch: image.",
    ],
)
def test_a_comment_that_asks_steers_nothing_and_is_not_malformed(comment):
    assert asks_for_image(comment)
    assert (steers(comment), complaint(comment)) == ((), None)


@pytest.mark.parametrize("comment", ["# basewatch: images", "# basewatch: image node", "# image"])
def test_other_words_do_not_ask(comment):
    assert not asks_for_image(comment)


def test_it_says_nothing_in_files_that_are_read_anyway():
    file = SourceFile("Dockerfile", "# basewatch: image\nFROM a:1\n\n# basewatch: image\n")
    (use,) = claimant(file).find(file)
    assert use.steers == ()


def test_other_comments_steer_beside_it():
    (use,) = found(f"# basewatch: ignore\n# basewatch: image\nI=a:1{ASK}")
    assert use.steers == (Steer("ignore"),)


@pytest.mark.parametrize(
    "text",
    [
        "# basewatch: image\n" * 3_000,
        f"docker run {'-e a ' * 20_000}a:1{ASK}",
        f"docker run {'$a ' * 20_000}{ASK}",
        f"{'docker ' * 20_000}run{ASK}",
        "# basewatch: image\n" + "\\\n" * 5_000,
        f"I={'$(' * 10_000}{ASK}",
        f"{'export ' * 10_000}I=a:1{ASK}",
    ],
)
def test_what_nobody_would_write_is_bounded(text):
    assert len(found(text)) <= 1


def test_scripts_are_known_by_their_names():
    names = ["a.sh", "b.bash", "x/Makefile", "GNUmakefile", "rules.mk", "justfile", ".justfile"]
    names += ["a.just", "a.py", "README", "a.mk.txt"]
    assert [shell.matches(name) for name in names] == [True] * 8 + [False] * 3
