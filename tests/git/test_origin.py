import base64
import itertools
import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ConfigError, RepoError
from bot.git import Credential, Trust
from bot.git.complaints import explained
from bot.git.origin import Origin
from bot.git.program import DamageError
from bot.git.running import Bounds, Command
from tests.canaries import canary, is_in, keeps
from tests.git.made import git, lay, program, repository
from tests.servers.git_http import TOKEN, host

CREDENTIAL = Credential.basic("x-access-token", TOKEN)
SHORT = Bounds(20.0, 1 << 20)


# ---------------------------------------------------------------- addresses


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://h/a", "http://h/a: is asked over plain HTTP only if its host is configured as insecure"),
        ("https://u:pw@h/a", "https://h/a: has a name or password in it; give the token apart"),
        ("https://pw@h/a@b", "https://h/a@b: has a name or password in it; give the token apart"),
        ("ssh://h/a", "ssh://h/a: only URLs as https://host/path can be cloned"),
        ("git@h:a/b", "git@h:a/b: only URLs as https://host/path can be cloned"),
        ("file:///etc", "file:///etc: only URLs as https://host/path can be cloned"),
        ("ext::sh", "ext::sh: only URLs as https://host/path can be cloned"),
        ("--upload-pack=x", "--upload-pack=x: only URLs as https://host/path can be cloned"),
        ("https://", "https://: only URLs as https://host/path can be cloned"),
        ("https://h/a?x=1", "https://h/a?x=1: only URLs as https://host/path can be cloned"),
        ("https://h/a#x", "https://h/a#x: only URLs as https://host/path can be cloned"),
        ("https://h:none/a", "https://h:none/a: is no URL that can be cloned"),
        ("https://h/a b", "https://h/a b: is no URL that can be cloned"),
        ("https://h/a\nb", "https://h/a\ufffdb: is no URL that can be cloned"),
        ("", ": is no URL that can be cloned"),
    ],
)  # fmt: skip
def test_what_is_no_address_to_ask_is_refused(url, told):
    with pytest.raises(RepoError) as caught:
        Origin(url)
    assert str(caught.value) == told


@pytest.mark.parametrize("said", ["git.example", "git.example:80"])
def test_plain_http_is_for_hosts_that_the_operator_said(said):
    trust = Trust(frozenset({said}))
    assert Origin("http://git.example/a", None, trust).shown == "http://git.example/a"
    with pytest.raises(RepoError):
        Origin("http://other.example/a", None, trust)


@given(st.text())
def test_any_text_is_an_address_or_refused_in_one_line(text):
    for url in (text, f"https://{text}", f"https://h/{text}"):
        try:
            told = Origin(url).shown
        except RepoError as error:
            told = str(error)
        assert told.isprintable()


# ---------------------------------------------------------------- credentials


def test_a_credential_is_shown_to_nobody():
    assert repr(CREDENTIAL) == "Credential()"
    assert "canary" not in repr(Origin("https://h/a", CREDENTIAL))
    assert "canary" not in repr(Origin("https://h/a", CREDENTIAL).command(["fetch"], Path("/none")))


@pytest.mark.parametrize("token", ["", "a\nb", "a\r", "tökén", "\0"])
def test_what_no_header_can_have_is_no_token(token):
    for make in (Credential.bearer, lambda token: Credential.basic("u", token)):
        with pytest.raises(ConfigError) as caught:
            make(token)
        assert token not in str(caught.value) or not token


def test_a_server_that_sends_the_token_back_does_not_get_it_shown(tmp_path):
    encoded = base64.b64encode(f"x-access-token:{TOKEN}".encode()).decode()
    said = keeps(program(tmp_path, "said", f"echo 'fatal: odd {TOKEN} {encoded}' >&2; exit 1"))
    with pytest.raises(DamageError) as caught:
        Origin("https://h/a", CREDENTIAL).answer(Command([said], {}), SHORT)
    assert str(caught.value) == "https://h/a: git failed: odd *** ***"


@pytest.mark.parametrize("url", ["http://me:{}/x@127.0.0.1:1", "http://me:{}", "me:{}@[bad"])
def test_a_proxy_that_is_none_is_told_without_its_password(tmp_path, monkeypatch, url):
    monkeypatch.setenv("https_proxy", url.format(canary("proxy-password")))
    origin = Origin("https://127.0.0.1:1/a")
    with pytest.raises(RepoError, match="Unsupported proxy syntax in '") as told:
        origin.answer(origin.command(["ls-remote", origin.url], tmp_path), SHORT)
    assert not is_in(str(told.value))


def test_no_program_is_told_the_token_by_its_arguments(clones, repo, refusal):
    """The host is asked at the very moment when git waits for its answer."""
    seen = []

    def answer(_path):
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                seen.append(path.read_bytes())
            except OSError:
                continue
        return 500, {}, []

    if not Path("/proc/self/cmdline").exists():
        pytest.skip("/proc is not at hand")
    with host(answer) as (address, heard):
        refusal(lambda: clones(hosts=[address]).tree(repo(f"http://{address}/a"), CREDENTIAL))
    assert heard[0]["Authorization"] == CREDENTIAL.header.partition(": ")[2]
    assert any(b"remote-http" in line and address.encode() in line for line in seen)
    assert not any(secret.encode() in line for line in seen for secret in CREDENTIAL.secrets)


def test_a_redirect_is_not_followed_and_no_token_goes_there(git_server, clones, repo, refusal):
    with host(lambda _path: (200, {}, [])) as (canary, heard):
        url = f"{git_server.base}/moved/{canary.partition(':')[2]}/a.git"
        told = refusal(lambda: clones(hosts=[canary]).tree(repo(url), CREDENTIAL))
    assert told == f"{url}: moved (HTTP redirect, which is not followed): give its new address"
    assert heard == []


def test_nothing_that_this_machine_has_set_up_counts(publish, clones, repo, tmp_path, monkeypatch):
    there = publish({"a": "x"})
    mark = tmp_path / "ran"
    evil = program(tmp_path / "bin", "evil", f"touch {mark}")
    around = repository(tmp_path / "around")
    settings = {
        "credential.helper": str(evil), "core.askPass": str(evil), "core.hooksPath": str(evil.parent),
        "http.extraHeader": "Authorization: Basic b3RoZXI6b3RoZXI=", "http.proxy": "http://127.0.0.1:1",
        "url.http://127.0.0.1:1/.insteadOf": "http://127.0.0.1",
    }  # fmt: skip
    for key, value in settings.items():
        git(around, "config", key, value)
    home = tmp_path / "home"
    lay(home, {".gitconfig": (around / ".git/config").read_bytes(), ".netrc": "default login x password y\n"})  # fmt: skip
    for name, value in {
        "HOME": str(home), "XDG_CONFIG_HOME": str(home), "GIT_CONFIG_GLOBAL": str(home / ".gitconfig"),
        "GIT_CONFIG_SYSTEM": str(home / ".gitconfig"), "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "http.proxy", "GIT_CONFIG_VALUE_0": "http://127.0.0.1:1",
        "GIT_ASKPASS": str(evil), "SSH_ASKPASS": str(evil), "GIT_DIR": str(around / ".git"),
        "GIT_TRACE_CURL": str(mark), "GIT_TRACE": str(mark), "GIT_SSL_NO_VERIFY": "1",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(around)
    tree = clones(around / "cache").tree(repo(there.at("private")), CREDENTIAL)
    assert dict(tree.read(["a"], limit=9)) == {"a": b"x"}
    assert not mark.exists()


# ---------------------------------------------------------------- hosts that say no, or nothing sensible


@pytest.mark.parametrize(
    ("status", "why"),
    [
        (403, "forbidden (HTTP 403): the token may not read it, or the host wants less to be asked"),
        (404, "not found (HTTP 404): there is none at this address, or none that may be seen"),
        (429, "the host wants less to be asked (HTTP 429): try again later"),
        (500, "the host is in trouble (HTTP 5xx): try again later"),
        (503, "the host is in trouble (HTTP 5xx): try again later"),
    ],
)  # fmt: skip
def test_a_host_that_says_no_is_told_in_words(git_server, clones, repo, refusal, status, why):
    url = f"{git_server.base}/status/{status}/a.git"
    assert refusal(lambda: clones().tree(repo(url), CREDENTIAL)) == f"{url}: {why}"


def test_a_token_that_is_missing_is_told_from_a_wrong_one(publish, clones, repo, refusal):
    url = publish({"a": "x"}).at("private")
    told = refusal(lambda: clones().tree(repo(url)))
    assert told == f"{url}: a token is wanted (HTTP 401), and none is configured"
    told = refusal(lambda: clones().tree(repo(url), Credential.basic("u", "wrong")))
    assert told == (
        f"{url}: the token was refused (HTTP 401): it is wrong, expired or for another host"
    )


def test_a_repository_that_is_not_there_is_told(git_server, clones, repo, refusal):
    url = git_server.url("nothing.git")
    assert "not found (HTTP 404)" in refusal(lambda: clones().tree(repo(url)))


def test_a_host_that_is_away_is_told(clones, repo, refusal):
    told = refusal(lambda: clones().tree(repo("https://127.0.0.1:1/a")))
    assert told == (
        "https://127.0.0.1:1: the host cannot be reached: "
        "try again later, or check the address and the network"
    )


def test_a_host_without_tls_is_told(git_server, clones, repo, refusal):
    told = refusal(lambda: clones().tree(repo(f"https://{git_server.host}/a")))
    assert told.endswith(
        "the host's certificate is not trusted, or it speaks no TLS: name its authority"
    )


ADVERTISED = {"Content-Type": "application/x-git-upload-pack-advertisement"}
GREETING = b"001e# service=git-upload-pack\n0000"


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({}, b""),
        ({}, b"<html>Sign in</html>"),
        (ADVERTISED, b""),
        (ADVERTISED, b"\0" * 100),
        (ADVERTISED, b"zzzz"),
        (ADVERTISED, b"fff0short"),
        (ADVERTISED, GREETING),
        (ADVERTISED, GREETING + b"000eversion 2\n0000"),
        (ADVERTISED, GREETING + b"000eversion 9\n0000"),
        (ADVERTISED, GREETING + b"003fnot an object name HEAD\0 capabilities of no kind at all\n0000"),
        (ADVERTISED, b"ERR no\n"),
        (ADVERTISED, GREETING + b"002aERR \x1b[31m\x07 some words of a host\r\n\n"),
    ],
)  # fmt: skip
def test_rubbish_is_no_repository(clones, repo, headers, body):
    with host(lambda _path: (200, headers, [body])) as (address, _):
        with pytest.raises(RepoError) as caught:
            clones(hosts=[address], timeout=20.0).tree(repo(f"http://{address}/a"), CREDENTIAL)
        told = str(caught.value)
        assert told.isprintable()
        assert told.startswith(f"http://{address}/a: ")
        assert "canary" not in told


@pytest.mark.parametrize("body", [b"", b"<html>Sign in</html>"])
def test_a_page_without_a_line_is_not_taken_for_an_empty_repository(clones, repo, refusal, body):
    with host(lambda _path: (200, {"Content-Type": "text/html"}, [body])) as (address, _):
        told = refusal(lambda: clones(hosts=[address]).tree(repo(f"http://{address}/a")))
    assert told == f"http://{address}/a: what answers there is no git; check the address"


def test_a_host_that_never_ends_is_given_up_for_its_size(clones, repo, refusal):
    line = b"003d" + b"a" * 40 + b" refs/heads/some-branch\n"[:17]
    lines = itertools.chain([GREETING], itertools.repeat(line * 10_000))
    with host(lambda _path: (200, ADVERTISED, lines)) as (address, _):
        opened = clones(hosts=[address], memory=200 << 20, timeout=60.0)
        told = refusal(lambda: opened.tree(repo(f"http://{address}/a")))
    assert told.startswith(f"http://{address}/a: ")
    assert "longer than" not in told


def test_a_host_that_never_answers_is_given_up_in_time(clones, repo, refusal):
    def silence():
        time.sleep(3)
        yield b""

    with host(lambda _path: (200, ADVERTISED, silence())) as (address, _):
        opened = clones(hosts=[address], timeout=0.5)
        told = refusal(lambda: opened.tree(repo(f"http://{address}/a")))
    assert told == (
        f"http://{address}/a: reading it took longer than 0.5 seconds; it is left out of this run"
    )


def test_without_git_it_is_said_what_to_do(clones, repo, refusal, monkeypatch):
    monkeypatch.setenv("PATH", "/nonexistent")
    told = refusal(lambda: clones().tree(repo("https://127.0.0.1:1/a")))
    assert told == "https://127.0.0.1:1/a: git is not installed: install it"


def test_a_machine_without_a_shell_is_told(refusal):
    told = refusal(lambda: Origin("https://h/a").answer(Command(["/nonexistent"], {}), SHORT))
    assert told == "https://h/a: git is not installed: install it"


# What git 2.39 to 2.50 say, where a test cannot well bring it about.
@pytest.mark.parametrize(
    ("complaint", "why"),
    [
        ("write error: No space left on device", "the disk of the cache is full: make room"),
        ("Out of memory, realloc failed", "the host sends more than a repository can be"),
        (
            "unable to access 'https://tls.example/TLS/': Could not resolve host: tls.example",
            "the host's name is not known: check the address and the network",
        ),
        (
            "unable to access 'https://h/a/': server certificate verification failed. CAfile: none",
            "the host's certificate is not trusted, or it speaks no TLS: name its authority",
        ),
        (
            "unable to access 'https://h/error: 500/': Operation too slow",
            "the host is too slow: try again later",
        ),
        ("transport 'ssh' not allowed", "only https is spoken (http where the host is configured as insecure)"),
        (
            "152 bytes of body are still expected",
            ("the host gave no answer that git understands: check the address, or try again later"
            " (152 bytes of body are still expected)"),
        ),
        (
            "early EOF",
            ("the host gave no answer that git understands: check the address, or try again later"
            " (early EOF)"),
        ),
        (
            "expected 'packfile'",
            ("the host gave no answer that git understands: check the address, or try again later"
            " (expected 'packfile')"),
        ),
        ("bad object HEAD", None),
    ],
)  # fmt: skip
def test_what_git_says_is_told_with_what_to_do(complaint, why):
    assert explained(complaint, with_token=True) == why


def test_the_authorities_of_the_operator_are_those_that_git_believes(tmp_path):
    origin = Origin("https://h/a", None, Trust(authorities=tmp_path / "ca.pem"))
    env = origin.command(["config", "http.sslCAInfo"], Path(os.devnull)).env
    assert origin.answer(Command(["git", "config", "http.sslCAInfo"], env), SHORT) == (
        f"{tmp_path / 'ca.pem'}\n".encode()
    )
