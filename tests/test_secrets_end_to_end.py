"""Whole runs with a secret in everything that may hold one; the guard looks at all that comes of them."""

import json
import logging

import pytest

from bot.cli import main
from tests.canaries import canary, is_in, keeps
from tests.servers.registry import PASSWORD, USER, push_image

pytestmark = pytest.mark.registry

SLUG = "team/app"
LEFT = ("report", "summary", "outputs")


@pytest.fixture
def files(password_registry):
    name = "secrets/app"
    for number, tag in enumerate(("1.0.0", "1.1.0")):
        push_image(password_registry.base_url, name, tag, content=f"{number}",
                   headers=password_registry.push)  # fmt: skip
    return {"Dockerfile": f"FROM {password_registry.host}/{name}:1.0.0\n".encode()}


@pytest.fixture
def run(there, password_registry, tmp_path, capfd, caplog, monkeypatch):
    """Runs with all that may be set, and everything logged; gives the code, the report and errors."""
    caplog.set_level(logging.DEBUG)
    docker = tmp_path / "docker"
    docker.mkdir()
    helped = {"auths": {"other.example": {"identitytoken": canary("identity")}}}
    keeps(docker / "config.json").write_text(json.dumps(helped))
    said = {
        "DOCKER_CONFIG": str(docker), "R_USER": USER, "R_PASSWORD": PASSWORD,
        "GITHUB_TOKEN": canary("github-token"), "CI_JOB_TOKEN": canary("gitlab-job"),
        "https_proxy": f"http://me:{canary('proxy')}@127.0.0.1:1", "no_proxy": "127.0.0.1",
    }  # fmt: skip
    config = tmp_path / "operator.yaml"
    config.write_text(
        f"registries:\n  '{password_registry.host}':\n    insecure: true\n"
        "    username_env: R_USER\n    password_env: R_PASSWORD\n"
        f"platform: {{kind: gitlab, url: '{there.url}', insecure: true, repos: [{SLUG}],"
        " patience_seconds: 1, pause_seconds: 0}\nhttp: {tries: 1}\n"
        "evidence: {scanners: []}\n"
    )

    def start(*words, **more):
        for name, value in {**said, **more}.items():
            monkeypatch.setenv(name, value)
        left = [word for name in LEFT for word in (f"--{name}", str(tmp_path / name))]
        code = main(["run", "--config", str(config), *left, *words])
        out, err = capfd.readouterr()
        return code, out, err

    return start


@pytest.mark.parametrize("words", [(), ("--json",), ("--dry-run",), ("--dry-run", "--json")])
def test_a_run_that_goes_well_tells_no_secret(run, there, files, tmp_path, words):
    app = there.project(SLUG, files, {"basewatch": 40})
    code, out, err = run(*words)
    assert (code, len(app.requests)) == (0, 0 if "--dry-run" in words else 1), err
    assert "1.1.0" in out
    assert not is_in(out + err)
    assert json.loads((tmp_path / "report").read_text())["proposals"]
    told = [*app.requests.values(), *app.issues.values()]
    assert not any(is_in(f"{each.title} {each.description}") for each in told)


@pytest.mark.parametrize(
    "status",
    [
        *(
            pytest.param(status, marks=pytest.mark.slow)
            for status in (400, 403, 404, 409, 429, 503)
        ),
        *(401, 422, 500),
    ],
)
@pytest.mark.parametrize("verb", ["GET", "POST"])
def test_nor_does_one_whose_forge_sends_back_what_it_was_sent(run, there, files, status, verb):
    there.project(SLUG, files, {"basewatch": 40})
    (token,) = there.tokens
    body = {"message": f"bad {'x' * 280} {token}", "errors": [{"message": token}]}
    there.fail(status=status, body=body, headers={"X-Said": token}, method=verb, times=9)
    code, out, err = run("--json")
    assert not is_in(out + err)
    assert token[:12] not in out + err
    assert code == (2 if verb == "GET" else code)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("R_PASSWORD", canary("wrong-password")),
        ("R_PASSWORD", canary("odd-password", suffix="\n\rx")),
        ("BASEWATCH_TOKEN", canary("wrong-token")),
        ("BASEWATCH_TOKEN", canary("odd-token", suffix="\nX-Evil: 1")),
        ("BASEWATCH_TOKEN", canary("odder-token", suffix="ü")),
        ("https_proxy", f"http://me:{canary('proxy')}/x@127.0.0.1:1"),
        ("all_proxy", f"gopher://{canary('proxy')}@127.0.0.1:1"),
        ("SSL_CERT_FILE", "/nonexistent/authorities.pem"),
    ],
)
def test_nor_does_one_with_a_secret_that_is_wrong(run, there, files, name, value):
    there.project(SLUG, files, {"basewatch": 40})
    code, out, err = run("--json", **{name: value})
    assert code in (0, 2)
    assert not is_in(out + err)
    assert "Traceback" not in err


TOKEN = canary("misplaced", "ghp_").replace("-", "_")


@pytest.mark.parametrize(
    "text",
    [
        f"platform: {{kind: github, repos: [a/b], token_env: {TOKEN}}}",
        f"platform: {{kind: github, repos: [a/b], token_env: {TOKEN[4:]}}}",
        f"platform: {{kind: github, repos: [a/b], token: {TOKEN}}}",
        f"platform: {{kind: github, repos: [a/b], app: {{id_env: PATH, private_key_env: {TOKEN}}}}}",
        f"platform: {{kind: gitlab, repos: ['https://me:{TOKEN}@h/a']}}",
        f"platform: {{kind: gitlab, url: 'https://me:{TOKEN}@h'}}",
        f"registries: {{quay.io: {{username_env: PATH, password_env: {TOKEN}}}}}",
        f"registries: {{quay.io: {{token_env: {TOKEN[4:]}}}}}",
        f"registries: {{'me:{TOKEN}@quay.io': {{insecure: true}}}}",
        f"registries: {{quay.io: {{lookup: 'https://me:{TOKEN}@quay.io'}}}}",
        f"evidence: {{osv: {{url: 'https://me:{TOKEN}@h'}}}}",
    ],
)
def test_a_secret_in_the_wrong_place_of_a_configuration_is_not_repeated(
    tmp_path, capsys, monkeypatch, text
):
    # What a configuration says is remembered there, for its user alone, as it stands.
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(keeps(tmp_path / "runtime")))
    config = keeps(tmp_path / "operator.yaml")
    config.write_text(text)
    (tmp_path / "Dockerfile").write_text("FROM quay.io/a/b:1\n")
    command = ["run"] if text.startswith("platform") else ["check", str(tmp_path)]
    code = main([*command, "--config", str(config)])
    out, err = capsys.readouterr()
    assert (code, is_in(out + err), err.count("\n")) == (2, False, 1)


@pytest.mark.parametrize(
    "command",
    [
        ["scan", "{}"],
        ["check", "{}"],
        ["fix", "{}"],
        ["run", "{}"],
        ["run", "--platform", "gitlab", "--repo", "{}"],
        ["diff", "{}", "b:1"],
        ["diff", "a:1", "b:1", "--used-by", "{}"],
        ["check", ".", "--config", "{}"],
    ],
)
def test_an_address_in_the_place_of_another_thing_is_told_without_its_password(capsys, command):
    try:
        code = main([word.format("https://me:hunter2@h/a") for word in command])
    except SystemExit as ended:
        code = ended.code
    assert code == 2
    out, err = capsys.readouterr()
    assert "hunter2" not in out + err
    assert err
