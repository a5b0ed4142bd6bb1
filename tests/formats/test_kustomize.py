"""What samples of kustomizations cannot say: where a digest is written."""

import pytest

from bot.formats import kubernetes, kustomize
from bot.model import SourceFile, Use
from tests.formats.shared import DIGEST, rewritten

FLUX = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nspec:\n"


def found(text, format_=kustomize):
    return list(format_.find(SourceFile("kustomization.yaml", text)))


def bumped(text, tag="v2", format_=kustomize):
    use = next(mention for mention in found(text, format_) if isinstance(mention, Use))
    digest = DIGEST if use.carries == "reference" else None
    return rewritten(text, use, tag, digest)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "images:\n- name: a\n  newTag: v1  # x\n  newName: b\n",
            "images:\n- name: a\n  newTag: v2  # x\n  digest: {}\n  newName: b\n",
        ),
        ("images:\n- newTag: v1\n  name: a", "images:\n- newTag: v2\n  digest: {}\n  name: a"),
        ("images:\n- name: a\n  newTag: 'v1'", "images:\n- name: a\n  newTag: 'v2'\n  digest: {}"),
        (
            "images:\r\n  - name: a\r\n    newTag: v1",
            "images:\r\n  - name: a\r\n    newTag: v2\r\n    digest: {}",
        ),
        ("images: [{name: a, newTag: v1}]", 'images: [{name: a, newTag: v2, digest: "{}"}]'),
        (
            "images: [{name: a, newTag: v1, digest: ''}]",
            "images: [{name: a, newTag: v2, digest: '{}'}]",
        ),
        (
            "images:\n- name: a\n  digest:\n  newTag: v1\n",
            "images:\n- name: a\n  digest: {}\n  newTag: v2\n",
        ),
    ],
)
def test_a_digest_has_a_field_of_its_own(before, after):
    assert bumped(before) == after.replace("{}", DIGEST)
    (use,) = found(bumped(before))
    assert (use.image.tag, use.image.digest) == ("v2", DIGEST)


@pytest.mark.parametrize(
    "text",
    [
        "images:\n- name: a\n  newTag: |-\n    v1\n",
        "images:\n- name: a\n  newTag: v1\n  digest: ~\n",
        "images:\n- &a {name: a, newTag: v1}\n",
        f"images:\n-{' ' * 600}name: a\n{' ' * 601}newTag: v1\n",
        "images:\n- ? name\n  : a\n  ? newTag\n  : v1\n  ? [x]\n  : y\n",
    ],
)
def test_where_there_is_no_room_for_a_digest_the_tag_moves(text):
    assert bumped(text) == text.replace("v1", "v2")


def test_a_tag_behind_an_alias_has_no_room_for_a_digest():
    text = "x: &t v1\nimages:\n- name: a\n  newTag: *t\n"
    assert found(text)[0].no_digest


def test_a_digest_that_is_a_list_is_told():
    (skip,) = found("images: [{name: a, newTag: v1, digest: [x]}]")
    assert skip.reason == "invalid-reference"


@pytest.mark.parametrize(
    "before",
    [
        f"{FLUX}  images:\n  - name: a\n    newTag: v1\n",
        "apiVersion: builtin\nkind: ImageTagTransformer\nimageTag:\n    name: a\n    newTag: v1\n",
    ],
)
def test_manifests_replace_images_in_the_same_way(before):
    assert bumped(before, format_=kubernetes) == f"{before[:-3]}v2\n    digest: {DIGEST}\n"


def test_only_the_three_names_that_kustomize_reads_are_taken():
    names = ["kustomization.yaml", "a/kustomization.yml", "a/Kustomization"]
    names += ["a/xkustomization.yaml", "a/kustomization.json"]
    assert [kustomize.matches(name) for name in names] == [True] * 3 + [False] * 2


def test_what_flux_moves_is_left_to_it():
    mark = '# {"$imagepolicy": "x:y:tag"}'
    moved, other = found(f"images:\n- name: a\n  newTag: v1 {mark}\n- name: b\n  newTag: v1\n")
    assert [steer.verb for steer in moved.steers] == ["ignore"]
    assert other.steers == ()
