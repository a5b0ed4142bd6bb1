"""That requests are really held against GitLab's description, and that no waiver hides one."""

import dataclasses
import re

import pytest
from openapi_core.exceptions import OpenAPIError

from tests.platforms.gitlab.test_pulls import opened
from tests.platforms.gitlab.world import PREFIX, SLUG
from tests.servers import gitlab_contract
from tests.servers.gitlab_contract import UNDESCRIBED, WAIVED, Sent, contract, described_paths

pytestmark = pytest.mark.skipif(
    gitlab_contract.description() is None, reason="GitLab's description is not at hand"
)


def bare(template):
    return re.sub(r"\{\w+\}", "{}", template)


@pytest.mark.parametrize("template", UNDESCRIBED)
def test_what_is_waived_as_undescribed_is_nowhere_in_the_description(template):
    assert bare(template) not in {bare(path) for path in described_paths()}
    assert UNDESCRIBED[template]


def test_every_waiver_has_a_reason():
    assert all(WAIVED.values())


def test_files_and_jobs_are_held_against_it(world):
    world.run(world.wanted())
    token = world.server.token(world.server.users["basewatch"], job=True)
    world.forge(token=token, job_token=True).me()
    asked = {f"{each.method} {each.path}" for each in world.server.http.heard}
    assert "GET /api/v4/job" in asked
    assert not any(
        gitlab_contract.is_undescribed(path)
        for path in ("/api/v4/job", "/api/v4/projects/x/repository/files/Dockerfile")
    )


def test_a_request_that_is_not_as_described_is_found(world, forge):
    opened(world)
    forge.pulls(SLUG, PREFIX)
    request = next(each for each in world.server.http.heard if each.path.endswith("requests"))
    contract().validate_request(Sent(request))
    wrong = dataclasses.replace(request, target=f"{request.path}?per_page=many")
    with pytest.raises(OpenAPIError):
        contract().validate_request(Sent(wrong))
