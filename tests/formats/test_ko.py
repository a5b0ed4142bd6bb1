import pytest

from bot.edits import edits_for, rewrite
from bot.formats import claimant, ko
from bot.model import SourceFile
from tests.formats.shared import DIGEST, uses_in


def uses(text, path=".ko.yaml"):
    return uses_in(ko, path, text)


def kind(text, path):
    format_ = claimant(SourceFile(path, text))
    return format_ and format_.NAME


@pytest.mark.parametrize(
    ("path", "text", "wanted"),
    [
        (".ko.yaml", "defaultBaseImage: x", "ko"),
        ("a/.ko.yml", "DEFAULTBASEIMAGE: x\nmine: 1", "ko"),
        ("ci/base.yaml", "defaultBaseImage: x\nbuilds: []", "ko"),
        ("ci/base.yaml", "defaultBaseImage: x\nmine: 1", None),
        ("ci/base.yaml", "- defaultBaseImage: x", None),
        ("ci/base.yaml", "baseImageOverrides: {", None),
        (".ko.yaml", "builds: []", None),
        (".goreleaser.yml", "kos: [{base_image: x}]", "ko"),
        (".goreleaser.yml", "defaultBaseImage: x", None),
        (".ko.toml", "defaultBaseImage = 'x'", None),
    ],
)
def test_a_file_is_ko_s_by_its_name_or_by_what_only_ko_has(path, text, wanted):
    assert kind(text, path) == wanted


def test_tag_and_digest_are_written_together_and_comments_stay():
    text = "defaultBaseImage: a/b:1.0  # why\nbaseImageOverrides:\n  x.org/a: 'a/b'\n"
    edits = [edit for use in uses(text) for edit in edits_for(use, use.image.at("2.0", DIGEST))]
    assert rewrite(text, edits) == text.replace("b:1.0", f"b:2.0@{DIGEST}").replace(
        "'a/b'", f"'a/b:2.0@{DIGEST}'"
    )


def test_a_digest_alone_is_replaced_by_itself():
    text = f"defaultBaseImage: a/b@sha256:{'0' * 64}\n"
    (use,) = uses(text)
    assert rewrite(text, edits_for(use, use.image.at(None, DIGEST))) == (
        f"defaultBaseImage: a/b@{DIGEST}\n"
    )


def test_an_override_tells_the_program_it_is_for():
    assert [use.stage for use in uses("baseImageOverrides: {x.org/a: b:1}")] == ["x.org/a"]
