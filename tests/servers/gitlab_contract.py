"""Each request that was sent, held against the description that GitLab publishes of its API."""

import gzip
import json
import re
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs

import pytest

DESCRIPTION = Path(__file__).parents[3] / "shared/data/gitlab-openapi3.json.gz"

# What the description gets wrong, and what is done about it.
WAIVED = {
    "the name of a branch is an integer": "it is a text; documented so in api/branches",
    "each action of a commit needs all of its members": "they depend on the action; api/commits",
    "a merge has no `auto_merge`": "since 17.11, and the description is of 17.4; api/merge_requests",
}

# What it does not describe at all: the fake is strict about these by itself, by the page named.
UNDESCRIBED = {
    "/api/v4/projects/{id}/merge_requests/{iid}/notes": "api/notes: comments",
    "/api/v4/projects/{id}/merge_requests/{iid}/notes/{note}": "api/notes: comments",
    "/api/v4/projects/{id}/milestones": "api/milestones: the number of one by its title",
    "/api/v4/projects/{id}/issues": "api/issues: dashboards",
    "/api/v4/projects/{id}/issues/{iid}": "api/issues: dashboards",
    "/api/v4/user": "api/users: who we are",
    "/api/graphql": "api/graphql/reference: the fake has the part of its schema that is asked",
}


def matches(template, path):
    """Whether a path is one of a template, whose parts in braces have no slash."""
    return re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path) is not None


def described_paths():
    """All that the description has, as it has it."""
    return frozenset(json.loads(gzip.decompress(DESCRIPTION.read_bytes()))["paths"])


@cache
def description():
    """The part of it that is about what we ask, put right; None where the file is not at hand."""
    if not DESCRIPTION.exists():
        return None
    whole = json.loads(gzip.decompress(DESCRIPTION.read_bytes()))
    about = re.compile(
        r"/api/v4/(projects(/\{id\}(/merge_requests.*|/repository/(branches|commits).*"
        r"|/repository/files/\{file_path\}|/members/all/.*)?)?|job|groups/\{id\}/projects"
        r"|users(/\{user_id\}/projects)?)"
    )
    whole["paths"] = {path: ops for path, ops in whole["paths"].items() if about.fullmatch(path)}
    whole["servers"] = [{"url": "http://gitlab.test"}]
    one = whole["paths"]["/api/v4/projects/{id}/repository/branches/{branch}"]
    for operation in one.values():
        for parameter in operation["parameters"]:
            if parameter["name"] == "branch":
                parameter["schema"] = {"type": "string"}
    action = whole["components"]["schemas"]["postApiV4ProjectsIdRepositoryCommits_actions"]
    action["required"] = ["action", "file_path"]
    merge = whole["components"]["schemas"]["putApiV4ProjectsIdMergeRequestsMergeRequestIidMerge"]
    merge["properties"]["auto_merge"] = {"type": "boolean"}
    for operations in whole["paths"].values():
        for operation in operations.values():
            for kind in operation.get("requestBody", {}).get("content", {}).values():
                name = kind["schema"]["$ref"].rpartition("/")[2]
                whole["components"]["schemas"][name]["additionalProperties"] = False
    return whole


HELD = set()


@cache
def contract():
    from openapi_core import Config, OpenAPI

    # It has faults of its own, in parts that are nothing to us.
    return OpenAPI.from_dict(description(), config=Config(spec_validator_cls=None))


class Sent:
    """A request as openapi-core wants it; slashes within a part of a path hide from it."""

    def __init__(self, request):
        from openapi_core.datatypes import RequestParameters
        from werkzeug.datastructures import Headers, ImmutableMultiDict

        query = parse_qs(request.raw_query)
        pairs = [(name, value) for name, values in query.items() for value in values]
        self.parameters = RequestParameters(
            query=ImmutableMultiDict(pairs), header=Headers(dict(request.headers)), path={}
        )
        self.host_url = "http://gitlab.test"
        self.path = re.sub(r"%2F", "_", request.path, flags=re.IGNORECASE)
        self.method = request.method.lower()
        self.body = request.body or None
        self.content_type = "application/json"


def assert_described(requests):
    """Every one of them is as the description has it; none of them names a member it lacks."""
    if description() is None:
        pytest.skip("GitLab's description of its API is not at hand")
    asked = [each for each in requests if each.path.startswith("/api/")]
    described = [each for each in asked if not is_undescribed(each.path)]
    for request in described:
        if (shape := shape_of(request)) not in HELD:
            contract().validate_request(Sent(request))
            HELD.add(shape)
    return len(described)


def is_undescribed(path):
    return any(matches(template, path) for template in UNDESCRIBED)


def shape_of(request):
    """What makes a request unlike another, but for the values that any text and any number has."""
    path = re.sub(r"/[0-9]+", "/1", re.sub(r"(?<=projects/)[^/]+|[0-9a-f]{40}", "x", request.path))
    kinds = sorted((name, kind_of(value)) for name, value in request.json.items())
    return request.method, path, str(sorted(request.query.items())), str(kinds)


def kind_of(value):
    if isinstance(value, list):
        return sorted({str(kind_of(each)) for each in value})
    return sorted(value) if isinstance(value, dict) else type(value).__name__
