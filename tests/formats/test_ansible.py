"""What samples of Ansible's files cannot say: what is written."""

import pytest

from bot.edits import edits_for, rewrite
from bot.formats import ansible
from bot.model import SourceFile, Use

DIGEST = "sha256:" + "5eed" * 16


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "- podman_container: {image: 'a/b:1'}",
            f"- podman_container: {{image: 'a/b:2@{DIGEST}'}}",
        ),
        ("- docker_container: {image: 'a/b:1'}", "- docker_container: {image: 'a/b:2'}"),
        ("- podman_image: {name: a/b, tag: '1'}", "- podman_image: {name: a/b, tag: '2'}"),
        (
            "- k8s: {definition: {kind: Pod, spec: {containers: [{image: 'a/b:1'}]}}}",
            f"- k8s: {{definition: {{kind: Pod, spec: {{containers: [{{image: 'a/b:2@{DIGEST}'}}]}}}}}}",
        ),
        (
            "- docker_compose: {definition: {services: {a: {build: .}, b: {image: 'b:1'}}}}",
            f"- docker_compose: {{definition: {{services: {{a: {{build: .}}, b: {{image: 'b:2@{DIGEST}'}}}}}}}}",
        ),
    ],
)
def test_podman_runs_a_tag_with_a_digest_and_the_others_move_by_their_tags(before, after):
    (use,) = ansible.find(SourceFile("site.yml", before))
    assert isinstance(use, Use)
    new = use.image.at("2", DIGEST if use.carries == "reference" else None)
    assert rewrite(before, edits_for(use, new)) == after


def test_more_containers_than_anyone_runs_are_not_claimed():
    many = f"- &l [{'1, ' * 9_000}]\n- image\n"
    text = many + "- podman_containers: {containers: *l}\n" * 30
    assert not ansible.claims(SourceFile("site.yml", text))


@pytest.mark.parametrize(
    ("path", "has"),
    [
        ("group_vars/all.yml", True),
        ("a/host_vars/x/y.yaml", True),
        ("roles/web/defaults/main/x.yml", True),
        ("defaults/main.yml", True),
        ("roles/web/tasks/main.yml", False),
        ("defaults/other.yml", False),
    ],
)
def test_variables_lie_where_ansible_looks_for_them(path, has):
    assert ansible.has_variables(path) is has


def test_any_yaml_may_be_ansible():
    assert ansible.matches("a.YML")
    assert not ansible.matches("a.html")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("web_image: a/b:1", "web_image: a/b:2"),
        (f"web_image: a/b:1@{'sha256:' + '0' * 64}", f"web_image: a/b:2@{DIGEST}"),
        (
            "web_image: {repository: a/b, tag: '1', digest: ''}",
            f"web_image: {{repository: a/b, tag: '2', digest: '{DIGEST}'}}",
        ),
    ],
)
def test_a_variable_gets_no_digest_where_none_was_waited_for(before, after):
    (use,) = ansible.find(SourceFile("group_vars/all.yml", before))
    new = use.image.at("2", DIGEST if use.carries == "reference" else None)
    assert rewrite(before, edits_for(use, new)) == after
