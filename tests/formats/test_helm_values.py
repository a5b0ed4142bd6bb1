"""What samples of Helm's values cannot say: what is written, and what a hostile file comes to."""

import pytest

from bot.errors import EditError
from bot.formats import helm_values
from bot.model import SourceFile, Use
from tests.formats.shared import DIGEST, rewritten


def found(text, path="chart/values.yaml"):
    return list(helm_values.find(SourceFile(path, text)))


def bumped(text, tag, path="chart/values.yaml"):
    """The text with its first use at a new tag and digest, or at the tag if that is all it takes."""
    use = next(mention for mention in found(text, path) if isinstance(mention, Use))
    digest = DIGEST if use.carries == "reference" else None
    return rewritten(text, use, tag, digest)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            'image: {registry: docker.io, repository: a/b, tag: 1.2-r1, digest: ""}',
            f'image: {{registry: docker.io, repository: a/b, tag: 1.2-r2, digest: "{DIGEST}"}}',
        ),
        (
            "image:\n  repository: a/b\n  digest:  # none\n  tag: '1.2-r1'\n",
            f"image:\n  repository: a/b\n  digest: {DIGEST}  # none\n  tag: '1.2-r2'\n",
        ),
        (
            "image:\n  repository: a/b\n  tag: 1.2-r1\n",
            "image:\n  repository: a/b\n  tag: 1.2-r2\n",
        ),
        (
            "image: {repository: a/b, tag: 1.2-r1, digest: ~}",
            "image: {repository: a/b, tag: 1.2-r2, digest: ~}",
        ),
        (
            f"image: {{repository: a/b, tag: 1.2-r1, sha: {'0a1b' * 16}}}",
            f"image: {{repository: a/b, tag: 1.2-r2, sha: {DIGEST[7:]}}}",
        ),
        (
            'image: {repository: a/b, tag: 1.2-r1, sha: ""}',
            f'image: {{repository: a/b, tag: 1.2-r2, sha: "{DIGEST[7:]}"}}',
        ),
        (
            "image:\n  repository: a/b\n  tag: 1.2-r1\n  sha:  # none\n",
            f'image:\n  repository: a/b\n  tag: 1.2-r2\n  sha: "{DIGEST[7:]}"  # none\n',
        ),
        (
            "image: {repository: a/b, tag: 1.2-r1, sha: '', digest: ''}",
            f"image: {{repository: a/b, tag: 1.2-r2, sha: '', digest: '{DIGEST}'}}",
        ),
        (
            "image: {repository: a/b, tag: 1.2-r1, sha: ~}",
            "image: {repository: a/b, tag: 1.2-r2, sha: ~}",
        ),
        (
            "image: {repository: a/b, tag: 1.2-r1, digest: '', useDigest: false}",
            "image: {repository: a/b, tag: 1.2-r2, digest: '', useDigest: false}",
        ),
        (
            "image: {repository: a/b, tag: 1.2-r1, digest: '', tagSuffix: -x}",
            "image: {repository: a/b, tag: 1.2-r2, digest: '', tagSuffix: -x}",
        ),
        (
            f"image: {{repository: a/b, tag: sha256:{'0a1b' * 16}}}",
            f"image: {{repository: a/b, tag: {DIGEST}}}",
        ),
        ("image: a/b:1.2-r1\n", f"image: a/b:1.2-r2@{DIGEST}\n"),
        ("image: a/b\nimageTag: 1.2-r1\n", "image: a/b\nimageTag: 1.2-r2\n"),
    ],
)
def test_a_digest_goes_where_the_chart_reads_one_and_nowhere_else(before, after):
    assert bumped(before, "1.2-r2") == after


def test_what_was_put_into_an_empty_field_reads_back_as_the_digest():
    text = bumped('image: {repository: a/b, tag: 1.2-r1, sha: ""}', "1.2-r2")
    (use,) = found(text)
    assert str(use.image) == f"a/b:1.2-r2@{DIGEST}"


def test_a_digest_of_another_kind_is_not_put_where_its_name_is_left_out():
    text = 'image: {repository: a/b, tag: 1.2-r1, sha: ""}'
    (use,) = found(text)
    with pytest.raises(EditError, match="its field takes digests that begin with sha256:"):
        rewritten(text, use, "1.2-r2", "sha512:" + "ab" * 64)


def test_a_digest_of_an_anchor_elsewhere_is_not_written_through_the_alias():
    text = 'no: &no ""\nimage: {repository: a/b, tag: 1.2-r1, digest: *no}\n'
    assert bumped(text, "1.2-r2") == text.replace("r1", "r2")


def test_beside_digests_by_platform_an_image_moves_by_its_tag():
    text = "image: {repository: a/b, tag: 1.2-r1, digest: {amd64: x}}"
    assert bumped(text, "1.2-r2") == text.replace("r1", "r2")


def test_an_image_listed_in_a_chart_moves_by_its_tag():
    text = "name: a\nannotations:\n  images: |\n    - image: a/b:1.2-r1\n"
    assert bumped(text, "1.2-r2", "Chart.yaml") == text.replace("r1", "r2")


def test_a_list_of_a_chart_that_is_no_yaml_is_told_with_its_line():
    text = "name: a\nannotations:\n  images: |\n    - image: a/b:1.2-r1\n    - "
    for said, line in (("[\n", 4), ("}\n", 5)):
        (skip,) = found(text + said, "Chart.yaml")
        assert (skip.reason, skip.position.line) == ("unparsable", line)


@pytest.mark.parametrize(
    "text",
    [
        "image: &i\n  repository: *r\n",
        "a: &a {image: *a, images: [*a, *a]}",
        "image: {repository: [a], tag: {b: c}}",
        "global: [1]\ndocker: text\nimage: {tag: ''}",
        "images:\n" + "".join(f"  k{n}: &k{n} {{<<: *k{n - 1}, image: a:{n}}}\n" for n in (1, 2)),
    ],
)
def test_what_leads_nowhere_is_followed_to_its_end(text):
    assert all(mention.format == "helm-values" for mention in found(text))


def test_aliases_within_aliases_are_given_up():
    levels = [f"a{n}: &a{n} {{{', '.join(f'b{i}: *a{n - 1}' for i in range(9))}}}" for n in (1, 2)]
    text = "a0: &a0 {image: 'a/b:1'}\n" + "\n".join(levels)
    assert [str(mention.image) for mention in found(text)] == ["a/b:1"]


def test_a_helmfile_that_repeats_itself_too_often_is_not_claimed():
    text = f"x: &x [{'1, ' * 9_000}]\nreleases:\n- values: [{'*x, ' * 30} image.yaml]\n"
    assert not helm_values.claims(SourceFile("helmfile.yaml", text))


@pytest.mark.parametrize(
    ("path", "text", "claimed"),
    [
        ("values.yaml", "replicas: 1\n", False),
        ("values.yaml", "image: a:1\n", True),
        ("values.yaml", "- image: a:1\n", False),
        ("values.yaml", "apiVersion: v1\nkind: Pod\nimage: a:1\n", False),
        ("values.yaml", "{{ image }}\nx: [", False),
        ("values.yaml", "image: [", True),
        ("Chart.yaml", "annotations: {x: y}\nicon: image\n", False),
        ("Chart.yaml", "annotations:\n  images: |\n   - image: a:1\n", True),
    ],
)
def test_a_file_is_claimed_by_what_it_says(path, text, claimed):
    assert helm_values.claims(SourceFile(path, text)) is claimed


def test_a_name_tells_whether_it_may_be_values():
    names = ["values.yaml", "a/values-prod.yml", "my.values.yaml", "Chart.yaml", "x/values/app.yml"]
    names += ["app.yaml", "values.json", "evaluate.yml", "values.html"]
    assert [helm_values.matches(name) for name in names] == [True] * 5 + [False] * 4


@pytest.mark.parametrize("name", ["vmImage", "OSImage", "lxd_image", "cloud-image", "logoImage"])
def test_what_machines_and_pages_are_made_of_is_no_container(name):
    assert found(f"{name}: ubuntu:22.04\n") == []
    (use,) = found(f"{name}: x/ubuntu:22.04\n")
    assert use.image.tag == "22.04"


@pytest.mark.parametrize("name", ["nodeImage", "chaosImage", "logosImage", "image", "cronImage"])
def test_what_only_sounds_like_it_is_an_image(name):
    assert len(found(f"{name}: ubuntu:22.04\n")) == 1


def test_what_flux_moves_is_left_to_it():
    mark = '# {"$imagepolicy": "x:y:tag"}'
    (use,) = found(f"image:\n  repository: a/b\n  tag: v1 {mark}\n")
    assert [steer.verb for steer in use.steers] == ["ignore"]
