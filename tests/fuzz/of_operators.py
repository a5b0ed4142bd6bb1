"""Targets: configuration, rules, credentials, and what was kept on this machine."""

import datetime as dt
import json
import tempfile
from pathlib import Path

from bot.config import policy_of, repository_config
from bot.config.models import OperatorConfig
from bot.config.reading import operator_config_of
from bot.config.remembering import operator_settings
from bot.config.tags import tag_rules, wrong_examples
from bot.config.wishing import wishes_of
from bot.contents.layers_cache import LayerCache
from bot.errors import ConfigError, LedgerError
from bot.git.objects import _header
from bot.image import ImageRef
from bot.ledger.file import LedgerFile
from bot.model import Outline
from bot.platforms.github.remembered import Answers, Kept
from bot.registries.credentials import DockerConfig, KnownCredentials
from bot.rules import known
from bot.rules.compiled import compiled
from bot.rules.data import read_images, refreshed
from bot.rules.reading import read as read_rules
from bot.scanners.store import Store
from tests.fuzz.of_images import A
from tests.fuzz.target import TESTS, Target, given, text, words

ROOT = TESTS.parent
TODAY = dt.date(2026, 11, 22)
IMAGE = ImageRef.parse("node:20")


def in_file(name, read):
    """A reader of a path, given bytes; what it leaves behind is thrown away."""

    def reader(data):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            return read(path)

    return reader


def of_repository(data):
    said = text(data)
    config = repository_config(said, "basewatch.yaml")
    policy_of(OperatorConfig(), config, TODAY)
    wishes_of(OperatorConfig(), config, "github")
    if config.model_fields_set & {"tags"}:
        rules = tag_rules(config, "basewatch.yaml")
        if len(rules) > 3:  # each example is tried by all rules, and only where a person asks
            return
        list(wrong_examples(config, said, "basewatch.yaml", known(rules)))


def of_operator(path):
    config = operator_config_of(path.read_bytes(), "operator.yaml")
    policy_of(config, None, TODAY)
    memory = path.parent / "memory"
    assert operator_settings(str(path), memory) == operator_settings(str(path), memory)


def docker(path):
    found = DockerConfig.load({"DOCKER_CONFIG": str(path.parent)})
    for host in ("docker.io", "r.example:5000"):
        if credential := found.auths.get(host):
            credential.basic()
    KnownCredentials(found.auths).for_host("docker.io")


def rules(path):
    read_rules(path).rule("x", "rules/x.yaml")


def remembered(path):
    """What another hand wrote into the files that are kept from run to run."""
    answers = Answers(path)
    answers.find(b"x")
    answers.keep(b"x", Kept('"e"', "", "{}"))
    store = Store(path, 1)
    store.read("scan", ["x"])
    store.write("scan", {"x": b"1"})


def ledger(path):
    file = LedgerFile(path)
    file.histories()
    file.histories([IMAGE.repository])
    file.outlines([IMAGE.repository])
    file.record({IMAGE: A}, dt.datetime(2026, 11, 22, tzinfo=dt.UTC))


def written(*makers):
    """What a program of ours writes into a file."""

    def seeds():
        with tempfile.TemporaryDirectory() as folder:
            for number, make in enumerate(makers):
                path = Path(folder, str(number))
                make(path)
                yield path.read_bytes()

    return seeds


def recorded(path):
    ledger = LedgerFile(path)
    ledger.record({IMAGE: A}, dt.datetime(2026, 11, 22, tzinfo=dt.UTC))
    ledger.keep({IMAGE.at("20", A): Outline(A, "x", ("linux/amd64",), (), 7)})


def layer(path):
    LayerCache(path.parent).load(A)


def kept_layer():
    return json.dumps(
        {
            "format": 1,
            "diff_id": "",
            "hidden": ["a"],
            "opaque": [],
            "programs": ["bin/sh"],
            "entries": {
                "etc/passwd": ["text", "root", []],
                "x": ["database", "", [["deb", "a", "1", "a", "1", "", ""]]],
            },
        }
    )


def told_by_git(data):
    for line in words(data).split("\n")[:9]:
        _header(line.split(" "))


def examples(*patterns):
    return lambda: [
        path.read_bytes()
        for pattern in patterns
        for path in sorted(ROOT.glob(pattern))
        if path.stat().st_size < 20_000
    ]


TAGS = """\
tags:
  - publisher: Acme
    images: [registry.example.org/**]
    claims:
      - {when: {full: true}, mutability: immutable, because: We never push a version twice.}
    notes:
      - {images: ["registry.example.org/*"], github: acme/app, tag: "v{version}"}
    examples:
      - {image: "registry.example.org/a:1.2.3", mutability: immutable}
      - {image: "registry.example.org/a:1", mutability: rolling, follows: x}
"""
OWN = """\
patterns:
  - name: versions
    files: [versions.txt]
    lines: ["base={tag}"]
    image: node
    sample: "base=20\\n"
    finds: [node:20]
policy: {min_age: 3d}
proposals: {title: "{image} {new}", schedule: ["before 6am"], timezone: Europe/Berlin}
"""
AUTHS = {
    "auths": {
        "https://index.docker.io/v1/": {"auth": "YTpi"},
        "r.example:5000": {"username": "a", "password": "b", "identitytoken": ""},
    },
    "credHelpers": {"gcr.io": "gcloud"},
    "credsStore": "",
}
LEARNED = {
    "products": {"debian": {"12": {"as_of": "2026-01-01", "security": "2028-06-30", "lts": True}}}
}
NO = (ConfigError,)
TARGETS = [
    Target(
        "configuration of a repository",
        of_repository,
        lambda: [*examples("examples/basewatch.yaml")(), *map(str.encode, (TAGS, OWN))],
        NO,
    ),
    Target(
        "configuration of an operator",
        in_file("operator.yaml", of_operator),
        examples("examples/operator.yaml", "examples/operators/*.yaml"),
        NO,
    ),
    Target(
        "rules",
        in_file("x.yaml", rules),
        lambda: [*examples("rules/*.yaml")(), b"publisher: x\nimages: [3]\n"],
        NO,
    ),
    Target(
        "compiled rules",
        in_file("compiled.json", lambda path: compiled(path.parent)),
        given('{"form":1,"of":"e3b0","rules":[],"images":{}}'),
    ),
    Target(
        "products",
        in_file("lifecycle/images.yaml", lambda path: read_images(path.parent)),
        given("debian: {images: [debian], product: debian}\n"),
        NO,
    ),
    Target(
        "life cycles that were kept",
        in_file("lifecycle.json", refreshed),
        given(json.dumps(LEARNED)),
        NO,
    ),
    Target("credentials of docker", in_file("config.json", docker), given(json.dumps(AUTHS)), NO),
    Target(
        "layer that was kept", in_file(f"{A.replace(':', '-')}.json", layer), given(kept_layer())
    ),
    Target(
        "answers that were kept",
        in_file("kept.sqlite", remembered),
        written(
            lambda path: Answers(path).keep(b"x", Kept('"e"', "", "{}")),
            lambda path: Store(path, 1).write("scan", {"x": b"1"}),
        ),
    ),
    Target(
        "ledger",
        in_file("ledger.sqlite", ledger),
        written(recorded),
        (LedgerError,),
    ),
    Target("listing of git", told_by_git, given(f"{'0' * 40} commit 12\n{'1' * 40} missing\n")),
]
