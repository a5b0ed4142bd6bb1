"""What samples of manifests cannot say: what is written, and what a hostile file comes to."""

import pytest

from bot.formats import kubernetes
from bot.model import SourceFile, Use
from tests.formats.shared import DIGEST, rewritten

APPLICATION = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec: {source: {kustomize: "
POD = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n"
RELEASE = """\
apiVersion: helm.toolkit.fluxcd.io/v2
kind: HelmRelease
spec:
  postRenderers:
  - kustomize:
      images:
    """
TASK = "apiVersion: tekton.dev/v1\nkind: Task\nspec:\n"


def found(text):
    return list(kubernetes.find(SourceFile("a.yaml", text)))


def bumped(text, tag):
    use = next(mention for mention in found(text) if isinstance(mention, Use))
    digest = DIGEST if use.carries == "reference" else None
    return rewritten(text, use, tag, digest)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"{POD}  - image: a/b:1  # x\n", f"{POD}  - image: a/b:2@{DIGEST}  # x\n"),
        (f"{POD}  - image: 'a/b'\n", f"{POD}  - image: 'a/b:2@{DIGEST}'\n"),
        (
            f"{POD}  - image: {{{{ .x }}}}\n  - image: a/b:1\n",
            f"{POD}  - image: {{{{ .x }}}}\n  - image: a/b:2@{DIGEST}\n",
        ),
        (
            f"{TASK}  params: [{{name: b, default: a/b:1}}]\n  steps: [image: $(params.b)]",
            f"{TASK}  params: [{{name: b, default: a/b:2@{DIGEST}}}]\n  steps: [image: $(params.b)]",
        ),
        (
            f"{TASK}  params: [{{name: b, default: '1'}}]\n  steps: [image: a/b:$(params.b)]",
            f"{TASK}  params: [{{name: b, default: '2'}}]\n  steps: [image: a/b:$(params.b)]",
        ),
        (
            f"{RELEASE}  - name: a/b\n        newTag: '1'\n",
            f"{RELEASE}  - name: a/b\n        newTag: '2'\n        digest: {DIGEST}\n",
        ),
        (
            APPLICATION + "{images: ['x=a/b:1']}}}",
            f"{APPLICATION}{{images: ['x=a/b:2@{DIGEST}']}}}}}}",
        ),
    ],
)
def test_a_new_tag_and_digest_stand_where_the_old_tag_stood(before, after):
    assert bumped(before, "2") == after


def test_a_default_in_a_block_cannot_be_rewritten():
    text = f"{TASK}  params:\n  - name: b\n    default: |-\n      a/b:1\n"
    (use,) = found(f"{text}  steps: [{{image: $(params.b)}}]\n")
    assert (str(use.image), use.pieces[0].span) == ("a/b:1", None)


def test_a_manifest_that_contains_itself_is_read_once():
    text = f"{POD}  - &c\n    image: a/b:1\n    env: [*c]\n"
    assert [str(mention.image) for mention in found(text)] == ["a/b:1"]


def test_what_is_no_manifest_between_manifests_is_passed_over():
    text = f"{POD}  - image: a/b:1\n---\nspec: {{containers: [{{image: no:1}}]}}\n"
    assert [str(mention.image) for mention in found(text)] == ["a/b:1"]


@pytest.mark.parametrize(
    "text",
    ["{{" * 20_000, "{{ x }}\n" * 5_000 + ": [", "{{\n" * 9_000, "{{" + "x" * 100_000 + "}}: ["],
)
def test_templates_without_an_end_are_given_up(text):
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "claimed"),
    [
        (f"{POD}  - image: a\n", True),
        (f"{POD}  - name: a\n", False),
        ("# apiVersion kind image\n", False),
        ('{"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [{"image": "a"}]}}', True),
        (f"{POD}  - image: {{{{ .x }}}}\n  - image: a\n", True),
        (f"{POD}  - image: {{{{ .x }}}}\n", False),
        (f"{POD}  - image: a\n  x\n", True),
        ("version: 1\n", False),
    ],
)
def test_a_file_is_claimed_by_what_it_says(text, claimed):
    assert kubernetes.claims(SourceFile("a.yaml", text)) is claimed


def test_any_yaml_may_be_a_manifest_and_json_where_its_path_says_so():
    assert kubernetes.matches("a/b.yml")
    assert kubernetes.matches("B.YAML")
    assert kubernetes.matches("k8s/b.json")
    assert not kubernetes.matches("package.json")
    assert not kubernetes.matches("b.html")
    assert not kubernetes.matches("b.python")


def test_what_lies_on_the_machine_is_not_pulled():
    (skip,) = found(f"{POD}  - image: localhost/a:1\n")
    assert skip.reason == "built"


def test_what_flux_moves_is_left_to_it():
    mark = '# {"$imagepolicy": "x:y"}'
    moved, other = found(f"{POD}  - image: a/b:1 {mark}\n  - image: a/b:1\n")
    assert [steer.verb for steer in moved.steers] == ["ignore"]
    assert other.steers == ()


def test_what_a_policy_compares_with_is_no_image():
    policy = "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nspec: {pattern: {containers: "
    assert found(f"{policy}[image: '!*:latest']}}}}") == []


@pytest.mark.parametrize(
    ("image", "images"),
    [
        ("{repository: a/b, tag: '1.2'}", ["a/b:1.2"]),
        ("{repository: quay.io/a/b, tag: v1, pullPolicy: Always}", ["quay.io/a/b:v1"]),
        ("{registry: quay.io, repository: a/b, tag: v1}", ["quay.io/a/b:v1"]),
        ("{repository: a/b}", []),
        ("{registry: quay.io, repository: a, name: b, tag: v1}", []),
        ("{repository: a/b, tag: '{{ .Values.tag }}'}", []),
        ("{repository: 'https://example.org/a.git', tag: v1}", []),
        ("[{repository: a/b, tag: v1}]", []),
    ],
)
def test_an_image_of_a_custom_resource_may_stand_in_pieces(image, images):
    text = f"apiVersion: example.org/v1\nkind: Thing\nspec:\n  solrImage: {image}\n"
    assert [str(use.image) for use in found(text) if isinstance(use, Use)] == images
    assert found(text.replace("example.org/v1", "apps/v1")) == []


def test_a_parameter_that_takes_some_values_only_is_left_alone():
    text = TASK + (
        "  params: [{name: i, default: 'a/b:1', enum: ['a/b:1', 'a/b:2']}]\n"
        "  steps: [{image: $(params.i)}]\n"
    )
    assert [mention.reason for mention in found(text)] == ["variable-without-default"]
