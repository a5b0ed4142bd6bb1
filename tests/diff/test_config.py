"""What differs in two configurations, and what it means to who builds on them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.diff.config import config_changes
from bot.model import HealthCheck, ImageConfig


def only(old, new):
    (change,) = config_changes(ImageConfig(**old), ImageConfig(**new))
    return change


CASES = [
    ({}, {"user": "node"}, "user", None, "node", True, "install packages"),
    ({"user": "node"}, {}, "user", "node", None, True, "run as root now"),
    ({"user": "node"}, {"user": "app:app"}, "user", "node", "app:app", True, "closed"),
    ({"user": ""}, {"user": "0:0"}, "user", None, "0:0", False, "root as before"),
    ({}, {"entrypoint": ("/tini", "--")}, "entrypoint", None, '["/tini", "--"]', True, "arguments of /tini --"),
    ({"entrypoint": ("/x",)}, {}, "entrypoint", '["/x"]', None, True, "it was arguments of /x"),
    ({"entrypoint": ("/x",)}, {"entrypoint": ("/x", "-v")}, "entrypoint", '["/x"]', '["/x", "-v"]', True, "other arguments"),
    ({"entrypoint": ("/x",)}, {"entrypoint": ("/y",)}, "entrypoint", '["/x"]', '["/y"]', True, "start /y now"),
    ({"command": ("sh",)}, {"command": ("bash",)}, "command", '["sh"]', '["bash"]', False, "runs bash now"),
    ({"command": ("sh",)}, {}, "command", '["sh"]', None, False, "has none now"),
    ({}, {"working_folder": "/app"}, "working directory", "/", "/app", True, "Relative paths"),
    ({"ports": frozenset({"80/tcp"})}, {}, "port 80/tcp", "80/tcp", None, True, "no longer"),
    ({}, {"ports": frozenset({"80/tcp"})}, "port 80/tcp", None, "80/tcp", False, "publishes"),
    ({}, {"volumes": frozenset({"/data"})}, "volume /data", None, "/data", True, "may be lost"),
    ({"volumes": frozenset({"/data"})}, {}, "volume /data", "/data", None, False, "no longer kept"),
    ({}, {"stop_signal": "SIGQUIT"}, "stop signal", "SIGTERM", "SIGQUIT", False, "SIGQUIT now"),
    ({}, {"shell": ("/bin/bash", "-c")}, "shell", None, '["/bin/bash", "-c"]', True, "run by /bin/bash -c"),
    ({"shell": ("/bin/bash", "-c")}, {}, "shell", '["/bin/bash", "-c"]', None, True, "the default shell"),
    ({}, {"on_build": ("COPY . /app",)}, "ONBUILD", None, "COPY . /app", True, "Every build on it runs these"),
    ({"on_build": ("RUN x",)}, {}, "ONBUILD", "RUN x", None, True, "no longer run"),
    ({"on_build": ("RUN x",)}, {"on_build": ("RUN y",)}, "ONBUILD", "RUN x", "RUN y", True, "other instructions"),
    ({"environment": {"A": "1"}}, {}, "environment A", "1", None, False, "empty now"),
    ({}, {"environment": {"A": "1"}}, "environment A", None, "1", False, "was not set"),
    ({"environment": {"A": "1"}}, {"environment": {"A": "2"}}, "environment A", "1", "2", False, "another value"),
    ({"environment": {"NODE_VERSION": "20.1"}}, {"environment": {"NODE_VERSION": "20.2"}}, "environment NODE_VERSION", "20.1", "20.2", False, "NODE is 20.2 now, where it was 20.1"),
    ({"environment": {"X_SHA256": "1"}}, {"environment": {"X_SHA256": "2"}}, "environment X_SHA256", "1", "2", False, "own downloads"),
    ({}, {"environment": {"LD_PRELOAD": "/x.so"}}, "environment LD_PRELOAD", None, "/x.so", True, "other code"),
    ({"environment": {"LD_PRELOAD": "/x.so"}}, {}, "environment LD_PRELOAD", "/x.so", None, False, "empty now"),
    ({}, {"environment": {"https_proxy": "http://p"}}, "environment https_proxy", None, "http://p", True, "reach the network"),
    ({"environment": {"PATH": "/a:/b"}}, {"environment": {"PATH": "/b"}}, "environment PATH", "/a:/b", "/b", True, "in /a are no longer"),
    ({"environment": {"PATH": "/a"}}, {"environment": {"PATH": "/a:/b"}}, "environment PATH", "/a", "/a:/b", False, "in /b too"),
    ({"environment": {"PATH": "/a:/b"}}, {"environment": {"PATH": "/b:/a"}}, "environment PATH", "/a:/b", "/b:/a", False, "another order"),
    ({}, {"environment": {"PATH": "/a"}}, "environment PATH", None, "/a", False, "found by their name"),
    ({"labels": {"maintainer": "a"}}, {"labels": {"maintainer": "b"}}, "label maintainer", "a", "b", False, "inherit the other"),
    ({}, {"labels": {"x": "b"}}, "label x", None, "b", False, "inherit the label"),
    ({"labels": {"x": "b"}}, {}, "label x", "b", None, False, "no longer inherit"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "what", "was", "now", "serious", "meaning"), CASES)
def test_a_change_is_told_with_what_it_means(old, new, what, was, now, serious, meaning):
    change = only(old, new)
    assert (change.what, change.old, change.new, change.serious) == (what, was, now, serious)
    assert meaning in change.meaning
    assert change.meaning.endswith(".")


SECRETS = [
    ("DB_PASSWORD", "x"),
    ("GITHUB_TOKEN", "x"),
    ("AWS_SECRET_ACCESS_KEY", "x"),
    ("MY_API_KEY", "x"),
    ("PLAIN", "ghp_" + "a" * 36),
    ("PLAIN", "AKIA" + "A" * 16),
    ("URL", "https://user:hunter2@example.org/"),
]


@pytest.mark.parametrize(("name", "value"), SECRETS)
@pytest.mark.parametrize("kind", ["environment", "labels"])
def test_a_value_that_looks_like_a_secret_is_never_told(name, value, kind):
    change = only({kind: {name: value}}, {kind: {name: value + "2"}})
    assert (change.old, change.new) == ("(hidden)", "(hidden)")
    assert value not in change.meaning
    assert only({}, {kind: {name: value}}).new == "(hidden)"
    assert only({kind: {name: value}}, {}).old == "(hidden)"


def test_a_secret_in_place_of_something_plain_hides_both():
    change = only({"environment": {"X": "plain"}}, {"environment": {"X": "AKIA" + "A" * 16}})
    assert (change.old, change.new) == ("(hidden)", "(hidden)")


@pytest.mark.parametrize(
    "name", ["GPG_KEY", "PASSWORD_FILE", "TOKEN_URL", "PYTHON_SHA256", "PATH_X"]
)
def test_what_only_sounds_like_a_secret_is_told(name):
    assert only({}, {"environment": {name: "v"}}).new == "v"


HEALTH = HealthCheck(("CMD", "curl", "-f"), interval=5 * 10**9, retries=3)


def test_a_health_check_is_told_with_its_times():
    assert only({}, {"health_check": HEALTH}).new == "CMD curl -f, interval 5 s, 3 retries"
    gone = only({"health_check": HEALTH}, {"health_check": HealthCheck(("NONE",))})
    assert (gone.new, gone.serious) == (None, True)
    other = HealthCheck(("CMD", "wget"), timeout=10**9)
    assert "in another way" in only({"health_check": HEALTH}, {"health_check": other}).meaning


def test_labels_that_name_the_build_are_one_change():
    names = ["org.opencontainers.image.created", "org.opencontainers.image.revision", "build-date"]
    change = only({"labels": dict.fromkeys(names, "1")}, {"labels": dict.fromkeys(names, "2")})
    assert change.what == "labels"
    assert change.meaning == "Labels that name the build differ: build-date, created, revision."


def test_no_more_is_listed_than_anyone_reads():
    many = {f"N{number}": "1" for number in range(150)}
    changes = config_changes(ImageConfig(), ImageConfig(environment=many, labels=many))
    assert len(changes) == 202
    assert "50 more variables differ." in [change.meaning for change in changes]
    assert "50 more labels differ." in [change.meaning for change in changes]


WORDS = st.text("AB_é`<", max_size=4)
CONFIGS = st.builds(
    ImageConfig,
    user=WORDS,
    entrypoint=st.none() | st.tuples(WORDS),
    command=st.none() | st.tuples(WORDS, WORDS),
    environment=st.dictionaries(st.sampled_from(["PATH", "A", "TOKEN"]), WORDS),
    working_folder=WORDS,
    ports=st.frozensets(WORDS, max_size=2),
    labels=st.dictionaries(WORDS, WORDS, max_size=2),
)


@given(CONFIGS)
def test_a_configuration_does_not_differ_from_itself(config):
    assert config_changes(config, config) == ()


@given(CONFIGS, CONFIGS)
def test_the_way_back_names_the_same_things(old, new):
    there, back = config_changes(old, new), config_changes(new, old)
    assert sorted(c.what for c in there) == sorted(c.what for c in back)
