"""A base of docker-pkg's trees is rebuilt by its publisher: one wave of proposals, and the second."""

import json
import re
import subprocess

import pytest

from bot.cli import main
from tests.servers.layered import AMD64, ARM64, image, push
from tests.test_evidence_end_to_end import NEW, OLD, RECORDS, both, debian, record

pytestmark = pytest.mark.registry


def log(name, *versions):
    return "".join(
        f"{name} ({version}) wikimedia; urgency=medium\n\n  * Weekly rebuild.\n\n"
        f" -- Bot <root@example.org>  Sun, {16 - 7 * n:02} Aug 2026 06:00:05 +0000\n\n"
        for n, version in enumerate(versions)
    )


class Life:
    """A repository with trees, the bot that is run on it, and what it proposed."""

    def __init__(self, root, out, config, capsys):
        self.root, self.out, self.config, self.capsys = root, out, config, capsys

    def git(self, *words):
        command = ["git", "-C", self.root, "-c", "user.name=t", "-c", "user.email=t@e", *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def runs(self):
        """What became of each branch, without its host; and nothing failed."""
        config = ["--config", str(self.config), "--out", str(self.out)]
        assert main(["run", str(self.root), *config, "--json"]) == 0
        said = json.loads(self.capsys.readouterr().out)
        assert said["failures"] == []
        return {
            p["branch"].partition("-")[2].partition("-")[2]: p["verb"] for p in said["proposals"]
        }

    def branch(self, name):
        (found,) = self.git("branch", "--list", "--format=%(refname:short)", f"*-{name}").split()
        return found

    def top(self, name, path):
        """The topmost block of a changelog on a branch, its words one space apart."""
        text = self.git("show", f"{self.branch(name)}:{path}")
        return " ".join(text[: text.index(" -- ")].split())

    def body(self, name):
        return next(self.out.glob(f"*-{name}/body.md")).read_text()


@pytest.fixture
def life(open_registry, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "no-logins"))
    base, host, records = open_registry.base_url, open_registry.host, tmp_path / "records"
    records.mkdir()
    for name, told in RECORDS.items():
        (records / f"{name}.json").write_text(json.dumps(record(name, *told)))
    osv = {"scanners": ["osv"], "osv": {"records": [str(records)]}, "database_days": 3650}
    rebuilds = {
        "maintainer": "Base Bot <bot@example.org>",
        "skip": ["spark*"],
        "only_changed": True,
    }
    said = {
        "registries": {host: {"insecure": True}},
        "evidence": osv | {"cache": str(tmp_path / "cache"), "notes": {"sources": ["recipe"]}},
        "proposals": {"rebuilds": rebuilds},
    }
    config = tmp_path / "operator.yaml"
    config.write_text(json.dumps(said))
    for name, tag in (("waves/bookworm", "latest"), ("waves/app", "1.0-20260816")):
        push(base, name, tag, both(OLD))
    files = {
        "config.yaml": f"registry: {host}\nnamespace: waves\nbase_images: ['{host}/waves/bookworm:latest']\n",
        "images/py/Dockerfile.template": 'FROM {{ "bookworm" | image_tag }}\n',
        "images/py/changelog": log("py", "1.0-20260816", "1.0-20260809"),
        "images/app/Dockerfile.template": "FROM {{ registry }}/waves/py:latest\n",
        "images/app/changelog": log("app", "1.0-20260816"),
        "images/spark/Dockerfile.template": 'FROM {{ "py" | image_tag }}\n',
        "images/spark/changelog": log("spark", "1.0-20260816"),
        "svc/.pipeline/blubber.yaml": f"version: v4\nbase: {host}/waves/app:1.0-20260816\nvariants: {{a: {{}}}}\n",
        "charts/svc/values.yaml": f"image:\n  registry: {host}\n  repository: waves/app\n  tag: 1.0-20260816\n",
    }
    root = tmp_path / "repo"
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    found = Life(root, tmp_path / "out", config, capsys)
    for words in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-qm", "first"]):
        found.git(*words)
    return found


BASE, APP = "waves-bookworm-latest", "waves-app-images-app-changelog"


def test_a_base_is_rebuilt_and_its_consumers_follow_once_that_is_built(life, open_registry):
    base = open_registry.base_url
    assert life.runs() == {BASE: "created", APP: "created"}
    for name in (BASE, APP):
        life.git("merge", "-q", life.branch(name))
    assert set(life.runs().values()) == {"retired"}

    # The publisher makes it anew with nothing new in it: nobody rebuilds anything for that.
    same = {
        p: image([debian(OLD, p[6:])], platform=p, created="2026-10-10T00:00:00Z")
        for p in (AMD64, ARM64)
    }
    push(base, "waves/bookworm", "latest", same)
    assert life.runs() == {}

    # Then with a fix: one proposal for the tree, in build order, that says why.
    push(base, "waves/bookworm", "latest", both(NEW))
    assert life.runs() == {BASE: "created"}
    changed = life.git("diff", "--name-only", f"main...{life.branch(BASE)}").split()
    assert changed == ["images/app/changelog", "images/py/changelog"]
    said = life.top(BASE, "images/app/changelog")
    assert re.match(
        r"app \(1\.0-2026\d{4}-s1\) wikimedia; urgency=high \* Rebuild on py 1\.0-", said
    )
    assert (
        " * Fixes CVE-2024-1001. * Updates openssl 3.0.11-1~deb12u2 -> 3.0.15-1~deb12u1, perl"
        in said
    )
    rows = re.findall(r"^\| `(\w+)` \| `1\.0", life.body(BASE), re.MULTILINE)
    assert rows == ["py", "app"]
    assert "Where (" not in life.body(BASE)
    life.git("merge", "-q", life.branch(BASE))

    # Nothing is offered before it is built; then to whoever names a version, with its notes.
    assert life.runs() == {BASE: "retired"}
    version = re.match(r"app \((.*?)\)", (life.root / "images/app/changelog").read_text())[1]
    push(base, "waves/app", version, both(NEW))
    assert life.runs() == {APP: "created"}
    files = life.git("diff", "--name-only", f"main...{life.branch(APP)}").split()
    assert files == ["charts/svc/values.yaml", "svc/.pipeline/blubber.yaml"]
    told = life.body(APP)
    assert "It is 2 versions behind images/app/changelog." in told
    assert "Release notes (2)" in told
    assert f"* {version}\n\n> \\* Rebuild on py" in told


def test_the_operator_names_a_checkout_whose_changelogs_count(
    life, open_registry, tmp_path, capsys
):
    push(open_registry.base_url, "waves/app", "0.9-wmf1", both(OLD))
    said, log_ = json.loads(life.config.read_text()), life.root / "images/app/changelog"
    log_.write_text(log_.read_text() + log("app", "0.9-wmf1"))
    life.config.write_text(json.dumps({**said, "trees": [str(life.root)]}))
    app = tmp_path / "app"
    app.mkdir()
    (app / "Dockerfile").write_text(f"FROM {open_registry.host}/waves/app:0.9-wmf1\n")

    def checked():
        code = main(["check", str(app), "--config", str(life.config), "--json"])
        told = capsys.readouterr()
        return (
            code,
            [use["because"] for use in json.loads(told.out or '{"uses": []}')["uses"]],
            told.err,
        )

    code, (because,), _ = checked()
    assert code == 0
    assert because.endswith(" It is 1 version behind repo/images/app/changelog.")
    life.config.write_text(json.dumps({**said, "trees": [str(tmp_path / "nowhere")]}))
    code, _, err = checked()
    assert code == 2
    assert "nowhere" in err
