"""Images whose names say their release: refreshes by themselves, migrations only where asked for, apart."""

import datetime as dt
from functools import partial

import pytest

from bot import flow
from bot.cli.check import plan_shown
from bot.flow.planning import WRITING
from bot.image import ImageRef
from bot.model import Case, LifeCycle, Page, Policy, Versions
from bot.ports import Desk
from bot.pulls.judging import Automerge, against_automerge
from bot.rules import life_cycles, load
from bot.steps.gather import gather
from bot.steps.propose import propose
from bot.tags import TagBook
from bot.wording.dashboard import dashboard
from tests.fakes.shelf import Shelf, tree_of

KNOWN = life_cycles()
TAGS = TagBook(load(), KNOWN.is_lts, KNOWN.systems, KNOWN.later_names)
TODAY = dt.date(2026, 11, 22)
ALLOW = frozenset({"pin", "digest", "patch", "minor", "date", "revision"})
APART = Policy(allow=ALLOW, apart=frozenset({"major", "variant"}), today=TODAY)
AT_HOME = "docker-registry.wikimedia.org"
TAGS_OF = {
    f"{AT_HOME}/bookworm": ["20260816", "20260823", "latest"],
    f"{AT_HOME}/trixie": ["20260701", "20260830", "latest"],
    f"{AT_HOME}/nodejs20-slim": ["0.0.1-20260601", "latest"],
    f"{AT_HOME}/nodejs22-slim": ["0.0.1-20260614", "22.23.0-1", "latest"],
    f"{AT_HOME}/python3-bookworm": ["0.0.1-20240218"],
    f"{AT_HOME}/python3-trixie": ["1.0", "3.0.1-s1-20260712", "3.0.1-s1-20260705"],
    f"{AT_HOME}/golang1.24": ["1.24-1-20260222"],
    f"{AT_HOME}/golang1.26": ["weekly"],
    "gcr.io/distroless/nodejs20-debian12": ["latest", "nonroot"],
    "gcr.io/distroless/nodejs20-debian13": ["latest", "nonroot"],
}


@pytest.fixture
def shelf():
    return Shelf(TAGS_OF)


def planned(tmp_path, files, shelf, policy=APART):
    desk = Desk(TAGS, shelf.open, lambda _: policy)
    return flow.check(tree_of(tmp_path, files), desk, WRITING)


def blubber(*bases):
    variants = "".join(f"  v{n}:\n    base: {base}\n" for n, base in enumerate(bases))
    return f"version: v4\nvariants:\n{variants}"


def moved(tmp_path, base, shelf, policy=APART):
    (verdict,) = planned(tmp_path, {"blubber.yaml": blubber(base)}, shelf, policy).verdicts
    now = verdict.offer and str(verdict.offer.new).partition("@")[0].removeprefix(f"{AT_HOME}/")
    apart = [str(o.new).partition("@")[0].removeprefix(f"{AT_HOME}/") for o in verdict.apart]
    return now, apart


@pytest.mark.parametrize(
    ("base", "now", "apart"),
    [
        ("bookworm:20260816", "bookworm:20260823", ["trixie:20260830"]),
        ("bookworm:latest", "bookworm:latest", ["trixie:latest"]),
        ("bookworm", "bookworm:latest", ["trixie:latest"]),
        ("nodejs20-slim:0.0.1-20260601", "nodejs20-slim:0.0.1-20260601", ["nodejs22-slim:0.0.1-20260614"]),
        ("nodejs20-slim", "nodejs20-slim:latest", ["nodejs22-slim:latest"]),
        # Versions are told in other words there: the last day.
        ("python3-bookworm:0.0.1-20240218", "python3-bookworm:0.0.1-20240218", ["python3-trixie:3.0.1-s1-20260712"]),
        # None is like it: a person has to choose.
        ("golang1.24:1.24-1-20260222", "golang1.24:1.24-1-20260222", ["golang1.26"]),
        ("trixie:20260830", "trixie:20260830", []),
    ],
)  # fmt: skip
def test_a_later_release_has_another_name_and_is_proposed_apart(tmp_path, shelf, base, now, apart):
    assert moved(tmp_path, f"{AT_HOME}/{base}", shelf) == (now, apart)


def test_images_of_others_whose_names_tell_migrate_too(tmp_path, shelf):
    found = moved(tmp_path, "gcr.io/distroless/nodejs20-debian12:nonroot", shelf)
    assert found[1] == ["gcr.io/distroless/nodejs20-debian13:nonroot"]


def test_nothing_is_asked_or_proposed_where_it_is_not_wanted(tmp_path, shelf):
    policy = Policy(allow=ALLOW, today=TODAY)
    assert moved(tmp_path, f"{AT_HOME}/bookworm:20260816", shelf, policy)[1] == []
    assert not any("trixie" in str(asked) for asked in shelf.asked)


def test_it_is_never_done_in_line(tmp_path, shelf):
    policy = Policy(allow=ALLOW | {"variant"}, today=TODAY)
    found = moved(tmp_path, f"{AT_HOME}/bookworm:20260816", shelf, policy)
    assert found == ("bookworm:20260823", ["trixie:20260830"])


def test_what_is_left_out_is_not_migrated_to(tmp_path, shelf):
    policy = Policy(**{**_fields(APART), "versions": Versions(ignore=("20260830",))})
    assert moved(tmp_path, f"{AT_HOME}/bookworm:20260816", shelf, policy)[1] == ["trixie"]


def _fields(policy):
    return {name: getattr(policy, name) for name in ("allow", "apart", "today")}


COLLIDING = f"""\
version: v4
base: {AT_HOME}/bookworm:20260816
apt:
  packages:
    bookworm-backports: [lilypond]
    default: [imagemagick=8:6.9.11, libgdal32, libpq-dev, curl/bookworm]
  sources:
    - url: http://apt.wikimedia.org/wikimedia
      distribution: bookworm-wikimedia
# bookworm in a comment
runs:
  environment: {{PYTHONPATH: /opt/lib/python3.11/site-packages}}
variants:
  one: {{}}
  two: {{base: "{AT_HOME}/bookworm:20260816"}}
"""


def test_a_migration_is_one_pull_request_that_lists_what_collides(tmp_path, shelf):
    plan = planned(tmp_path, {"blubber.yaml": COLLIDING}, shelf)
    refresh, migrate = gather(plan)
    assert (refresh.branch + "-variant", len(migrate.moves)) == (migrate.branch, 2)
    said = propose(Case(migrate, ()))
    assert said.title == f"Migrate {AT_HOME}/bookworm → {AT_HOME}/trixie 20260830"
    listed = [line[2:] for line in said.body.splitlines() if line.startswith("- ")]
    assert [line.partition(": ")[0] + line.split("`")[3] for line in listed] == [
        "`blubber.yaml` line 5bookworm-backports",
        "`blubber.yaml` line 6bookworm",
        "`blubber.yaml` line 6imagemagick=8:6.9.11",
        "`blubber.yaml` line 6libgdal32",
        "`blubber.yaml` line 9bookworm-wikimedia",
        "`blubber.yaml` line 12python3.11",
    ]
    text = said.files["blubber.yaml"].data.decode()
    assert text.count(f"{AT_HOME}/trixie:20260830@sha256:") == 2
    assert "Written for the release" not in propose(Case(refresh, ())).body
    allowed = Automerge(frozenset({"variant"}), frozenset())
    assert against_automerge(Case(migrate, ()), allowed) == "another image takes over"


def test_a_runtime_collides_by_its_own_name_only(tmp_path, shelf):
    text = (
        blubber(f"{AT_HOME}/nodejs20-slim")
        + "    entrypoint: [/opt/nodejs20/bin/node, /usr/lib/python3.11]\n"
    )
    plan = planned(tmp_path, {"blubber.yaml": text}, shelf)
    body = propose(Case(gather(plan)[1], ())).body
    assert "line 5: `nodejs20`" in body
    assert "`python3.11`" not in body


def test_a_long_list_is_cut(tmp_path, shelf):
    text = blubber(f"{AT_HOME}/nodejs20-slim") + "    x: nodejs20\n" * 35
    body = propose(Case(gather(planned(tmp_path, {"blubber.yaml": text}, shelf))[1], ())).body
    assert body.count("`nodejs20`") == 20
    assert "- and 10 more" in body


def test_what_is_not_known_to_be_of_a_release_says_nothing():
    for name in ("bookwormy", "nodejs20x-slim", "nodejs-slim", "go-bookworm2", "nodejs99"):
        assert KNOWN.later_names(ImageRef.parse(f"{AT_HOME}/{name}")) == ()
    ubi = KNOWN.later_names(ImageRef.parse("registry.redhat.io/ubi8/x:1"))
    assert [str(name.image) for name in ubi] == [f"registry.redhat.io/ubi{n}/x" for n in (10, 9)]


def ended(tmp_path, shelf, base):
    policy = Policy(allow=ALLOW, today=TODAY)
    (verdict,) = planned(tmp_path, {"blubber.yaml": blubber(base)}, shelf, policy).verdicts
    return verdict.outcome, verdict.because


def test_whose_release_ended_is_told_how_later_ones_would_be_called(tmp_path, shelf):
    said = "Node.js 20 was supported until 2026-04-30; images of later releases would be called nodejs26-slim, nodejs24-slim, nodejs22-slim, if there are any."  # fmt: skip
    outcome, because = ended(tmp_path, shelf, f"{AT_HOME}/nodejs20-slim:latest")
    assert (outcome, because.endswith(said)) == ("pin", True)


def test_an_image_that_is_gone_is_told_so_and_what_may_be_there_instead(tmp_path, shelf):
    outcome, because = ended(tmp_path, shelf, f"{AT_HOME}/releng/node14:1.0")
    assert outcome == "failed"
    assert "Node.js 14 was supported until 2023-04-30; images of later releases would be called releng/node26, releng/node24" in because  # fmt: skip
    plan = planned(tmp_path, {"blubber.yaml": blubber(f"{AT_HOME}/releng/node14")}, shelf)
    assert plan.verdicts[0].replacement.because == "Wikimedia does not build this image any more."


def test_whose_release_is_supported_is_told_nothing_of_later_ones(tmp_path, shelf):
    assert "would be called" not in ended(tmp_path, shelf, f"{AT_HOME}/trixie:20260830")[1]


def test_a_dockerfile_migrates_with_its_label(tmp_path, shelf):
    name = f"{AT_HOME}/bookworm:20260816"
    text = f"FROM {name}\nLABEL org.opencontainers.image.base.name={name}\n"
    plan = planned(tmp_path, {"Dockerfile": text}, shelf)
    _, migrate = gather(plan)
    written = propose(Case(migrate, ())).files["Dockerfile"].data.decode()
    assert f"FROM {AT_HOME}/trixie:20260830@sha256:" in written
    assert f"base.name={AT_HOME}/trixie:20260830\n" in written


def test_a_name_in_a_shared_variable_migrates_whole_or_not_at_all(tmp_path, shelf):
    text = f"ARG OS=bookworm\nFROM {AT_HOME}/${{OS}}:20260816\nFROM {AT_HOME}/python3-${{OS}}:0.0.1-20240218\n"
    plan = planned(tmp_path, {"Dockerfile": text}, shelf)
    branches = [update for update in gather(plan) if update.branch.endswith("-variant")]
    (migrate,) = branches
    written = propose(Case(migrate, ())).files["Dockerfile"].data.decode()
    assert written.startswith("ARG OS=trixie\n")
    assert len(migrate.moves) == 2


def test_dead_files_and_retired_images_are_told_by_check_and_on_the_dashboard(
    tmp_path, shelf, capsys
):
    files = {
        "blubber.yaml": blubber(f"{AT_HOME}/releng/node14", f"{AT_HOME}/nodejs20-slim"),
        "old/blubber.yaml": blubber(f"{AT_HOME}/bookworm").replace("v4", "v3"),
    }
    plan = planned(tmp_path, files, shelf, Policy(allow=ALLOW, today=TODAY))
    plan_shown(plan, partial(life_of, KNOWN, day=TODAY))
    lives = {v.use.image: life_of(KNOWN, v.use.image, day=TODAY) for v in plan.verdicts}
    for said in (capsys.readouterr().out, dashboard(Page((plan,), lives=lives))):
        assert "nothing builds this v3 file" in said
        assert "Wikimedia does not build this image any more" in said
        assert "failed" in said
        assert "Node.js 14" in said
        assert "releng/node26" in said


def life_of(known, image, day):
    return LifeCycle(known.of(image), day)
