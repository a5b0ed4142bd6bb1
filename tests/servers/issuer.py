"""A token service as https://distribution.github.io/distribution/spec/auth/token/ describes it."""

import base64
import datetime as dt
import json
import threading
import time
import uuid
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from tests.canaries import canary, received
from tests.servers.registry import PASSWORD, REFRESH, USER

KNOWN = ("registry-password", "registry-identity", "registry-wrong")


@dataclass
class Issuer:
    """What it signs with, and every question it was asked: (user or None, scopes)."""

    key: object
    x5c: str
    certificate: object
    base_url: str = ""
    name: str = "issuer-of-tests"
    service: str = "registry-of-tests"
    asked: list = field(default_factory=list)
    lifetime: int = 300

    def token(self, repository, *actions):
        """A token that lets its bearer do this with one repository."""
        return self._signed([{"type": "repository", "name": repository, "actions": list(actions)}])

    def push(self, repository):
        return {"Authorization": f"Bearer {self.token(repository, 'pull', 'push')}"}

    def grant(self, user, scopes):
        """Repositories below `private/` are for who is known."""
        access = []
        for scope in scopes:
            kind, name, actions = scope.split(":")
            allowed = set(actions.split(",")) & {"pull"}
            if name.startswith("private/") and user is None:
                allowed = set()
            access.append({"type": kind, "name": name, "actions": sorted(allowed)})
        return self._signed(access)

    def _signed(self, access):
        now = int(time.time())
        claims = {
            "iss": self.name,
            "sub": "",
            "aud": self.service,
            "iat": now - 5,
            "nbf": now - 5,
            "exp": now + self.lifetime,
            "jti": canary("registry-bearer") + uuid.uuid4().hex,
            "access": access,
        }
        return jwt.encode(claims, self.key, algorithm="RS256", headers={"x5c": [self.x5c]})


def certified(address="127.0.0.1"):
    """A key, and the certificate of it that it has signed itself, for a server at this address."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "issuer of tests")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address(address))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    return key, certificate


def answering(issuer, known):
    class Answers(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            query = parse_qs(urlsplit(self.path).query)
            received(issuer.name, self.path, self.headers, own=KNOWN)
            self.answer(self.user(), query.get("scope", []), query.get("service"))

        def do_POST(self):
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            received(issuer.name, self.path, self.headers, body, KNOWN)
            form = {key: values[0] for key, values in parse_qs(body).items()}
            user = known["refresh"].get(form.get("refresh_token"), False)
            self.answer(user, form["scope"].split(), [form["service"]], oauth=True)

        def user(self):
            header = self.headers.get("authorization")
            if header is None:
                return None
            name, _, password = base64.b64decode(header.split()[1]).decode().partition(":")
            return name if known["password"].get(name) == password else False

        def answer(self, user, scopes, service, oauth=False):
            issuer.asked.append((user, tuple(scopes)))
            refused = user is False or service != [issuer.service]
            name = "access_token" if oauth else "token"
            body = {} if refused else {name: issuer.grant(user, scopes), "expires_in": 300}
            data = json.dumps(body).encode()
            self.send_response(401 if refused else 200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_):
            pass

    return Answers


@contextmanager
def issue(folder):
    """An issuer that runs, and knows one user by a password or a refresh token."""
    key, certificate = certified()
    path = folder / "issuer.pem"
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    der = certificate.public_bytes(serialization.Encoding.DER)
    issuer = Issuer(key, base64.b64encode(der).decode(), path)
    known = {"password": {USER: PASSWORD}, "refresh": {REFRESH: USER}}
    server = ThreadingHTTPServer(("127.0.0.1", 0), answering(issuer, known))
    server.daemon_threads = True
    issuer.base_url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield issuer
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
