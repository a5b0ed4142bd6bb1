"""GitHub's published OpenAPI, held against every request that a test has the adapter send."""

import json
import re
from urllib.parse import parse_qsl, quote, urlsplit

import requests
from openapi_core import Config, OpenAPI
from openapi_core.contrib.requests import RequestsOpenAPIRequest

from tests.servers.github_programs import PACKAGES, at_hand

DESCRIPTION = PACKAGES / "@octokit" / "openapi" / "generated" / "api.github.com.json"

# Where the description and GitHub differ from OpenAPI, or are silent.
SLASHES = re.compile(r"(/git/(?:ref|refs|matching-refs)/)(.+)")
"""A ref has slashes, as GitHub's own examples have it; a parameter of OpenAPI has none."""
CONFIG = Config(spec_validator_cls=None)  # it is GitHub's to be valid, and takes a minute to see
GRAPHQL = re.compile(r"(?:/api)?/graphql")
"""Its API is described elsewhere, as a schema of its own."""
RENAMED = re.compile(r"/repositories/[0-9]+")
"""Where GitHub leads who asks for a repository by a name that it had: it is described nowhere."""
PAGED = {"/repos/{owner}/{repo}/git/matching-refs/{ref}": {"page"}}
"""No pages are described of this, and none are asked for, but where an answer says that it goes on."""
ENTERPRISE = re.compile(r"/api/v3(?=/)")
"""An Enterprise has the same API below another path."""


class Contract:
    """What is sent, as `requests.Session.send` sees it, is checked and noted."""

    def __init__(self, described):
        self._described = described
        self._templates = {pattern_of(path): path for path in described["paths"]}
        self._parts = {}
        self._fine = set()
        self.sent = []
        self.broken = []

    def check(self, request):
        """Note the request, and what of it GitHub does not describe."""
        parts = urlsplit(request.url)
        self.sent.append(f"{request.method} {parts.path}")
        if GRAPHQL.fullmatch(parts.path) or RENAMED.fullmatch(parts.path):
            return
        path = ENTERPRISE.sub("", parts.path)
        path = SLASHES.sub(lambda found: found[1] + quote(found[2], safe="%"), path)
        template = next((t for p, t in self._templates.items() if p.fullmatch(path)), None)
        if template is None:
            self.broken.append(f"{self.sent[-1]}: there is no such path")
            return
        shape = (request.method, template, parts.query, shape_of(path, request.body))
        if shape in self._fine:
            return
        plain = request.copy()
        plain.url = f"https://api.github.com{path}" + (f"?{parts.query}" if parts.query else "")
        for error in self._part(template).iter_request_errors(RequestsOpenAPIRequest(plain)):
            self.broken.append(f"{self.sent[-1]}: {error} ({error.__cause__!r})"[:500])
        unknown = {name for name, _ in parse_qsl(parts.query)} - self._known(template, request)
        if unknown:
            self.broken.append(f"{self.sent[-1]}: parameters {sorted(unknown)}")
        if not self.broken:
            self._fine.add(shape)

    def _part(self, template):
        """The description of one path: of all of them together it takes long to find one."""
        if template not in self._parts:
            part = {**self._described, "paths": {template: self._described["paths"][template]}}
            self._parts[template] = OpenAPI.from_dict(part, config=CONFIG)
        return self._parts[template]

    def _known(self, template, request):
        """The query parameters of the operation; openapi-core lets any other pass."""
        operation = self._described["paths"][template].get(request.method.lower(), {})
        named = {self._resolved(each)["name"] for each in operation.get("parameters", [])}
        return named | PAGED.get(template, set())

    def _resolved(self, parameter):
        name = parameter.get("$ref", "").rpartition("/")[2]
        return self._described["components"]["parameters"][name] if name else parameter


def shape_of(path, body):
    """What the description can tell apart: of long texts it is all the same what they say."""
    body = re.sub(rb'"(?:[^"\\\\]|\\\\.){20,}"', b'"..."', body or b"")
    return tuple(part.isdigit() for part in path.split("/")), body


def pattern_of(path):
    return re.compile(re.sub(r"\\\{[^}]*\\\}", "[^/]+", re.escape(path)))


def described():
    return json.loads(at_hand(DESCRIPTION).read_bytes())


def hook(monkeypatch, contract):
    """Have all that is sent to anybody checked."""
    send = requests.Session.send

    def checked(session, request, **settings):
        contract.check(request)
        return send(session, request, **settings)

    monkeypatch.setattr(requests.Session, "send", checked)
