"""A base of docker-pkg's trees moves: what `fix` writes, what is proposed, and that it ends there."""

import asyncio
import datetime as dt
import difflib
import itertools
import json
import subprocess

import pytest

from bot import flow
from bot.cli import main
from bot.model import ConfigChange, Difference, Policy, Rebuilding, Scope, Wishes
from bot.ports import Desk
from bot.rules import life_cycles, load
from bot.steps.propose import propose, worthwhile
from bot.tags import TagBook
from bot.wiring.trees import built_in_each
from tests.altered import replace
from tests.fakes.shelf import Shelf, tree_of
from tests.servers.registry import push_image

R = "docker-registry.wikimedia.org"
TAGS = TagBook(load())
NOW = dt.datetime(2026, 8, 23, 9, 30, tzinfo=dt.UTC)
WISHES = Wishes(rebuilding=Rebuilding("Base Bot <bot@example.org>"))


def log(name, *versions):
    return "".join(
        f"{name} ({version}) wikimedia; urgency=medium\n\n  * Weekly rebuild.\n\n"
        f" -- Image build Bot <root@wikimedia.org>  Sun, {16 - 7 * n:02} Aug 2026 06:00:05 +0000\n\n"
        for n, version in enumerate(versions)
    )


FILES = {
    "config.yaml": f"registry: {R}\nbase_images:\n  - {R}/bookworm:latest\n  - {R}/trixie:20260816\n",
    "config-istio.yaml": f"registry: {R}\nnamespace: istio\n",
    "images/python/Dockerfile.template": 'FROM {{ "bookworm" | image_tag }}\nRUN {{ "python3" | apt_install }}\n',
    "images/python/changelog": log("python3-bookworm", "0.2.0-20260816", "0.2.0-20260809"),
    "images/python/devel/Dockerfile.template": "FROM {{ 'python3-bookworm'|image_tag }}\n",
    "images/python/devel/changelog": log("python3-devel", "0.2.0-wmf1-s3", "0.2.0-wmf1-s2"),
    "images/golang/Dockerfile.template": "FROM {{ registry }}/trixie:20260809\r\nRUN true\r\n",
    "images/golang/changelog": log("golang1.24", "1.24-1-20260816"),
    "images/spark/Dockerfile.template": 'FROM {{ "trixie" | image_tag }}\n',
    "images/spark/changelog": log("spark", "3.5-1-20260816"),
    "images/dead/Dockerfile.template": "FROM scratch\n",
    "images/dead/changelog": log("dead", "1.0-20260816"),
    "istio/pilot/Dockerfile.template": "FROM {{ registry }}/golang1.24:latest AS build\nFROM {{ 'base' | image_tag }}\n",
    "istio/pilot/changelog": log("pilot", "1.9.5-3"),
    "istio/base/Dockerfile.template": f"FROM {R}/bookworm:20260816\n",
    "istio/base/changelog": log("base", "1.9.5-2", "1.9.5-1"),
}


@pytest.fixture
def shelf():
    days = ["20260809", "20260816", "20260823"]
    return Shelf({f"{R}/bookworm": [*days, "latest"], f"{R}/trixie": days})


def desk(shelf, policy=Policy(), now=NOW):  # noqa: B008
    return Desk(TAGS, shelf.open, lambda _: policy, clock=lambda: now, wishes=lambda _: WISHES)


def fixed(root, tree, shelf, now=NOW, wishes=WISHES):
    """The paths that a run writes, and what becomes of each file."""
    one = desk(shelf, now=now)
    before = {path: (root / path).read_bytes() for path in FILES}
    written, failures = flow.fix(flow.check(tree, one, Scope(each=True)), tree.write, wishes, now)
    assert failures == ()
    changed = {path for path in FILES if (root / path).read_bytes() != before[path]}
    assert changed == set(written)
    return written


def difference(root):
    def lines(path, text):
        return difflib.unified_diff(
            FILES[path].splitlines(keepends=True), text.splitlines(keepends=True), path, path, n=0
        )

    return "".join(
        line for path in FILES for line in lines(path, (root / path).read_bytes().decode())
    )


def test_a_moved_base_is_written_once(tmp_path, shelf, snapshot):
    tree = tree_of(tmp_path, FILES)
    written = fixed(tmp_path, tree, shelf)
    assert written[-6:] == (
        "images/golang/changelog",
        "images/python/changelog",
        "images/spark/changelog",
        "istio/base/changelog",
        "images/python/devel/changelog",
        "istio/pilot/changelog",
    )
    assert difference(tmp_path) == snapshot
    assert fixed(tmp_path, tree, shelf) == ()
    assert fixed(tmp_path, tree, shelf, NOW + dt.timedelta(days=7)) == ()


def test_a_rolling_base_that_moves_again_is_seen_by_its_record(tmp_path, shelf):
    tree = tree_of(tmp_path, FILES)
    fixed(tmp_path, tree, shelf)
    shelf.moved[f"{R}/bookworm:latest"] = "rebuilt"
    later = NOW + dt.timedelta(days=7)
    assert fixed(tmp_path, tree, shelf, later) == (
        "images/python/changelog",
        "images/python/devel/changelog",
    )
    new = (tmp_path / "images/python/changelog").read_text()
    assert new.startswith("python3-bookworm (0.2.0-20260830) wikimedia; urgency=medium\n")
    assert "(was sha256:" in " ".join(new.split())
    assert fixed(tmp_path, tree, shelf, later) == ()


def test_controls_that_disagree_are_corrected_on_request_though_nothing_moves(tmp_path, shelf):
    more = {
        "images/python/control": "Package: x\nBuild-Depends: nosuch\n",
        "istio/pilot/control": "Package: y\n",
    }
    tree, nothing = (
        tree_of(tmp_path, FILES | more),
        desk(shelf, Policy(allow=frozenset(), pin="off")),
    )
    plan = flow.check(tree, nothing, Scope(each=True))
    assert flow.fix(plan, tree.write, WISHES, NOW) == ((), ())
    wishes = Wishes(rebuilding=Rebuilding(control=True))
    assert flow.fix(plan, tree.write, wishes, NOW)[0] == tuple(sorted(more))
    assert [(tmp_path / path).read_text() for path in sorted(more)] == [
        "Package: x\n",
        "Package: y\nBuild-Depends: base\n",
    ]
    plan = flow.check(tree, nothing, Scope(each=True))
    assert not [skip for skip in plan.findings.skips if skip.reason == "drift"]


def test_what_cannot_be_put_on_record_is_said(tmp_path, shelf):
    tree = tree_of(tmp_path, FILES)
    wishes = Wishes(rebuilding=Rebuilding(skip=("python3*",)))
    plan = flow.check(tree, desk(shelf), Scope(each=True))
    written, failures = flow.fix(plan, tree.write, wishes, NOW)
    assert [failure.reason for failure in failures] == [
        "nothing that is built on what config.yaml names can be rebuilt now"
    ]
    assert not any(path.endswith("changelog") for path in written)


def proposals(root, shelf, now=NOW, made=None):
    """`made`: when the commit was made that all of it is proposed for."""
    one = desk(shelf, now=now)
    found = flow.survey(tree_of(root, FILES), one)
    snapshot = replace(found.findings.snapshot, made=made)
    found = replace(found, findings=replace(found.findings, snapshot=snapshot))
    _, cases = asyncio.run(flow.argued([found], one))
    return {proposal.branch: proposal for proposal in map(propose, cases)}


def test_a_proposal_carries_the_changelogs_and_lists_them_in_order(tmp_path, shelf, snapshot):
    made = proposals(tmp_path, shelf)
    one = made["basewatch/docker-registry.wikimedia.org-bookworm-latest"]
    assert list(one.files) == ["images/python/changelog", "images/python/devel/changelog"]
    assert one.before == {path: FILES[path].encode() for path in [*one.files, "config.yaml"]}
    assert {file.mode for file in one.files.values()} == {"100644"}
    folded = one.body[one.body.index("<details><summary>Rebuilt") :]
    assert folded[: folded.index("</details>")] == snapshot
    assert made == proposals(tmp_path, shelf)


def test_without_a_ledger_a_proposal_says_the_same_at_any_time(tmp_path, shelf):
    branch, changelog = "basewatch/docker-registry.wikimedia.org-bookworm-latest", "changelog"
    yesterday, later = NOW - dt.timedelta(days=1), NOW + dt.timedelta(days=7)
    first = proposals(tmp_path, shelf, NOW, yesterday)[branch]
    assert first == proposals(tmp_path, shelf, later, yesterday)[branch]
    text = first.files[f"images/python/{changelog}"].data.decode()
    assert " -- Base Bot <bot@example.org>  Sat, 22 Aug 2026 09:30:00 +0000\n" in text
    ahead = proposals(tmp_path, shelf, NOW, later)[branch]
    assert ahead == proposals(tmp_path, shelf, NOW)[branch]


def test_a_title_tells_the_move_though_some_files_take_no_digest(tmp_path, shelf):
    files = {
        "config.yaml": f"registry: {R}\nbase_images: ['{R}/trixie:20260816']\n",
        "images/go/Dockerfile.template": "FROM {{ registry }}/trixie:20260816\n",
        "images/go/changelog": log("go", "1.0"),
    }
    one = desk(shelf)
    _, cases = asyncio.run(flow.argued([flow.survey(tree_of(tmp_path, files), one)], one))
    assert [propose(case).title for case in cases] == [f"Bump {R}/trixie 20260816 → 20260823"]


def test_bases_that_one_image_is_built_on_move_in_one_proposal(tmp_path, shelf):
    made = proposals(tmp_path, shelf)
    assert sorted(made) == [
        "basewatch/docker-registry.wikimedia.org-bookworm-latest",
        "basewatch/docker-registry.wikimedia.org-bookworm-x",
    ]
    together = made["basewatch/docker-registry.wikimedia.org-bookworm-x"]
    assert together.title == f"Bump {R}/trixie, {R}/bookworm"
    # On trixie by golang1.24, on bookworm by base: each file has one block more, and not two.
    logs = [path for path in together.files if path.endswith("changelog")]
    assert logs == [
        f"{d}/changelog" for d in ("images/golang", "images/spark", "istio/base", "istio/pilot")
    ]
    top = together.files["istio/pilot/changelog"].data.decode().partition("pilot (1.9.5-3)")[0]
    assert top.count(" -- Base Bot") == 1
    assert "Rebuild on golang1.24 1.24-1-20260823, base 1.9.5-3, for" in " ".join(top.split())


def test_a_base_on_record_in_which_nothing_is_new_is_left_out_on_request(tmp_path, shelf):
    one = desk(shelf)
    _, cases = asyncio.run(flow.argued([flow.survey(tree_of(tmp_path, FILES), one)], one))
    (record,) = (case for case in cases if case.update.branch.endswith("-latest"))
    (other,) = (case for case in cases if case is not record)
    alike = Difference("linux/amd64", "content", "", packages=())
    evidence = tuple(replace(each, difference=alike) for each in record.evidence)
    wishes = replace(WISHES, rebuilding=Rebuilding(only_changed=True))
    idle = replace(record, evidence=evidence, wishes=wishes)
    assert worthwhile(idle) is None
    assert worthwhile(replace(idle, wishes=WISHES)).update == record.update
    assert worthwhile(replace(idle, evidence=record.evidence)).update == record.update
    changed = replace(alike, config=(ConfigChange("USER", "USER", "", "x"),))
    loud = replace(idle, evidence=tuple(replace(each, difference=changed) for each in evidence))
    assert worthwhile(loud) is loud
    moves = (*record.update.moves, *other.update.moves)
    both = replace(
        idle, update=replace(idle.update, moves=moves), evidence=(*evidence, *other.evidence)
    )
    left = worthwhile(both)
    assert (left.update.moves, left.evidence) == (other.update.moves, other.evidence)


def test_what_is_rebuilt_is_not_divided_by_directory(tmp_path, shelf):
    one = desk(shelf)
    survey = flow.survey(
        tree_of(tmp_path, FILES | {"a/Dockerfile": f"FROM {R}/bookworm:20260816\n"}), one
    )
    survey = replace(survey, wishes=replace(WISHES, group="directory"))
    _, cases = asyncio.run(flow.argued([survey], one))
    changed = [set(proposal.files) for proposal in map(propose, cases)]
    assert all(not one & other for one, other in itertools.combinations(changed, 2))
    assert any({"istio/base/changelog", "images/golang/changelog"} < files for files in changed)


def test_nothing_is_read_besides_where_there_is_no_tree(tmp_path, shelf):
    tree = tree_of(tmp_path, {"Dockerfile": f"FROM {R}/trixie:20260816\n", "changelog": "x"})
    survey = flow.survey(tree, desk(shelf))
    assert not survey.findings.beside.files
    assert len(survey.findings.uses) == 1


def test_what_names_a_version_of_an_image_here_is_told_how_far_it_is_behind(tmp_path, shelf):
    image = f"{R}/python3-bookworm"
    shelf.images |= Shelf({image: ["0.2.0-20260809", "0.2.0-20260816"]}).images
    files = FILES | {"Dockerfile": f"FROM {image}:0.2.0-20260809\n"}
    tree = tree_of(tmp_path, files)
    plan = flow.check(tree, desk(shelf), Scope(each=True))
    (verdict,) = (v for v in plan.verdicts if v.use.path == "Dockerfile")
    assert verdict.offer.new.tag == "0.2.0-20260816"
    assert verdict.because.endswith("It is 1 version behind images/python/changelog.")
    made = proposals(tmp_path, shelf)
    (one,) = (proposal for proposal in made.values() if "Dockerfile" in proposal.files)
    assert list(one.files) == ["Dockerfile"]
    body = one.body[one.body.index("Release notes") :]
    assert "**images/python/changelog**\n\n* 0.2.0-20260816\n\n> \\* Weekly rebuild." in body


STEMS = ("22.23.0-1-20260823", "22.23.0-1", "0.0.1-2", "0.0.1-1-20260809", "0.0.1-1")
NODE = {
    "images/node/Dockerfile.template": "FROM scratch\n",
    "images/node/changelog": log("nodejs22-slim", *STEMS).replace(
        "Weekly rebuild.", "Closes #12, says @team <script>."
    ),
}


def test_a_digest_on_record_is_told_to_be_that_of_the_changelogs(tmp_path, shelf, capsys):
    tree = tree_of(tmp_path, FILES)

    def told():
        verdicts = flow.check(tree, desk(shelf), Scope(each=True)).verdicts
        return next(v for v in verdicts if v.use.image.tag == "latest")

    assert told().because.endswith(
        "the changelogs of what is built on it keep it, as there is no room for it here."
    )
    fixed(tmp_path, tree, shelf)
    first = told()
    old = first.use.image.digest[:19]
    assert first.because == "The tag latest still points at the digest that the changelogs keep."
    shelf.moved[f"{R}/bookworm:latest"] = "rebuilt"
    assert told().because.endswith(f"…, and no more at {old}… that the changelogs keep.")
    assert (first.use.is_recorded, first.use.is_pinned) == (True, False)
    assert main(["scan", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert f"({R}/bookworm:latest; the digest stands in changelogs)\n" in said
    assert "4 uses in 8 files, 2 of them pinned;" in said  # what templates name themselves
    assert main(["scan", str(tmp_path), "--json"]) == 0
    uses = json.loads(capsys.readouterr().out)["uses"]
    assert [use["line"] for use in uses if use["recorded"]] == [3, 4]


def test_a_longer_word_than_a_digest_is_none_on_record(tmp_path, shelf):
    tree = tree_of(tmp_path, FILES)
    fixed(tmp_path, tree, shelf)
    path = tmp_path / "images/python/changelog"
    path.write_text(path.read_text().replace("@sha256:", "@sha256:0", 1))
    verdicts = flow.check(tree, desk(shelf), Scope(each=True)).verdicts
    assert {v.use.image.digest for v in verdicts if v.use.image.tag == "latest"} == {None}


def checked(root, shelf, policy=Policy(), **files):  # noqa: B008
    plan = flow.check(tree_of(root, FILES | NODE | files), desk(shelf, policy), Scope(each=True))
    return {v.use.position.line: v for v in plan.verdicts if v.use.path == "Dockerfile"}


def test_versions_are_ordered_as_in_their_changelog(tmp_path, shelf):
    image = f"{R}/nodejs22-slim"
    there = [*STEMS[1:], "99.0.0", "0.0.1-2-20990101", "latest"]
    shelf.images |= Shelf({image: there}).images
    uses = ["0.0.1-1-20260809", "22.23.0-1", "99.0.0", "latest"]
    files = {"Dockerfile": "".join(f"FROM {image}:{tag}\n" for tag in uses)}
    told = checked(tmp_path, shelf, Policy(allow=frozenset({"revision", "pin", "digest"})), **files)
    # By numbers 0.0.1-1-20260809 is a version of another form than all the others.
    assert told[1].offer.new.tag == "0.0.1-2"
    assert told[1].because.endswith(
        " It is 3 versions behind images/node/changelog,"
        " and the registry does not have 22.23.0-1-20260823 yet."
    )
    assert told[1].offer.because == told[1].because
    assert [told[line].offer.new.tag for line in (2, 3, 4)] == ["22.23.0-1", "99.0.0", "latest"]
    assert "1 version behind" in told[2].because
    assert "images/node/changelog does not have 99.0.0, so nothing tells" in told[3].because
    assert "images/node/changelog" not in told[4].because
    # The second wave: once it is built, it is offered.
    shelf.images |= Shelf({image: [*there, STEMS[0]]}).images
    told = checked(tmp_path, shelf, Policy(), **files)
    assert told[2].offer.new.tag == STEMS[0]
    assert told[2].because.endswith(" It is 1 version behind images/node/changelog.")


def test_a_major_of_a_changelog_is_of_its_line_and_proposed_apart(tmp_path, shelf):
    image = f"{R}/nodejs22-slim"
    shelf.images |= Shelf({image: STEMS}).images
    apart = Policy(allow=frozenset({"revision"}), apart=frozenset({"major"}), pin="off")
    told = checked(tmp_path, shelf, apart, Dockerfile=f"FROM {image}:0.0.1-2\n")[1]
    assert [(offer.new.tag, offer.kind) for offer in told.apart] == [(STEMS[0], "major")]
    assert told.because == (
        "What is newer than 0.0.1-2 in the line images/node/changelog is proposed on its own."
        " It is not to be pinned. It is 2 versions behind images/node/changelog."
    )


def test_a_migration_to_what_is_built_here_goes_to_its_newest_version(tmp_path, shelf):
    shelf.images |= Shelf({f"{R}/nodejs20-slim": ["1.5"], f"{R}/nodejs22-slim": STEMS[1:]}).images
    known = life_cycles()
    book = TagBook(load(), known.is_lts, known.systems, known.later_names)
    policy = Policy(apart=frozenset({"variant"}), today=NOW.date())
    files = FILES | NODE | {"Dockerfile": f"FROM {R}/nodejs20-slim:1.5\n"}
    plan = flow.check(
        tree_of(tmp_path, files), replace(desk(shelf, policy), tags=book), Scope(each=True)
    )
    (told,) = (v for v in plan.verdicts if v.use.path == "Dockerfile")
    assert [offer.new.tag for offer in told.apart] == [STEMS[1]]


def test_trees_of_another_checkout_order_what_they_build_where_the_operator_says_so(
    tmp_path, shelf
):
    image, there = f"{R}/nodejs22-slim", tmp_path / "production-images"
    shelf.images |= Shelf({image: STEMS[1:]}).images
    tree_of(there, FILES | NODE)
    tree = tree_of(tmp_path / "app", {"Dockerfile": f"FROM {image}:0.0.1-1-20260809\n"})
    policy = Policy(allow=frozenset({"revision"}))
    (alone,) = flow.check(tree, desk(shelf, policy), Scope(each=True)).verdicts
    assert (alone.offer, alone.facts.rule) == (None, "wikimedia")
    one = replace(desk(shelf, policy), elsewhere=built_in_each([str(there)]))
    (told,) = flow.check(tree, one, Scope(each=True)).verdicts
    assert told.offer.new.tag == "0.0.1-2"
    assert told.line == "production-images/images/node/changelog"
    assert (
        "It is 3 versions behind production-images/images/node/changelog, and the" in told.because
    )
    _, cases = asyncio.run(flow.argued([flow.survey(tree, one)], one))
    (proposal,) = (propose(case) for case in cases if case.update.moves[0].offer == told.offer)
    assert list(proposal.files) == ["Dockerfile"]
    assert "**production-images/images/node/changelog**\n\n* 0.0.1-2" in proposal.body


def test_a_repository_knows_better_what_it_builds_itself(tmp_path, shelf):
    image = f"{R}/nodejs22-slim"
    shelf.images |= Shelf({image: ["1", "2", "3"]}).images
    there, use = tmp_path / "there", {"Dockerfile": f"FROM {image}:2\n"}
    tree_of(there, FILES | NODE | {"images/node/changelog": log("nodejs22-slim", "1", "2", "3")})
    own = NODE | {"images/node/changelog": log("nodejs22-slim", "3", "2", "1")}
    tree = tree_of(tmp_path / "app", FILES | own | use)
    one = replace(desk(shelf), elsewhere=built_in_each([str(there)]))
    plan = flow.check(tree, one, Scope(each=True))
    (told,) = (v for v in plan.verdicts if v.use.path == "Dockerfile")
    assert [offer.new.tag for offer in told.apart] == ["3"]


def test_what_changelogs_say_is_told_harmlessly_and_briefly(tmp_path, shelf):
    image, versions = f"{R}/nodejs22-slim", [f"1.0-s{n}" for n in range(300, 0, -1)]
    shelf.images |= Shelf({image: versions}).images
    log_ = log("nodejs22-slim", "1").partition("\n")[2]
    blocks = "".join(f"nodejs22-slim ({v}) wikimedia; urgency=low\n{log_}" for v in versions)
    text = blocks.replace("Weekly rebuild.", "Closes #12, says @team <script>. " + "x " * 1200)
    files = FILES | NODE | {"images/node/changelog": text, "Dockerfile": f"FROM {image}:1.0-s1\n"}
    one = desk(shelf)
    _, cases = asyncio.run(flow.argued([flow.survey(tree_of(tmp_path, files), one)], one))
    (case,) = (case for case in cases if case.update.moves[0].use.path == "Dockerfile")
    body = propose(case).body
    assert "299 versions behind images/node/changelog" in body
    assert "Release notes (299)" in body
    assert len(body) < 60_000
    assert not any(raw in body for raw in ("Closes #12", " @team", " <script"))


def test_trees_are_left_alone_where_their_format_is_not_chosen(tmp_path, shelf):
    tree = tree_of(tmp_path, FILES)
    survey = flow.survey(tree, desk(shelf, Policy(formats=frozenset({"dockerfile"}))))
    assert not survey.findings.beside.files


@pytest.mark.registry
def test_one_life_of_a_tree(open_registry, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "no-logins"))
    host, name = open_registry.host, "trees/bookworm"
    push_image(open_registry.base_url, name, "latest", content="old")
    root, config = tmp_path / "repo", tmp_path / "operator.yaml"
    config.write_text(
        f"registries:\n  '{host}':\n    insecure: true\n"
        "proposals:\n  rebuilds:\n    maintainer: Base Bot <bot@example.org>\n    skip: [spark*]\n"
    )
    files = {path: text for path, text in FILES.items() if path.startswith("images/python/")}
    files["config.yaml"] = f"registry: {host}\nbase_images: ['{host}/{name}:latest']\n"
    python = "images/python/Dockerfile.template"
    files[python] = files[python].replace("bookworm", name)
    tree_of(root, files)
    for words in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-qm", "first"]):
        git(root, *words)

    def ran():
        code = main(["run", str(root), "--config", str(config), "--json"])
        said = json.loads(capsys.readouterr().out)
        assert (code, said["failures"]) == (0, [])
        return {proposal["branch"]: proposal["verb"] for proposal in said["proposals"]}

    ((branch, verb),) = ran().items()
    assert verb == "created"
    changed = git(root, "diff", "--name-only", f"main...{branch}").split()
    assert changed == ["images/python/changelog", "images/python/devel/changelog"]
    top = git(root, "show", f"{branch}:images/python/changelog").split("\n")[0]
    assert top.startswith("python3-bookworm (0.2.0-2")
    assert ran() == {branch: "unchanged"}
    git(root, "merge", "-q", branch)
    assert set(ran().values()) <= {"retired"}
    push_image(open_registry.base_url, name, "latest", content="new")
    assert ran() == {branch: "created"}
    again = git(root, "show", f"{branch}:images/python/changelog").split("\n")[0]
    assert again.startswith(top.partition(")")[0])
    assert again != top


def git(root, *words):
    command = ["git", "-C", root, "-c", "user.name=t", "-c", "user.email=t@e", *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
