import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.manifests import read_configuration
from bot.model import HealthCheck, ImageConfig


def read(**said):
    return read_configuration(json.dumps(said).encode())


def config(**said):
    return read(config=said).config


def test_all_that_an_image_tells_a_build_is_read():
    found = read(
        architecture="arm64",
        os="linux",
        variant="v8",
        created="2026-11-01T00:00:00Z",
        config={
            "User": "1000:1000",
            "Entrypoint": ["/init"],
            "Cmd": ["serve", "--now"],
            "Env": ["PATH=/bin:/usr/bin", "EMPTY=", "BARE", "A=1=2"],
            "WorkingDir": "/srv",
            "ExposedPorts": {"80/tcp": {}, "53/udp": {}},
            "Volumes": {"/data": {}},
            "StopSignal": "SIGINT",
            "Healthcheck": {
                "Test": ["CMD", "ok"],
                "Interval": 5,
                "Timeout": 4,
                "StartPeriod": 3,
                "Retries": 2,
            },
            "Shell": ["/bin/bash", "-c"],
            "OnBuild": ["RUN x"],
            "Labels": {"a": "b"},
        },
        rootfs={"type": "layers", "diff_ids": ["sha256:1", "sha256:2"]},
        history=[
            {"created_by": "ADD rootfs"},
            {"created_by": "ENV A=1", "empty_layer": True},
            {"created_by": "RUN apt-get"},
        ],
    )
    assert found.config == ImageConfig(
        user="1000:1000",
        entrypoint=("/init",),
        command=("serve", "--now"),
        environment={"PATH": "/bin:/usr/bin", "EMPTY": "", "BARE": "", "A": "1=2"},
        working_folder="/srv",
        ports=frozenset({"80/tcp", "53/udp"}),
        volumes=frozenset({"/data"}),
        stop_signal="SIGINT",
        health_check=HealthCheck(("CMD", "ok"), 5, 4, 3, 2),
        shell=("/bin/bash", "-c"),
        on_build=("RUN x",),
        labels={"a": "b"},
        created="2026-11-01T00:00:00Z",
    )
    assert found.platform == "linux/arm64"
    assert found.diff_ids == ("sha256:1", "sha256:2")
    assert found.made_by == ("ADD rootfs", "RUN apt-get")


def test_what_is_not_said_is_another_thing_than_an_empty_list():
    assert (config().entrypoint, config(Entrypoint=[]).entrypoint) == (None, ())
    assert (config(Cmd=None).command, config(Cmd=[]).command) == (None, ())


@pytest.mark.parametrize("key", ["User", "user", "USER"])
def test_a_key_counts_in_whatever_case_as_for_docker(key):
    assert config(**{key: "root"}).user == "root"


def test_the_last_of_several_keys_counts_as_for_docker():
    body = b'{"config": {"User": "safe", "user": "root"}}'
    assert read_configuration(body).config.user == "root"


def test_one_word_is_a_list_of_it_as_for_docker():
    assert config(Entrypoint="/init").entrypoint == ("/init",)


def test_the_last_value_of_a_variable_counts():
    assert config(Env=["A=1", "A=2"]).environment == {"A": "2"}


@pytest.mark.parametrize("said", [None, {}, {"Test": []}, {"Interval": 5}])
def test_a_health_check_without_a_test_is_none(said):
    assert config(Healthcheck=said).health_check is None


@pytest.mark.parametrize(
    "said",
    [
        {"User": 0},
        {"User": ["root"]},
        {"Entrypoint": {"a": 1}},
        {"Cmd": [1]},
        {"Env": {"A": "1"}},
        {"Labels": ["a"]},
        {"Labels": {"a": 1}},
        {"ExposedPorts": ["80"]},
        {"Healthcheck": [1]},
        {"Healthcheck": {"Test": ["CMD"], "Interval": "5s"}},
        {"Healthcheck": {"Test": ["CMD"], "Interval": 1 << 63}},
        {"Healthcheck": {"Test": ["CMD"], "Interval": 0.5}},
    ],
)
def test_a_value_of_another_type_than_builders_take_is_refused(said):
    with pytest.raises(ValueError, match=r"what builders expect|no text"):
        config(**said)


@pytest.mark.parametrize("body", [b"", b"[]", b"3", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_object_is_refused(body):
    with pytest.raises(ValueError, match="JSON"):
        read_configuration(body)


@pytest.mark.parametrize(
    "history",
    [None, 3, [], [{"created_by": "one"}], [{}, {}, {}], [3, "x", {"created_by": "one"}]],
)
def test_a_history_that_does_not_fit_the_layers_tells_nothing_of_them(history):
    found = read(rootfs={"diff_ids": ["sha256:1", "sha256:2"]}, history=history)
    assert found.made_by == ("", "")


def test_halves_of_characters_are_replaced():
    body = rb'{"config": {"User": "a\ud800b", "Labels": {"\udc00": "\ud83d\ude00"}}}'
    found = read_configuration(body).config
    assert (found.user, dict(found.labels)) == ("a?b", {"?": "\N{GRINNING FACE}"})
    assert found.user.encode()


_KEYS = [
    "config",
    "rootfs",
    "diff_ids",
    "history",
    "User",
    "env",
    "Cmd",
    "Labels",
    "Healthcheck",
    "Test",
    "os",
]


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_KEYS), inner),
        max_leaves=20,
    )
)
def test_whatever_it_says_it_is_read_or_refused(said):
    try:
        found = read_configuration(json.dumps(said).encode())
    except ValueError:
        return
    assert len(found.made_by) == len(found.diff_ids)
    hash((found.config.entrypoint, found.config.command, found.config.health_check))
