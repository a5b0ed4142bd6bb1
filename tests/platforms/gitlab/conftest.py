"""A fake GitLab for each test; all that is asked of it is held against GitLab's own description."""

import pytest

from tests.platforms.gitlab.world import FILES, SLUG, World
from tests.servers import gitlab
from tests.servers.gitlab_contract import assert_described, description


@pytest.fixture
def server(tmp_path):
    with gitlab.serve(tmp_path) as server:
        yield server
        if description() is not None:
            assert_described(server.http.heard)


@pytest.fixture
def world(server):
    bot = server.user("basewatch", "Base Watch")
    server.user("kim")
    server.user("robin")
    members = {"basewatch": 40, "kim": 30, "robin": 20}
    return World(server, server.project(SLUG, FILES, members), server.token(bot))


@pytest.fixture
def forge(world):
    return world.forge()
