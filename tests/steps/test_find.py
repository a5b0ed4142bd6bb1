import os
import subprocess

from bot.git import WorkTree
from bot.model import Policy
from bot.steps.find import FILE_LIMIT, find
from tests.fakes.shelf import tree_of

FROM = "FROM node:20\n"


def skips(findings):
    return [(skip.path, skip.reason) for skip in findings.skips]


def uses(findings):
    return [f"{use.path} {use.image}" for use in findings.uses]


def test_uses_come_file_by_file_in_the_order_of_their_paths(tmp_path):
    files = {"b/Dockerfile": FROM, "a/Dockerfile": FROM + "FROM node:21\n", "README.md": "FROM x:1"}
    findings = find(tree_of(tmp_path, files), Policy())
    assert uses(findings) == [
        "a/Dockerfile node:20", "a/Dockerfile node:21", "b/Dockerfile node:20",
    ]  # fmt: skip
    assert findings.files == 2
    assert set(findings.sources) == {"a/Dockerfile", "b/Dockerfile"}
    assert findings.modes == {"a/Dockerfile": "100644", "b/Dockerfile": "100644"}


def test_folders_of_other_peoples_code_are_left_out_and_counted(tmp_path):
    files = {
        "Dockerfile": FROM,
        "vendor/a/Dockerfile": FROM,
        "vendor/b/Dockerfile": FROM,
        "web/node_modules/x/Dockerfile": FROM,
        "node_modules/y/values.yaml": "a: 1\n",
    }
    findings = find(tree_of(tmp_path, files), Policy())
    assert uses(findings) == ["Dockerfile node:20"]
    assert skips(findings) == [("vendor", "vendored"), ("web/node_modules", "vendored")]
    assert findings.skips[0].detail.startswith("2 build files in a folder of other people's code")
    assert findings.skips[1].detail.startswith("1 build file in")


def test_folders_of_other_peoples_code_are_read_when_asked_for(tmp_path):
    findings = find(tree_of(tmp_path, {"vendor/Dockerfile": FROM}), Policy(vendored=True))
    assert uses(findings) == ["vendor/Dockerfile node:20"]


def test_an_ignored_file_is_left_alone_and_named(tmp_path):
    files = {"examples/Dockerfile": FROM, "Dockerfile": FROM, "examples/values.yaml": "a: 1\n"}
    findings = find(tree_of(tmp_path, files), Policy(ignore_files=("examples/**",)))
    assert uses(findings) == ["Dockerfile node:20"]
    assert skips(findings) == [("examples/Dockerfile", "ignored")]
    assert "'examples/**'" in findings.skips[0].detail


def test_a_symbolic_link_is_left_alone_and_named(tmp_path):
    tree = tree_of(tmp_path, {"real/Dockerfile": FROM})
    (tmp_path / "Dockerfile").symlink_to("real/Dockerfile")
    (tmp_path / "out.Dockerfile").symlink_to("/etc/passwd")
    (tmp_path / "values.yaml").symlink_to("real/Dockerfile")
    findings = find(tree, Policy())
    assert uses(findings) == ["real/Dockerfile node:20"]
    assert skips(findings) == [("Dockerfile", "symlink"), ("out.Dockerfile", "symlink")]


def test_a_submodule_is_another_repository(tmp_path):
    inner = tmp_path / "outer" / "lib"
    tree_of(inner, {"Dockerfile": FROM})
    for root in (inner, tmp_path / "outer"):
        subprocess.run(["git", "init", "-q", root], check=True)
    findings = find(WorkTree(tmp_path / "outer"), Policy())
    assert uses(findings) == []
    assert skips(findings) == [("lib", "submodule")]


def test_repositories_side_by_side_are_named_and_not_entered(tmp_path):
    for name in ("a", "b"):
        tree_of(tmp_path / name, {"Dockerfile": FROM})
        subprocess.run(["git", "init", "-q", tmp_path / name], check=True)
    findings = find(WorkTree(tmp_path), Policy())
    assert uses(findings) == []
    assert skips(findings) == [("a", "submodule"), ("b", "submodule")]


def test_a_folder_that_cannot_be_opened_is_said_to_be_unread(tmp_path, monkeypatch):
    real = os.scandir

    def scandir(path):
        if os.fsdecode(path).rstrip("/").endswith("shut"):
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    monkeypatch.setattr("os.scandir", scandir)
    files = ("shut/x", "examples/shut/x", "examples/Dockerfile", "vendor/shut/x")
    tree = tree_of(tmp_path, dict.fromkeys(files, FROM))
    policy = Policy(ignore_files=("examples/**",))
    findings = find(tree, policy)
    assert skips(findings) == [("examples/Dockerfile", "ignored"), ("shut", "unreadable")]
    assert findings.skips[1].detail == "is a folder that could not be opened, so nothing in it is known"  # fmt: skip
    assert ("vendor/shut", "unreadable") in skips(find(tree, Policy(vendored=True)))


def test_a_file_that_is_too_large_is_said_to_be_unread(tmp_path):
    big = "#" * (FILE_LIMIT + 1)
    findings = find(tree_of(tmp_path, {"Dockerfile": big, "values.yaml": big}), Policy())
    assert skips(findings) == [("Dockerfile", "unreadable")]
    assert "larger than" in findings.skips[0].detail


def test_bytes_that_are_no_text_do_no_harm(tmp_path):
    data = b"# caf\xe9\nFROM node:20\nLABEL a=\xff\n"
    findings = find(tree_of(tmp_path, {"Dockerfile": data}), Policy())
    assert uses(findings) == ["Dockerfile node:20"]
    assert findings.sources["Dockerfile"].data() == data


def test_formats_that_are_not_wanted_are_not_read(tmp_path):
    files = {"Dockerfile": FROM, "blubber.yaml": "version: v4\nbase: node:22\nvariants: {a: {}}\n"}
    tree = tree_of(tmp_path, files)
    assert uses(find(tree, Policy())) == ["Dockerfile node:20", "blubber.yaml node:22"]
    assert uses(find(tree, Policy(formats=frozenset({"blubber"})))) == ["blubber.yaml node:22"]


def test_a_dockerfile_that_is_no_text_is_told(tmp_path):
    files = {"Dockerfile": FROM.encode("utf-16"), "logo.png": b"\0\1", "a.Dockerfile": "none"}
    findings = find(tree_of(tmp_path, files), Policy())
    assert skips(findings)[0] == ("Dockerfile", "unparsable")
    assert "UTF-16" in findings.skips[0].detail
    assert "logo.png" not in {skip.path for skip in findings.skips}
