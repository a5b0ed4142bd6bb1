"""What a project costs where nothing changed: the command line at a fake GitLab, over real git."""

import json

import pytest
from cryptography.hazmat.primitives import serialization

from bot.cli import main
from tests.canaries import keeps, recognised
from tests.servers import gitlab, gitlab_graphql
from tests.servers.issuer import certified
from tests.servers.registry import push_image

pytestmark = pytest.mark.registry

SLUG = "team/app"
READS_OF_A_RUN = 2  # who we are, and the project by its path
NAMES = [f"costs/base{number}" for number in range(3)]


@pytest.fixture
def run(tmp_path, capsys, there, open_registry):
    config = tmp_path / "operator.yaml"
    config.write_text(
        f"registries:\n  '{open_registry.host}': {{insecure: true}}\n"
        f"platform:\n  kind: gitlab\n  url: {there.url}\n  insecure: true\n  pause_seconds: 0\n"
        f"  repos: [{SLUG}]\nledger: 'off'\nevidence: {{enabled: false}}\n"
    )

    def once():
        there.forget()
        assert main(["run", "--config", str(config), "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    return once


@pytest.fixture
def app(there, open_registry):
    """A project with three images that each have a newer one."""
    for name in NAMES:
        for tag in ("1.0.0", "1.1.0"):
            push_image(open_registry.base_url, name, tag, content=f"{name} {tag}")
    files = {
        f"{number}/Dockerfile": f"FROM {open_registry.host}/{name}:1.0.0\n".encode()
        for number, name in enumerate(NAMES)
    }
    return there.project(SLUG, files, {"basewatch": 40, "kim": 40})


def verbs(report):
    return [each["verb"] for each in report["proposals"]]


def test_a_project_with_three_that_people_wrote_below_costs_three_reads(there, app, run):
    assert verbs(run()) == ["created"] * 3
    for number in app.requests:
        app.say(number, "What is this?")
        app.say(number, "changed the description", system=True)
    for _ in range(2):
        report = run()
        assert verbs(report) == ["unchanged"] * 3
        assert report["calls"] == {"reads": READS_OF_A_RUN + 3, "writes": 0}
        # Who we are is asked while it is looked at, and counted there.
        (mine,) = report["calls_by_repository"]
        assert mine == {"repository": SLUG, "reads": 4, "writes": 0}
        assert (len(there.reads()) - clones(there), there.writes()) == (READS_OF_A_RUN + 3, [])
    assert [len(request.notes) for request in app.requests.values()] == [2, 2, 2]


def test_where_graphql_is_refused_it_costs_one_more_for_each(there, app, run):
    run()
    for number in app.requests:
        app.say(number, "What is this?")
    there.fail(status=403, path=gitlab_graphql.PATH, times=99)
    report = run()
    assert verbs(report) == ["unchanged"] * 3
    assert report["calls"] == {"reads": READS_OF_A_RUN + 3 + 3, "writes": 0}


def test_one_that_goes_into_a_group_is_closed_with_the_name_of_the_group(app, run):
    run()
    app.push("main", {"basewatch.yaml": b"proposals: {group: directory}\n"})
    assert sorted(verbs(run())) == ["created"] * 3 + ["retired"] * 3
    first = app.requests[1]
    assert f"“{first.title} in 0” takes its place" in first.notes[-1]["body"].replace("\\", "")


@pytest.fixture
def of_an_own_authority(tmp_path, monkeypatch):
    """A GitLab over TLS with a project of the bot's, and the file of who vouches for it."""
    key, certificate = certified()
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    authority, both = tmp_path / "authority.pem", tmp_path / "both.pem"
    authority.write_bytes(certificate.public_bytes(pem))
    shown = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain)
    both.write_bytes(authority.read_bytes() + shown)
    recognised("gitlab-tls-key", shown.decode())
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with gitlab.serve(tmp_path / "gitlab", keeps(both)) as server:
        token = server.token(server.user("basewatch"))
        monkeypatch.setenv("BASEWATCH_TOKEN", token)
        server.project(SLUG, {"README": b"Nothing"}, {"basewatch": 40})
        yield server, authority


@pytest.mark.parametrize("how", ["configured", "environment", "nowhere"])
def test_an_authority_of_ones_own_is_believed_by_the_api_and_by_git(
    of_an_own_authority, how, tmp_path, monkeypatch, capsys
):
    server, authority = of_an_own_authority
    said = f"  authorities: {authority}\n" if how == "configured" else ""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority) if how == "environment" else "")
    config = tmp_path / "operator.yaml"
    config.write_text(f"platform:\n  kind: gitlab\n  url: {server.url}\n  repos: [{SLUG}]\n{said}")
    code = main(["run", "--config", str(config)])
    text = capsys.readouterr()
    assert code == (2 if how == "nowhere" else 0), text.err
    assert ("certificate" in text.err) == (how == "nowhere")
    assert bool(clones(server)) == (how != "nowhere")


def clones(there):
    return len([each for each in there.reads() if ".git/" in each])
