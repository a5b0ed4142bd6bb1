"""A repository that was found is asked first: the command line at a fake GitLab, over real git."""

import itertools
import json

import pytest

from bot.cli import main
from bot.config import STARTER
from bot.wording.markdown import plain
from bot.wording.onboarding import TITLE
from tests.servers.registry import push_image

pytestmark = pytest.mark.registry

SLUG = "team/app"
FOUND = "  owners: [team]\n"
NAMED = f"  repos: [{SLUG}]\n"
READS_OF_A_RUN = 2  # who we are, and which repositories there are
NUMBERS = itertools.count()


@pytest.fixture
def bot(tmp_path, capsys, there, open_registry):
    """One run: what became of each proposal, by its branch."""

    def run(*words, platform=FOUND):
        config = tmp_path / "operator.yaml"
        config.write_text(
            f"registries:\n  '{open_registry.host}': {{insecure: true}}\n"
            f"platform:\n  kind: gitlab\n  url: {there.url}\n  insecure: true\n{platform}"
            "ledger: 'off'\nevidence: {enabled: false}\nproposals: {dashboard: false}\n"
        )
        there.forget()
        main(["run", *words, "--config", str(config), "--json"])
        said = capsys.readouterr()
        assert said.err == ""
        outcomes = json.loads(said.out)["proposals"]
        return [(p["title"], p["verb"], p["detail"]) for p in outcomes]

    return run


@pytest.fixture
def base(open_registry):
    name = f"onboarding/base{next(NUMBERS)}"
    for number, tag in enumerate(("1.0.0", "1.1.0")):
        push_image(open_registry.base_url, name, tag, content=f"{number}")
    return name


@pytest.fixture
def app(there, open_registry, base):
    text = f"FROM {open_registry.host}/{base}:1.0.0\n"
    return there.project(SLUG, {"Dockerfile": text.encode()}, {"basewatch": 40, "kim": 40})


@pytest.fixture
def bump(open_registry, base):
    return f"Bump {open_registry.host}/{base} 1.0.0 → 1.1.0"


@pytest.fixture
def publish(open_registry, base):
    """A newer image."""
    return lambda tag: push_image(open_registry.base_url, base, tag, content=tag)


def merged(there, app, number):
    """Kim merges, in a commit of its own as a squash is."""
    request = app.requests[number]
    files = {path: data for path, (_, data) in app.git.files(request.source).items()}
    app.push("main", files)
    request.end(there, "merged", there.users["kim"])


@pytest.mark.slow
def test_it_is_asked_once_and_what_it_merged_comes_then(there, app, bot, bump):
    assert bot() == [(TITLE, "created", ""), (bump, "left", "waits for #1")]
    assert [request.title for request in app.requests.values()] == [TITLE]
    changed = app.git.files("basewatch/configure")
    assert changed["basewatch.yaml"] == ("100644", STARTER.encode())
    assert plain(bump) in app.requests[1].description

    assert bot() == [(TITLE, "unchanged", ""), (bump, "left", "waits for #1")]
    assert there.writes() == []
    assert len(there.reads()) - READS_OF_A_RUN <= 4

    merged(there, app, 1)
    assert bot() == [(bump, "created", ""), (TITLE, "retired", "merged; its branch is deleted")]
    assert sorted(app.git.branches()) == sorted(["main", app.requests[2].source])
    assert bot() == [(bump, "unchanged", "")]
    assert there.writes() == []


@pytest.mark.slow
def test_what_would_happen_is_told_anew_when_that_changes(there, app, bot, publish):
    bot()
    tip, told = app.tip("basewatch/configure"), app.requests[1].description
    app.push("main", {"README": b"hello\n"})
    assert bot()[0] == (TITLE, "unchanged", "")
    publish("1.2.0")
    assert bot()[0] == (TITLE, "updated", "")
    assert [write.partition("/")[0] for write in there.writes()] == ["PUT "]
    assert "1.2.0" in app.requests[1].description
    assert (app.requests[1].description == told, app.tip("basewatch/configure")) == (False, tip)


@pytest.mark.slow
def test_who_closes_it_is_left_alone_until_they_open_it_again(there, app, bot, bump):
    bot()
    app.requests[1].end(there, "closed", there.users["kim"])
    for _ in range(2):
        declined = "declined by a person, who closed #1"
        assert bot() == [
            (TITLE, "left", declined),
            (bump, "left", f"waits for “{TITLE}”: {declined}"),
        ]
        assert there.writes() == []
    app.requests[1].state = "opened"
    assert bot() == [(TITLE, "unchanged", ""), (bump, "left", "waits for #1")]


@pytest.mark.slow
def test_a_configuration_that_somebody_adds_elsewhere_answers_too(there, app, bot, bump):
    bot()
    app.push("main", {".gitlab/basewatch.yml": b"proposals: {labels: [base]}\n"})
    assert bot()[0] == (bump, "created", "")
    assert (app.requests[1].state, app.requests[2].labels) == ("closed", ["base"])
    assert "there is a configuration" in app.requests[1].notes[-1]["body"]
    assert sorted(app.git.branches()) == sorted(["main", app.requests[2].source])


@pytest.mark.slow
def test_what_was_open_before_is_not_touched(there, app, bot, bump, publish):
    assert bot(platform=NAMED) == [(bump, "created", "")]
    publish("1.2.0")
    before = app.requests[1].shown()
    newer = bump.replace("1.1.0", "1.2.0")
    assert bot() == [(TITLE, "created", ""), (newer, "left", "waits for #2")]
    assert app.requests[1].shown() == before


@pytest.mark.parametrize(
    ("said", "title"),
    [
        (f"{NAMED}  onboarding: always\n", TITLE),
        (f"{FOUND}  onboarding: never\n", "bump"),
    ],
)
def test_the_operator_says_who_is_asked(app, bot, bump, said, title):
    (first, verb, _), *_ = bot("--dry-run", platform=said)
    assert (first, verb) == (bump if title == "bump" else title, "created")


def test_a_repository_without_base_images_is_not_asked(there, bot):
    there.project(SLUG, {"README": b"hello\n"}, {"basewatch": 40})
    assert bot() == []
    assert there.writes() == []
