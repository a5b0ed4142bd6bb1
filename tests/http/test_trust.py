import asyncio
import ssl

import pytest

from bot.errors import ConfigError, HttpError
from bot.http import Limits, Question, client
from bot.http.trust import Trust
from tests.servers.issuer import certified
from tests.servers.scripted import RESET, scripted


def known(trust):
    return trust.context.cert_store_stats()["x509"]


def made_ready():
    trust = Trust()
    asyncio.run(trust.ready())
    return trust


@pytest.fixture(autouse=True)
def nothing_configured(monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)


@pytest.fixture
def authority(tmp_path):
    """The file of a certificate authority of ours."""
    from cryptography.hazmat.primitives import serialization

    _, certificate = certified()
    path = tmp_path / "ours.pem"
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return path


def test_nobody_is_trusted_before_the_certificates_are_read():
    trust = Trust()
    assert known(trust) == 0
    assert trust.context.verify_mode is ssl.CERT_REQUIRED
    assert trust.context.check_hostname


def test_the_usual_authorities_are_trusted():
    assert known(made_ready()) > 50


def test_only_the_authorities_of_ssl_cert_file_are_trusted_where_it_is_set(authority, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(authority))
    assert known(made_ready()) == 1


def test_a_folder_of_authorities_may_be_named(authority, monkeypatch):
    monkeypatch.setenv("SSL_CERT_DIR", str(authority.parent))
    assert known(made_ready()) == 0  # OpenSSL looks into the folder when it meets a certificate


def test_a_file_that_holds_no_certificates_is_named(tmp_path, monkeypatch):
    (tmp_path / "empty.pem").write_text("nothing")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "empty.pem"))
    with pytest.raises(ConfigError, match=r"empty\.pem cannot be read"):
        made_ready()


def test_certificates_are_read_for_https_only():
    async def ask(scheme):
        async with scripted(lambda *_: RESET) as base, client(Limits(tries=1, connect=1)) as http:
            with pytest.raises(HttpError):
                await http.ask(Question(base.replace("http", scheme)))
            return known(http._trust)

    assert asyncio.run(ask("http")) == 0
    assert asyncio.run(ask("https")) > 50
