"""Registries that lead astray, asked over real sockets by the real command line."""

import asyncio
import base64
import contextlib
import json

import pytest

from bot.errors import RegistryError
from bot.http import Limits, client
from bot.image import ImageRef
from bot.registries import HostSettings, Registries
from tests.canaries import canary
from tests.hostile import evil

PASSWORD = canary("hostile-registry")
NEVER = {
    "metadata": "http://169.254.169.254/latest/meta-data/iam/",
    "metadata in decimal": "http://2852039166/latest/",
    "metadata in hexadecimal": "http://0xa9fea9fe/latest/",
    "metadata in octal": "http://0251.0376.0251.0376/latest/",
    "metadata in two numbers": "http://169.16689662/latest/",
    "metadata with a dot behind": "http://169.254.169.254./latest/",
    "metadata mapped to IPv6": "http://[::ffff:a9fe:a9fe]/latest/",
    "metadata compatible with IPv6": "http://[::169.254.169.254]/latest/",
    "metadata behind NAT64": "http://[64:ff9b::a9fe:a9fe]/latest/",
    "metadata in 6to4": "http://[2002:a9fe:a9fe::1]/latest/",
    "metadata by name": "http://metadata.google.internal/computeMetadata/v1/",
    "metadata of another cloud": "http://100.100.100.200/latest/",
    "link-local": "http://[fe80::1]/",
    "codes for its digits": "http://%31%36%39.254.169.254/",
    "a file": "file:///etc/passwd",
    "no scheme of the web": "gopher://127.0.0.1/_x",
    "an inner network": "http://10.0.0.1/",
    "a host of a name": "http://localhost:{victim}/token",
    "another port by name": "http://LOCALHOST:{victim}/token",
    "a user's name": "http://me:pw@127.0.0.1:{victim}/token",
    "a name before the address": "http://registry.example@127.0.0.1:{victim}/token",
    "a backslash": "http://registry.example\\@127.0.0.1:{victim}/token",
}
"""What no registry leads to, whatever it says; `{victim}` is the port of a server that listens."""

FEW = ("metadata", "a file", "a host of a name", "codes for its digits")
LINKS = [link if link in FEW else pytest.param(link, marks=pytest.mark.slow) for link in NEVER]
"""One after the other; the command line is led to all of them at once in every run."""

PLACES = {
    "realm": "says to get a token at",
    "tags": "redirects to",
    "manifests": "redirects to",
    "page": "page",
}
"""Where a registry can lead elsewhere, and what is said then."""

REFUSED = ("redirects to", "it broke off the answer")
"""The second is what becomes of an address that httpx cannot read, as that in octal."""


@pytest.fixture(scope="module")
def victim():
    with evil.serving(evil.innocent) as server:
        yield server


@pytest.fixture
def quiet(victim):
    """The house that must hear nothing."""
    victim.heard.clear()
    return victim


def asked(server, question, **options):
    """What `question(registries)` gives, asked of a real server with a password for it."""
    settings = HostSettings(insecure=True, credential=options.pop("credential", None))

    async def ask():
        async with client(Limits(backoff=0.001, tries=1, connect=2)) as http:
            registries = Registries(http, {server.host: settings}, **options)
            try:
                return await question(registries)
            finally:
                registries.close()

    return asyncio.run(ask())


def mine():
    from bot.registries import Credential

    return Credential("me", PASSWORD)


@pytest.mark.parametrize("link", LINKS)
@pytest.mark.parametrize("place", PLACES)
def test_nobody_is_led_there(place, link, quiet):
    address = NEVER[link].replace("{victim}", str(quiet.server_port))
    with evil.serving(evil.Astray(place, [address])) as server:
        image = ImageRef.parse(f"{server.host}/evil/0:1.0.0")
        question = "digest" if place == "manifests" else "tags"
        with pytest.raises(RegistryError) as refused:
            asked(
                server, lambda registries: getattr(registries, question)(image), credential=mine()
            )
    assert quiet.heard == []
    assert any(each in str(refused.value) for each in (PLACES[place], *REFUSED))
    assert PASSWORD not in str(refused.value)


@pytest.mark.parametrize("link", LINKS)
def test_no_blob_is_fetched_from_there(link, quiet):
    address = NEVER[link].replace("{victim}", str(quiet.server_port))
    took = []
    with evil.serving(evil.Astray("blobs", [address])) as server:
        image = ImageRef.parse(f"{server.host}/evil/0:1.0.0")
        name, size = evil.digest_of(evil.CONFIG), len(evil.CONFIG)
        with pytest.raises(RegistryError, match="|".join(REFUSED)):
            asked(server, lambda registries: registries.blob(image, name, size, took.append))
    assert (quiet.heard, took) == ([], [])


@pytest.mark.parametrize("place", ["tags", "manifests", "blobs"])
def test_credentials_stay_at_their_port_where_another_port_of_the_host_is_led_to(place, quiet):
    with evil.serving(
        evil.Astray(place, [f"http://127.0.0.1:{quiet.server_port}/x"], login=True)
    ) as server:
        image = ImageRef.parse(f"{server.host}/evil/0:1.0.0")

        async def question(registries):
            if place == "blobs":
                size = len(evil.CONFIG)
                await registries.blob(image, evil.digest_of(evil.CONFIG), size, lambda _: None)
            return await (registries.tags if place == "tags" else registries.digest)(image)

        with contextlib.suppress(RegistryError):  # the house does not know what it is asked
            asked(server, question, credential=mine())
        shown = base64.b64encode(f"me:{PASSWORD}".encode()).decode()
        assert set(server.secrets) == {f"Basic {shown}"}
    assert quiet.heard
    assert quiet.secrets == []


def test_a_next_page_at_another_port_of_the_host_is_not_asked(quiet):
    link = f"http://127.0.0.1:{quiet.server_port}/v2/evil/0/tags/list?last=1"
    with evil.serving(evil.Astray("page", [link], login=True)) as server:
        image = ImageRef.parse(f"{server.host}/evil/0:1.0.0")
        with pytest.raises(RegistryError, match="another server"):
            asked(server, lambda registries: registries.tags(image), credential=mine())
    assert quiet.heard == []


# ---------------------------------------------------------------- by the command line


@pytest.fixture
def check(says, tmp_path, monkeypatch):
    """`check` of a file that names one image for each link; what is said of each."""
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path / "no-logins"))
    monkeypatch.setenv("EVIL_PASSWORD", PASSWORD)

    def run(server, number, command="check"):
        config = tmp_path / "operator.yaml"
        config.write_text(
            f"registries:\n  '{server.host}':\n    insecure: true\n"
            "    username_env: USER_OF_EVIL\n    password_env: EVIL_PASSWORD\n"
            "http: {tries: 1}\nevidence: {enabled: false}\n"
        )
        monkeypatch.setenv("USER_OF_EVIL", "me")
        root = tmp_path / "repo"
        root.mkdir(exist_ok=True)
        lines = [f"FROM {server.host}/evil/{n}:1.0.0 AS s{n}\n" for n in range(number)]
        (root / "Dockerfile").write_text("".join(lines))
        code, out, err = says(command, root, "--config", config, "--json")
        assert "Traceback" not in err
        assert PASSWORD not in out + err
        return code, json.loads(out)["uses"], (root / "Dockerfile").read_text()

    return run


@pytest.mark.parametrize("place", PLACES)
def test_an_image_whose_registry_leads_astray_has_failed_and_is_not_current(place, check, quiet):
    links = [link.replace("{victim}", str(quiet.server_port)) for link in NEVER.values()]
    with evil.serving(evil.Astray(place, links)) as server:
        code, uses, text = check(server, len(links), "fix")
    assert (code, {use["outcome"] for use in uses}) == (2, {"failed"})
    assert quiet.heard == []
    assert "@sha256" not in text


@pytest.mark.parametrize("host", ["169.254.169.254", "169.254.169.254:80", "0xa9fea9fe:80", "2852039166.:80",
                                  "[fe80::1]", "metadata.google.internal", "[::ffff:a9fe:a9fe]:80"])  # fmt: skip
def test_a_file_cannot_name_such_a_host_as_its_registry(host, says, tmp_path):
    (tmp_path / "Dockerfile").write_text(f"FROM {host}/latest/meta-data:1.0.0\n")
    code, out, _ = says("check", tmp_path, "--json")
    found = json.loads(out)
    told = [
        *(use["outcome"] for use in found["uses"]),
        *(skip["reason"] for skip in found["skips"]),
    ]
    assert told in (["failed"], ["invalid-reference"])
    assert code == (2 if found["uses"] else 0)
