import datetime as dt
import importlib.util
import json
import re
from pathlib import Path
from typing import get_args

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import BaseModel

from bot.config import (
    STARTER,
    OperatorConfig,
    RepositoryConfig,
    operator_config,
    operator_config_path,
    policy_of,
    repository_config,
    schema,
)
from bot.config.tags import TaggedOperatorConfig
from bot.config.text import SIZE_LIMIT
from bot.errors import ConfigError
from bot.image import ImageRef
from bot.model import KINDS, Policy, Position, Span, Use
from bot.policy import ignored_file, ruling

ROOT = Path(__file__).resolve().parent.parent
TODAY = dt.date(2027, 1, 31)
unhurried = settings(deadline=None)


def repository(text):
    return repository_config(text, "basewatch.yaml")


def complaint(text, reader=repository):
    with pytest.raises(ConfigError) as caught:
        reader(text)
    return str(caught.value)


@pytest.fixture
def operator(tmp_path):
    def read(text):
        path = tmp_path / "operator.yaml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return operator_config(path)

    return read


def use_of(image="node:20", path="Dockerfile"):
    ref = ImageRef.parse(image)
    return Use(path, "dockerfile", Span(5, 9), Position(1, 6), image, ref, (), "from")


def said(**options):
    """A configuration as its file says it."""
    return json.dumps(options)


def test_the_formats_that_are_read_are_those_that_both_want(operator):
    def formats(operators, own):
        said = policy_of(operator(operators), repository(own), TODAY)
        return said.policy.formats, said.notices

    two = "formats: [dockerfile, blubber]"
    assert formats("{}", "{}") == (None, ())
    assert formats("{}", two) == (frozenset({"dockerfile", "blubber"}), ())
    assert formats(two, "{}") == (frozenset({"dockerfile", "blubber"}), ())
    assert formats(two, "formats: [blubber]") == (frozenset({"blubber"}), ())
    assert formats("formats: [blubber]", two) == (
        frozenset({"blubber"}),
        ("basewatch.yaml: formats has dockerfile, which the operator's `formats` leaves out.",),
    )
    assert "did you mean 'dockerfile'?" in complaint("formats: [dockerfiel]")


# ---------------------------------------------------------------- what is read


@pytest.mark.parametrize(
    "text", ["", "# nothing\n", "---\n", "{}", "~", "\ufeff", "%YAML 1.2\n---\n"]
)
def test_a_file_that_says_nothing_changes_nothing(text):
    assert repository(text) == RepositoryConfig()
    assert not repository(text).model_fields_set


def test_a_configuration_says_what_it_says():
    config = repository((ROOT / "examples" / "basewatch.yaml").read_text("utf-8"))
    assert config.policy.allow == ("digest", "revision", "patch", "minor")
    assert config.rules[0].images == ("node",)
    assert config.rules[1].apart == ()
    assert config.rules[2].ignore
    assert config.ignore == ("*.template", "docs/")
    assert not config.vendored


def test_off_is_a_word_and_true_is_the_only_truth():
    assert repository("policy: {pin: off}\nvendored: true").policy.pin == "off"
    assert "write false" in complaint("vendored: off")
    assert "write true" in complaint("vendored: Yes")


def test_numbers_are_read_as_yaml_1_2_has_them(operator):
    http = operator("http: {timeout_seconds: 2.5e1, tries: 07, at_once_per_host: +3}").http
    assert (http.timeout_seconds, http.tries, http.at_once_per_host) == (25.0, 7, 3)
    assert operator("http: {timeout_seconds: 5}").http.timeout_seconds == 5
    for infinite in (".inf", "1e999", ".nan", "9" * 5000):
        assert "http.timeout_seconds" in complaint(
            f"http: {{timeout_seconds: {infinite}}}", operator
        )


def test_aliases_stand_for_what_they_name():
    config = repository(
        "rules:\n  - {images: &few [node, python], allow: &none []}\n"
        "  - {files: [a], images: *few, apart: *none}\n"
    )
    assert config.rules[1].images == ("node", "python")
    assert config.rules[1].apart == ()


def test_a_key_may_be_given_by_an_alias():
    assert repository("ignore: [&k vendored]\n*k : true").vendored


def test_without_a_file_the_operator_says_nothing(tmp_path):
    assert operator_config(None) == OperatorConfig()
    missing = tmp_path / "missing.yaml"
    with pytest.raises(
        ConfigError, match=r"missing.yaml: the configuration cannot be read: No such"
    ):
        operator_config(str(missing))
    with pytest.raises(ConfigError, match="cannot be read"):
        operator_config("a\0b")


def test_the_operator_names_the_file_or_the_environment_does():
    environ = {"BASEWATCH_CONFIG": "/etc/basewatch.yaml"}
    assert operator_config_path("mine.yaml", environ) == "mine.yaml"
    assert operator_config_path(None, environ) == "/etc/basewatch.yaml"
    assert operator_config_path(None, {"BASEWATCH_CONFIG": ""}) is None


def test_a_configuration_does_not_change():
    with pytest.raises(ValueError, match="frozen"):
        RepositoryConfig().vendored = True


# ---------------------------------------------------------------- what is complained about

ALL_KINDS = ", ".join(KINDS)
PLATFORMS = "write it as builders do: 'linux/amd64', 'linux/arm/v7'"
AGES = "write it as '3d' for days or '12h' for hours"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        # one value
        (
            "policy:\n  pin: none",
            "2:8: policy.pin: 'none' is not one of digest, immutable, marker, off",
        ),
        (
            "policy:\n\n  allow:\n    - digest\n    - pin\n    - ptach",
            f"6:7: policy.allow.2: 'ptach' is not one of {ALL_KINDS}; did you mean 'patch'?",
        ),
        (
            "policy: {pin: [off]}",
            "1:15: policy.pin: it is to be one of digest, immutable, marker, off",
        ),
        ("policy: {allow: [3]}", f"1:18: policy.allow.0: 3 is not one of {ALL_KINDS}"),
        ("policy: {allow: patch}", "1:17: policy.allow: it is to be a list, as in [patch]"),
        ("policy: {allow: 'a b'}", "1:17: policy.allow: it is to be a list"),
        ("policy: {allow: {a: b}}", "1:17: policy.allow: it is to be a list"),
        ("policy: digest", "1:9: policy: it is to be a mapping, as in `key: value`"),
        ("vendored: 1", "1:11: vendored: it is to be true or false"),
        ("ignore: [3.10]", "1:10: ignore.0: it is to be text; put it in quotes"),
        ("ignore: [[a]]", "1:10: ignore.0: it is to be text"),
        ("ignore: ['']", "1:10: ignore.0: it is empty; give it a value or leave it out"),
        (
            f"ignore: [{'a' * 257}]",
            "1:10: ignore.0: it is to be no longer than, in characters, 256",
        ),
        (f"ignore: [{'a,' * 201}]", "1:9: ignore: it has more than 200 entries"),
        ("ignore:", "1:8: ignore: it is empty; give it a value or leave it out"),
        ("policy:\n", "1:8: policy: it is empty; give it a value or leave it out"),
        (
            "policy: {versions: {allow: [^20]}}",
            "1:29: policy.versions.allow.0: a range is written as '<22', '>=3.12,<3.14' or '22.x'",
        ),
        (
            "rules: [{images: [a], versions: {ignore: ['a/b']}}]",
            "1:43: rules.0.versions.ignore.0: it is neither a range, as '<22' or '22.x', nor a pattern of tags, as '*-alpine'",
        ),
        (
            "policy: {versions: {ignore: [3.10]}}",
            "1:30: policy.versions.ignore.0: it is to be text; put it in quotes",
        ),
        (
            "policy: {versions: {alow: ['1']}}",
            "1:21: policy.versions.alow: there is no such option; did you mean 'allow'?",
        ),
        # keys
        ("rulez: []", "1:1: rulez: there is no such option; did you mean 'rules'?"),
        ("Vendored: true", "1:1: Vendored: there is no such option; did you mean 'vendored'?"),
        ("policy: {pins: off}", "1:10: policy.pins: there is no such option; did you mean 'pin'?"),
        (
            "x: 1",
            "1:1: x: there is no such option; there are policy, rules, proposals, ignore, formats, patterns, vendored, tags",
        ),
        ("limit: []", "1:1: limit: only the operator's configuration may say this"),
        ("registries: {}", "1:1: registries: only the operator's configuration may say this"),
        (
            "policy: {http: 1}",
            "1:10: policy.http: there is no such option; there are pin, allow, apart, min_age, versions, lts_only, not_past_latest, platforms, required_platforms, index_refreshes",
        ),
        (
            "rules:\n- images: [a]\n  <<: {}",
            "3:3: rules.0.'<<': there is no such option; there are images, files, ignore, allow, apart, pin, min_age, versions, lts_only, not_past_latest, platforms, required_platforms",
        ),
        ("policy: {}\nvendored: true\npolicy: {}", "3:1: policy: it stands in line 1 already"),
        (
            "rules:\n- images: [a]\n  versions: {allow: [a], allow: [b]}",
            "3:26: rules.0.versions.allow: it stands in line 3 already",
        ),
        (
            "policy: {pin: y, min_age: x}",
            "1:15: policy.pin: 'y' is not one of digest, immutable, marker, off\nbasewatch.yaml:1:27: policy.min_age: write it as '3d' for days or '12h' for hours",
        ),
        (
            "rules:\n- images: [a]\n  images: [b]",
            "3:3: rules.0.images: it stands in line 2 already",
        ),
        # rules and kinds
        (
            "rules:\n- {}",
            "2:3: rules.0: it is for no images and no files; write `images: ['**']` for all",
        ),
        (
            "rules: [{images: []}]",
            "1:18: rules.0.images: it is empty; name one at least or leave it out",
        ),
        (
            "rules: [{files: [a], ignore: true, pin: off}]",
            "1:41: rules.0.pin: it says nothing where `ignore` is true",
        ),
        (
            "policy: {allow: [patch, minor], apart: [major, minor]}",
            "1:48: policy.apart.1: 'minor' is in `allow` too; keep one",
        ),
        (
            "rules: [{files: [a], allow: [patch], apart: [patch]}]",
            "1:46: rules.0.apart.0: 'patch' is in `allow` too; keep one",
        ),
        *(
            (f"policy: {{min_age: {age}}}", f"1:19: policy.min_age: {AGES}")
            for age in ("3", "3 d", "'-1d'", "1w", "99999d", "[3d]", "'3d\\n'", "３d")
        ),
        ("rules: [{files: [a], min_age: soon}]", f"1:31: rules.0.min_age: {AGES}"),
        (
            "policy: {platforms: hodl}",
            "1:21: policy.platforms: 'hodl' is not one of warn, wait, hold; did you mean 'hold'?",
        ),
        (
            "policy: {required_platforms: [linux/amd64, arm64]}",
            f"1:44: policy.required_platforms.1: {PLATFORMS}",
        ),
        # patterns
        (
            "ignore: ['!a']",
            "1:10: ignore.0: a pattern cannot be turned round with '!'; put a rule before it instead",
        ),
        (
            "ignore: ['{a,b}']",
            "1:10: ignore.0: '{' has no meaning in patterns; '*', '**' and '?' have",
        ),
        ("ignore: [' a']", "1:10: ignore.0: a pattern has no space around it"),
        ("ignore: ['/']", "1:10: ignore.0: '/' covers nothing; write '**' for every file"),
        (
            "ignore: [../a]",
            "1:10: ignore.0: a path starts at the repository's root, as in 'docs/**', and has no '..'",
        ),
        (
            "rules: [{images: [node:20]}]",
            "1:19: rules.0.images.0: a pattern is of images, all their tags; write it without tag or digest",
        ),
        (
            "rules: [{images: ['https://quay.io/a']}]",
            "1:19: rules.0.images.0: an image has no 'https://' before its registry",
        ),
        (
            "rules: [{images: [quay.io/]}]",
            "1:19: rules.0.images.0: write 'quay.io/**' for every image below it",
        ),
        # YAML
        ("- a", "1:1: it is to be a mapping, as in `key: value`"),
        ("policy: [", "1:10: it is not YAML: expected the node content, but found '<stream end>'"),
        ("a: b: c", "1:5: it is not YAML: mapping values are not allowed here"),
        ("policy:\n\tpin: off", "2:1: YAML is indented by spaces; a tab stands here"),
        ("a: 1\n---\nb: 2", "2:1: a second document begins here"),
        ("a: *b", "1:4: no anchor '&b' ends before this"),
        ("a: &a [*a]", "1:8: no anchor '&a' ends before this"),
        ("a: !!python/object:os.system x", "1:4: tags such as '!!str' are not read; leave it out"),
        ("? [a]\n: b", "1:3: a key is to be a word"),
        ("[" * 99, "1:13: this lies deeper than any option"),
        ("a: \x00", "1:4: the character '\\x00' may not stand in YAML"),
        ("é: 'a\udcff'", "1:6: the file is not UTF-8 here"),
        ('a: "\\ud800"', "1:4: '\\ud800' is half a character"),
        ('a: "\\UFFFFFFFF"', "1:1: a number in the YAML is too large"),
        (f"%YAML 1.{'9' * 5000}\n--- a", "1:1: a number in the YAML is too large"),
        (
            "#" * (SIZE_LIMIT + 1),
            "1:1: the file has more than 64 KiB, which no configuration needs",
        ),
        ("a: \ud83d\ude00x", "1:4: the file is not UTF-8 here"),
    ],
)
def test_a_complaint_tells_line_column_option_and_what_is_wrong(text, words):
    assert complaint(text) == f"basewatch.yaml:{words}"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("http: {tries: 0}", "1:15: http.tries: it is to be at least 1"),
        ("http: {tries: 11}", "1:15: http.tries: it is to be at most 10"),
        ("http: {tries: 2.5}", "1:15: http.tries: it is to be a whole number"),
        ("http: {tries: many}", "1:15: http.tries: it is to be a whole number"),
        ("http: {timeout_seconds: '3'}", "1:25: http.timeout_seconds: it is to be a number"),
        ("http: {timeout: 3}", "1:8: http.timeout: there is no such option; did you mean 'timeout_seconds'?"),
        ("platform: {kind: svn}", "1:18: platform.kind: 'svn' is not one of local, github, gitlab"),
        ("platform: {author: me}", "1:20: platform.author: write it as git does: 'Name <name@example.org>'"),
        ("platform: {path: ''}", "1:18: platform.path: it is empty; give it a value or leave it out"),
        ("registries: []", "1:13: registries: it is to be a mapping, as in `key: value`"),
        (
            "registries:\n  https://a: {}",
            "2:3: registries.https://a: a registry is named by its host alone, as in 'registry.example.org:5000'",
        ),
        ("registries: {index.docker.io: {}}", "1:14: registries.index.docker.io: Docker Hub is named 'docker.io' here"),
        (
            "registries: {'a b': {}}",
            "1:14: registries.'a b': it is no host; write it as images do: 'registry.example.org:5000'",
        ),
        ("registries: {Quay.io: {}}", "1:14: registries.Quay.io: a host is written in lower case"),
        ("registries: {a: {lookup: b}}", "1:26: registries.a.lookup: it is to begin with 'https://' (or 'http://' along with 'insecure: true')"),
        ("registries: {a: {lookup: 'http://b'}}", "1:26: registries.a.lookup: plain HTTP takes `insecure: true` beside it"),
        ("registries: {a: {realm: 'http://b'}}", "1:25: registries.a.realm: plain HTTP takes `insecure: true` beside it"),
        (
            "registries: {a: {lookup: 'https://b', insecure: true}}",
            "1:49: registries.a.insecure: `lookup` is asked over HTTPS, so nothing is insecure",
        ),
        (
            "registries: {a: {lookup: 'https://b/C'}}",
            "1:26: registries.a.lookup: behind its host there is at most the start of a path, as in '/hub-proxy'",
        ),
        ("registries: {a: {lookup: 'https://[b'}}", "1:26: registries.a.lookup: it is no URL"),
        ("registries: {a: {lookup: 'https://'}}", "1:26: registries.a.lookup: it is no URL"),
        ("registries: {a: {lookup: 'https://b/?c'}}", "1:26: registries.a.lookup: it is no URL"),
        ("allow_hosts: [a/b]", "1:15: allow_hosts.0: a host has no '/'; write 'registry.example.org' or '*.example.org'"),
        ("allow_hosts: ['*.IO']", "1:15: allow_hosts.0: a host is written in lower case"),
        ("platform: {kind: gitlab, url: 'https://u:p@a.b'}", "1:31: platform.url: it is to hold no user or password; variables do, which '…_env' options name"),
        ("registries: {a: {username_env: U}}", "1:32: registries.a.username_env: `username_env` and `password_env` go together"),
        ("registries: {a: {password_env: U}}", "1:32: registries.a.password_env: `username_env` and `password_env` go together"),
        (
            "registries: {a: {username_env: U, password_env: P, token_env: T}}",
            "1:63: registries.a.token_env: either this or `username_env` and `password_env`",
        ),
    ],
)  # fmt: skip
def test_the_operator_is_told_as_precisely(text, words, operator):
    assert complaint(text, operator).partition("operator.yaml:")[2] == words


@pytest.mark.parametrize(
    "text",
    [
        "registries: {a: {password: hunter2}}",
        "registries: {a: {token: hunter2}}",
        "registries: {a: {username: hunter2}}",
        "registries: {a: {username_env: U, password_env: 'hunter2!'}}",
        "registries: {a: {token_env: hunter2.x}}",
        "registries: {a: {lookup: 'https://me:hunter2@b'}}",
        "registries: {a: {lookup: 'ftp://me:hunter2@b'}}",
        "registries: {a: {realm: 'https://hunter2@b/x'}}",
        "registries: {'me:hunter2@b': {lookup: x}}",
        "registries: {a: hunter2}",
        "registries: {a: [hunter2]}",
    ],
)
def test_a_secret_in_the_file_is_refused_and_not_repeated(text, operator):
    words = complaint(text, operator)
    assert "hunter2" not in words
    assert "operator.yaml:1:" in words


def test_an_option_for_a_secret_says_what_to_write_instead(operator):
    words = complaint("registries: {a: {password: x}}", operator)
    assert words.endswith(
        "secrets do not stand here; 'password_env' names the environment variable that has it"
    )


def test_an_operators_file_that_is_too_large_is_not_read_whole(operator):
    assert "more than 64 KiB" in complaint("#" * (9 * SIZE_LIMIT), operator)


def test_an_operators_file_that_is_not_utf_8_says_where(operator):
    assert complaint(b"# a\n# \xe9", operator).endswith(":2:3: the file is not UTF-8 here")


def test_all_that_is_wrong_is_said_at_once_in_the_order_of_the_file():
    text = (
        "policy: {pin: x}\nvendored: 3\nfoo: 1\nrules:\n- {images: [a], files: [/]}\npolicy: {}\n"
    )
    lines = complaint(text).splitlines()
    assert [line.split(": ")[1] for line in lines] == [
        "policy.pin", "vendored", "foo", "rules.0.files.0", "policy",
    ]  # fmt: skip


def test_twenty_complaints_are_enough():
    lines = complaint("\n".join([f"k{n}: 1" for n in range(40)] + ["k1: 2"])).splitlines()
    assert len(lines) == 21
    assert lines[0].startswith("basewatch.yaml:1:1: k0: ")
    assert lines[-1] == "basewatch.yaml: and 21 more"


def test_a_list_is_not_called_empty_because_of_its_bad_entries():
    assert len(complaint("rules: [{images: [1]}]").splitlines()) == 1


def test_aliases_that_multiply_are_stopped():
    levels = [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)]
    bomb = "\n".join(["a0: &a0 [x, x, x]", *levels])
    assert complaint(bomb).endswith("the aliases amount to more than any configuration")
    tower = "\n".join(["a0: &a0 [x]", *(f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 40))])
    assert complaint(tower).endswith("the aliases amount to more than any configuration")


def test_a_long_or_strange_key_is_shown_short_and_harmless():
    words = complaint(f'"{"k" * 999}": 1\n"a\\e[31m\\n": 2')
    assert max(map(len, words.splitlines())) < 200
    assert "\x1b" not in words
    assert len(words.splitlines()) == 2


_FRAGMENTS = st.sampled_from(
    [
        *"[]{},?'|>#=@`\n\t\r\\\"~\ufeff\udc80\x85\u2028",
        *("policy:", "rules:", "- ", "  ", ": ", "&a ", "*a", "!!", "%YAML", "---", "...", "<<"),
        *("allow", "digest", "images", "1e5", "off", "\\U00110000"),
    ]
)


@unhurried
@given(st.one_of(st.text(), st.lists(_FRAGMENTS, max_size=40).map("".join)))
def test_no_text_raises_anything_but_a_config_error(text):
    try:
        repository(text)
    except ConfigError as error:
        lines = str(error).splitlines()
        assert all(re.match(r"basewatch\.yaml:[0-9]+:[0-9]+: \S", line) for line in lines[:20])


_LEAVES = st.one_of(
    st.sampled_from(
        [None, True, 0, 2.5, float("inf"), 1 << 70, "", "/", "patch", "off", "node:1", "{a}"]
    ),
    st.text(max_size=5),
)
_VALUES = st.one_of(_LEAVES, st.lists(_LEAVES, max_size=2))
_OPTIONS = st.sampled_from(
    [
        "policy",
        "rules",
        "ignore",
        "vendored",
        "pin",
        "allow",
        "apart",
        "images",
        "files",
        "limit",
        "x",
    ]
)
_MAPPINGS = st.dictionaries(_OPTIONS, _VALUES, max_size=3)
_DOCUMENTS = st.dictionaries(
    _OPTIONS, st.one_of(_VALUES, _MAPPINGS, st.lists(_MAPPINGS, max_size=2)), max_size=3
)


@unhurried
@given(_DOCUMENTS)
def test_no_document_raises_anything_but_a_config_error(document):
    try:
        repository(json.dumps(document, ensure_ascii=False))
    except ConfigError as error:
        assert str(error).startswith("basewatch.yaml:")  # noqa: PT017 -- most documents are wrong


@unhurried
@given(_DOCUMENTS)
def test_a_problem_that_json_schema_sees_is_never_accepted(document):
    try:
        repository(json.dumps(document))
    except ConfigError:
        return
    assert Draft202012Validator(schema("repository")).is_valid(document)


# ---------------------------------------------------------------- what holds


def mandate(operator=None, repository=None):
    """The policy of two configurations, each as its file says it."""
    own = (
        None if repository is None else repository_config(json.dumps(repository), "basewatch.yaml")
    )
    return policy_of(OperatorConfig.model_validate_json(json.dumps(operator or {})), own, TODAY)


def test_without_configuration_the_default_policy_holds():
    assert mandate().policy == Policy(today=TODAY)
    assert mandate(repository={}).policy == Policy(today=TODAY)
    assert mandate().notices == ()


def test_a_repository_says_what_its_operator_left_open():
    operator = {"policy": {"pin": "off", "allow": ["digest"]}, "vendored": True}
    assert mandate(operator).policy.pin == "off"
    assert mandate(operator).policy.vendored
    own = {"policy": {"pin": "digest", "allow": ["patch"]}, "vendored": False}
    policy = mandate(operator, own).policy
    assert (policy.pin, policy.vendored) == ("digest", False)
    assert policy.allow == {"patch", "pin"}


def test_a_repository_that_is_silent_on_an_option_has_the_operators():
    operator = {"policy": {"pin": "off", "allow": ["digest", "minor"], "apart": ["major"]}}
    policy = mandate(operator, {"policy": {"apart": ["minor"]}}).policy
    assert policy.pin == "off"
    assert (policy.allow, policy.apart) == ({"digest", "pin"}, {"minor"})


def test_pins_need_not_be_listed():
    assert "pin" in mandate(repository={"policy": {"allow": ["patch"]}}).policy.allow
    apart = mandate(repository={"policy": {"apart": ["pin"]}}).policy
    assert "pin" not in apart.allow
    own = {"policy": {"apart": ["pin"]}, "rules": [{"images": ["node"], "allow": ["patch"]}]}
    ruled = ruling(mandate(repository=own).policy, use_of())
    assert (ruled.allow, ruled.apart) == ({"patch"}, {"pin"})
    own["rules"][0]["apart"] = []
    assert ruling(mandate(repository=own).policy, use_of()).allow == {"patch", "pin"}


def test_rules_of_the_repository_come_first_and_are_named():
    operator = {"rules": [{"images": ["**"], "allow": ["digest"]}]}
    own = {"rules": [{"images": ["node"], "allow": ["major"], "pin": "off"}]}
    policy = mandate(operator, own).policy
    assert ruling(policy, use_of("node")).rule == "rule 1 of basewatch.yaml"
    assert ruling(policy, use_of("node")).pin == "off"
    assert ruling(policy, use_of("python")).rule == "rule 1 of the operator"


def test_a_rule_is_for_the_files_that_it_names_and_says_all_it_has_to_say():
    rule = {"files": ["examples/"], "apart": ["minor"], "pin": "off"}
    for policy in (mandate({"rules": [rule]}).policy, mandate({}, {"rules": [rule]}).policy):
        inside = ruling(policy, use_of(path="examples/Dockerfile"))
        assert (inside.pin, "minor" in inside.apart, "minor" in inside.allow) == (
            "off",
            True,
            False,
        )
        assert ruling(policy, use_of(path="Dockerfile")) == ruling(Policy(today=TODAY), use_of())


def test_what_stands_empty_in_a_rule_says_nothing():
    empty = {"allow": None, "apart": None, "pin": None}
    rules = [
        {"images": ["node"], "files": None, **empty},
        {"images": None, "files": ["x/"], **empty},
    ]
    result = mandate({"limit": ["digest", "pin"]}, {"rules": rules})
    assert result.notices == ()
    for use in (use_of(), use_of("go", "x/Dockerfile")):
        assert ruling(result.policy, use).allow == {"digest", "pin"}


def test_who_says_nothing_of_what_comes_apart_changes_nothing_of_it():
    operator = {"policy": {"allow": ["digest"], "apart": ["minor", "patch"]}}
    policy = mandate(operator, {"policy": {"min_age": "2d"}}).policy
    assert policy.apart == {"minor", "patch"}
    assert mandate(operator, {"policy": {"allow": ["patch"]}}).policy.apart == {"minor"}


def test_a_repositorys_kinds_of_file_come_before_its_operators():
    def pattern(name):
        lines, sample = ["X={image}"], {"sample": "X=debian:12", "finds": ["debian:12"]}
        return {"patterns": [{"name": name, "files": ["x.env"], "lines": lines, **sample}]}

    policy = mandate(pattern("theirs"), pattern("own")).policy
    assert [each.name for each in policy.patterns] == ["own", "theirs"]


def test_what_the_operator_ignores_stays_ignored():
    operator = {"rules": [{"images": ["node"], "ignore": True}], "ignore": ["a/"]}
    own = {"rules": [{"images": ["**"], "allow": ["major"]}], "ignore": ["b/"]}
    policy = mandate(operator, own).policy
    assert ruling(policy, use_of("node")).because == "Rule 1 of the operator says to ignore it."
    assert not ruling(policy, use_of("python")).ignore
    assert ignored_file(policy, "a/Dockerfile") == "a/"
    assert ignored_file(policy, "b/Dockerfile") == "b/"


def test_what_a_repository_asks_for_in_vain_is_said():
    operator = {"limit": ["digest", "patch"]}
    own = {
        "policy": {"pin": "digest", "allow": ["patch", "minor"], "apart": ["variant", "major"]},
        "rules": [
            {"images": ["node"], "allow": ["digest"], "pin": "off"},
            {"images": ["a"], "apart": ["date"], "pin": "digest"},
        ],
    }
    result = mandate(operator, own)
    beyond = "which the operator's `limit` leaves out."
    assert result.notices == (
        f"basewatch.yaml: policy.pin asks for pin, {beyond}",
        f"basewatch.yaml: policy.allow asks for minor, {beyond}",
        f"basewatch.yaml: policy.apart asks for major, variant, {beyond}",
        f"basewatch.yaml: rules.1.pin asks for pin, {beyond}",
        f"basewatch.yaml: rules.1.apart asks for date, {beyond}",
    )
    assert (result.policy.allow, result.policy.apart) == ({"patch"}, set())
    assert ruling(result.policy, use_of()).pin == "off"


@pytest.mark.parametrize(
    ("operator", "own", "holds"),
    [
        ({}, {}, False),
        ({}, {"lts_only": True}, True),
        ({"lts_only": True}, {}, True),
        ({"lts_only": True}, {"lts_only": True}, True),
        ({"lts_only": True}, {"lts_only": False}, True),
        ({"lts_only": False}, {"lts_only": True}, True),
    ],
)
def test_long_support_only_holds_where_either_says_so(operator, own, holds):
    result = mandate({"policy": operator}, {"policy": own})
    assert ruling(result.policy, use_of("node")).lts_only is holds
    in_vain = own.get("lts_only") is False
    assert result.notices == (
        ("basewatch.yaml: policy.lts_only is false, and the operator's is true.",) * in_vain
    )


def test_no_rule_of_a_repository_does_away_with_long_support_that_the_operator_wants():
    node = {"images": ["node"]}
    own = {"rules": [{**node, "lts_only": False}]}
    for operator in ({"policy": {"lts_only": True}}, {"rules": [{**node, "lts_only": True}]}):
        assert ruling(mandate(operator, own).policy, use_of("node")).lts_only
    assert not ruling(mandate({}, own).policy, use_of("node")).lts_only


def test_the_versions_of_a_rule_come_before_those_of_its_policy_and_the_operators_count_besides():
    def ignored(image):
        return [each.ignore for each in ruling(policy, use_of(image)).versions]

    def ignoring(text, **more):
        return {"versions": {"ignore": [text]}, **more}

    operator = {"policy": ignoring("1"), "rules": [ignoring("4", images=["go"])]}
    own = {"policy": ignoring("2"), "rules": [ignoring("3", images=["node"])]}
    policy = mandate(operator, own).policy
    assert ignored("node") == [("3",), ("1",)]
    assert ignored("python") == [("2",), ("1",)]
    assert ignored("go") == [("4",)]
    own["rules"] = [{"images": ["go"], "pin": "off"}]
    policy = mandate(operator, own).policy
    assert ignored("go") == [("2",), ("4",)]
    (allowed,) = ruling(
        mandate({"policy": {"versions": {"allow": ["1"]}}}).policy, use_of()
    ).versions
    assert (allowed.allow, allowed.ignore) == (("1",), ())
    assert ruling(mandate().policy, use_of()).versions == ()


def test_a_rule_of_the_operator_about_long_support_takes_nothing_from_its_policy_elsewhere():
    operator = {"policy": {"lts_only": True}, "rules": [{"images": ["node"], "lts_only": False}]}
    assert not ruling(mandate(operator).policy, use_of("node")).lts_only
    assert ruling(mandate(operator).policy, use_of("python")).lts_only
    own = {"rules": [{"images": ["node"], "pin": "off"}]}
    assert ruling(mandate(operator, own).policy, use_of("node")).lts_only


@pytest.mark.parametrize(
    ("operator", "own", "image", "hours"),
    [
        ({}, {}, "node", 0),
        ({"policy": {"min_age": "3d"}}, {}, "node", 72),
        ({}, {"policy": {"min_age": "12h"}}, "node", 12),
        ({"policy": {"min_age": "3d"}}, {"policy": {"min_age": "5d"}}, "node", 120),
        ({"policy": {"min_age": "3d"}}, {"policy": {"min_age": "1d"}}, "node", 72),
        ({"policy": {"min_age": "3d"}}, {"rules": [{"images": ["node"], "min_age": "0d"}]}, "node", 72),
        ({"policy": {"min_age": "3d"}}, {"rules": [{"images": ["node"], "min_age": "9d"}]}, "node", 216),
        ({"policy": {"min_age": "3d"}}, {"rules": [{"images": ["node"], "min_age": "9d"}]}, "go", 72),
        ({"policy": {"min_age": "3d"}, "rules": [{"images": ["go"], "min_age": "0d"}]}, {}, "go", 0),
        ({"policy": {"min_age": "3d"}, "rules": [{"images": ["go"], "min_age": "0d"}]}, {}, "node", 72),
        ({"rules": [{"images": ["go"], "min_age": "4d"}]}, {"rules": [{"images": ["go"], "pin": "off"}]}, "go", 96),
    ],
)  # fmt: skip
def test_a_repository_can_only_wait_longer_than_its_operator(operator, own, image, hours):
    age = ruling(mandate(operator, own).policy, use_of(image)).min_age
    assert age == dt.timedelta(hours=hours)


def test_a_repository_that_would_not_wait_is_told():
    result = mandate({"policy": {"min_age": "3d"}}, {"policy": {"min_age": "71h"}})
    assert result.notices == (
        "basewatch.yaml: policy.min_age asks for 71h, and the operator's is 3d.",
    )
    for own in ({}, {"min_age": "3d"}, {"min_age": "4d"}, {"pin": "off"}):
        assert mandate({"policy": {"min_age": "3d"}}, {"policy": own}).notices == ()


@pytest.mark.parametrize(
    ("operator", "own", "image", "holds"),
    [
        ({}, {}, "node", "wait"),
        ({}, {"policy": {"platforms": "warn"}}, "node", "warn"),
        ({"policy": {"platforms": "warn"}}, {}, "node", "warn"),
        ({"policy": {"platforms": "warn"}}, {"policy": {"platforms": "hold"}}, "node", "hold"),
        ({"policy": {"platforms": "hold"}}, {"policy": {"platforms": "warn"}}, "node", "hold"),
        ({"policy": {"platforms": "wait"}}, {"rules": [{"images": ["node"], "platforms": "warn"}]}, "node", "wait"),
        ({"policy": {"platforms": "wait"}}, {"rules": [{"images": ["node"], "platforms": "hold"}]}, "node", "hold"),
        ({"policy": {"platforms": "wait"}}, {"rules": [{"images": ["node"], "platforms": "hold"}]}, "go", "wait"),
        ({"policy": {"platforms": "hold"}, "rules": [{"images": ["go"], "platforms": "warn"}]}, {}, "go", "warn"),
        ({"rules": [{"images": ["go"], "platforms": "hold"}]}, {"rules": [{"images": ["go"], "platforms": "warn"}]}, "go", "hold"),
    ],
)  # fmt: skip
def test_a_repository_can_only_be_stricter_about_platforms(operator, own, image, holds):
    assert ruling(mandate(operator, own).policy, use_of(image)).platforms == holds


def test_a_repository_that_would_be_milder_about_platforms_is_told():
    result = mandate({"policy": {"platforms": "hold"}}, {"policy": {"platforms": "wait"}})
    assert result.notices == (
        "basewatch.yaml: policy.platforms is `wait`, and the operator's is `hold`.",
    )
    assert mandate({}, {"policy": {"platforms": "warn"}}).notices == ()
    for own in ({}, {"pin": "off"}):
        assert mandate({"policy": {"platforms": "hold"}}, {"policy": own}).notices == ()


@pytest.mark.parametrize(
    ("operator", "own", "required"),
    [
        ({}, {}, ()),
        ({}, {"policy": {"required_platforms": ["linux/arm64/v8"]}}, ("linux/arm64",)),
        ({"policy": {"required_platforms": ["linux/arm64"]}}, {"policy": {"required_platforms": ["linux/amd64"]}}, ("linux/arm64", "linux/amd64")),
        ({"policy": {"required_platforms": ["linux/arm64"]}}, {"rules": [{"images": ["node"], "required_platforms": []}]}, ("linux/arm64",)),
        ({}, {"policy": {"required_platforms": ["linux/arm64"]}, "rules": [{"images": ["node"], "required_platforms": ["linux/amd64"]}]}, ("linux/amd64",)),
        ({"rules": [{"images": ["node"], "required_platforms": ["linux/arm/v7"]}]}, {}, ("linux/arm/v7",)),
        ({"rules": [{"images": ["node"], "required_platforms": ["linux/arm/v7"]}]}, {"rules": [{"images": ["node"], "pin": "off"}]}, ("linux/arm/v7",)),
        ({"policy": {"required_platforms": ["linux/arm64"]}, "rules": [{"images": ["node"], "required_platforms": []}]}, {"rules": [{"images": ["node"], "pin": "off"}]}, ()),
    ],
)  # fmt: skip
def test_the_platforms_that_the_operator_requires_are_required_besides(operator, own, required):
    ruled = ruling(mandate(operator, own).policy, use_of("node"))
    assert ruled.required_platforms == required


@pytest.mark.parametrize("own", [{}, {"policy": {"index_refreshes": True}}])
def test_whether_new_indexes_of_the_same_images_are_wanted_is_the_repositorys_to_say(own):
    asks = "policy" in own
    assert ruling(mandate({}, own).policy, use_of()).index_refreshes is asks
    other = {"policy": {"index_refreshes": not asks}}
    assert ruling(mandate(other, own).policy, use_of()).index_refreshes is True


def test_a_repository_that_asks_for_nothing_hears_nothing():
    operator = {"limit": ["digest"], "policy": {"allow": ["minor"]}}
    own = {"rules": [{"images": ["node"], "ignore": True}], "ignore": ["a"]}
    assert mandate(operator, own).notices == ()


_KINDS = st.lists(st.sampled_from(KINDS), max_size=8)
_APART = st.tuples(_KINDS, _KINDS).map(
    lambda two: {"allow": two[0], "apart": [kind for kind in two[1] if kind not in two[0]]}
)
_POLICIES = st.one_of(
    st.just({}),
    _APART,
    st.fixed_dictionaries({}, optional={"pin": st.sampled_from(["digest", "off"])}),
)
_PLACES = st.one_of(
    st.fixed_dictionaries(
        {"images": st.lists(st.sampled_from(["node", "python", "**"]), min_size=1, max_size=4)}
    ),
    st.fixed_dictionaries(
        {"files": st.lists(st.sampled_from(["a/", "b/", "*"]), min_size=1, max_size=4)}
    ),
)
_RULES = st.lists(
    st.tuples(_PLACES, st.one_of(_POLICIES, st.just({"ignore": True}))).map(
        lambda two: {**two[0], **two[1]}
    ),
    max_size=3,
)
_REPOSITORIES = st.fixed_dictionaries(
    {},
    optional={
        "policy": _POLICIES,
        "rules": _RULES,
        "ignore": st.lists(st.sampled_from(["a/", "b/"])),
        "vendored": st.booleans(),
    },
)
_OPERATORS = st.tuples(_REPOSITORIES, st.fixed_dictionaries({}, optional={"limit": _KINDS})).map(
    lambda two: {**two[0], **two[1]}
)
_USES = [use_of(image, f"{folder}/Dockerfile") for image in ("node", "python") for folder in "abc"]


@unhurried
@given(_OPERATORS, _REPOSITORIES)
def test_a_repository_never_has_more_than_its_operator_allows(operator, own):
    limit = frozenset(operator.get("limit", KINDS))
    alone, policy = mandate(operator).policy, mandate(operator, own).policy
    assert policy.allow | policy.apart <= limit
    for use in _USES:
        before, after = ruling(alone, use), ruling(policy, use)
        assert after.allow | after.apart <= limit
        assert not after.allow & after.apart
        assert after.pin == "off" or "pin" in limit
        assert after.ignore or not before.ignore
        assert ignored_file(policy, use.path) or not ignored_file(alone, use.path)


# ---------------------------------------------------------------- schemas, examples, pages


def _within(annotation):
    """An annotation and all it is made of."""
    return [annotation, *(i for one in get_args(annotation) for i in _within(one))]


def _models(model=TaggedOperatorConfig):
    """A model and all within it."""
    found = {model}
    for option in model.model_fields.values():
        for one in _within(option.annotation):
            if isinstance(one, type) and issubclass(one, BaseModel):
                found |= _models(one)
    return found


def test_every_option_is_described():
    assert len(_models()) >= 15
    options = [(model, name, o) for model in _models() for name, o in model.model_fields.items()]
    assert [(m.__name__, name) for m, name, o in options if len(o.description or "") < 20] == []


@pytest.mark.parametrize("which", ["operator", "repository"])
def test_a_schema_is_one(which):
    made = schema(which)
    Draft202012Validator.check_schema(made)
    assert made["$id"] == {"operator": "config", "repository": "repository"}[which] + ".schema.json"
    assert which in made["title"].lower()
    assert made["additionalProperties"] is False


@pytest.mark.parametrize("which", ["operator", "repository"])
def test_the_examples_in_a_schema_are_valid(which):
    made = schema(which)
    parts = [made, *made["$defs"].values()]
    options = [option for part in parts for option in part["properties"].values()]
    examples = [(option, example) for option in options for example in option.get("examples", ())]
    assert len(examples) > 5
    for option, example in examples:
        Draft202012Validator({**option, "$defs": made["$defs"]}).validate(example)


@pytest.mark.parametrize(
    ("which", "name"), [("operator", "operator.yaml"), ("repository", "basewatch.yaml")]
)
def test_the_example_files_are_valid_by_model_and_by_schema(which, name):
    path = ROOT / "examples" / name
    text = path.read_text("utf-8")
    config = operator_config(path) if which == "operator" else repository(text)
    assert config.model_fields_set
    Draft202012Validator(schema(which)).validate(yaml.safe_load(text))


def test_the_operators_example_says_every_option_that_is_the_operators():
    config = operator_config(ROOT / "examples" / "operator.yaml")
    own = OperatorConfig.model_fields.keys() - RepositoryConfig.model_fields.keys()
    assert own <= config.model_fields_set


def test_the_first_file_says_nothing_and_its_examples_are_valid():
    assert repository(STARTER) == RepositoryConfig()
    assert not repository(STARTER).model_fields_set
    awake = re.sub(r"^# (?=[a-z]+:|  )", "", STARTER, flags=re.MULTILINE)
    assert repository(awake).model_fields_set == set(RepositoryConfig.model_fields)


def test_the_generated_pages_are_current():
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    generate = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generate)
    made = generate.generated()
    assert len(made) == 5
    stale = [path.name for path, text in made.items() if path.read_text("utf-8") != text]
    assert stale == [], "run `make docs`"
    page = made[ROOT / "docs" / "configuration.md"]
    assert all(f"`{option}`" in page for option in OperatorConfig.model_fields)


VERSIONS = [
    ({}, {}, []),
    ({"policy": {"versions": {"allow": ["<22"]}}}, {}, [("the operator", ("<22",), ())]),
    (
        {"policy": {"versions": {"allow": ["<22"]}}},
        {"policy": {"versions": {"ignore": ["20.3"]}}},
        [("basewatch.yaml", (), ("20.3",)), ("the operator", ("<22",), ())],
    ),
    (
        {"rules": [{"images": ["node"], "versions": {"allow": ["<22"]}}]},
        {
            "policy": {"versions": {"ignore": ["1"]}},
            "rules": [{"images": ["node"], "versions": {}}],
        },
        [("rule 1 of the operator", ("<22",), ())],
    ),
    ({"rules": [{"images": ["go"], "versions": {"allow": ["<22"]}}]}, {}, []),
]


@pytest.mark.parametrize(("operator", "own", "wanted"), VERSIONS)
def test_versions_hold_from_the_repository_and_from_the_operator(operator, own, wanted):
    found = ruling(mandate(operator, own).policy, use_of("node")).versions
    assert [(v.allow, v.ignore) for v in found] == [(allow, ignore) for _, allow, ignore in wanted]
    for versions, (name, *_) in zip(found, wanted, strict=True):
        assert versions.name.endswith(name)


@pytest.mark.parametrize(
    ("operator", "own", "holds"),
    [
        ({}, {}, True),
        ({"not_past_latest": False}, {}, False),
        ({"not_past_latest": False}, {"not_past_latest": True}, True),
        ({}, {"not_past_latest": False}, False),
        ({"not_past_latest": True}, {"not_past_latest": False}, True),
    ],
)
def test_a_repository_may_say_whether_to_go_past_latest_unless_its_operator_does(
    operator, own, holds
):
    result = mandate({"policy": operator}, {"policy": own})
    assert ruling(result.policy, use_of("node")).not_past_latest is holds
    in_vain = ("basewatch.yaml: policy.not_past_latest is false, and the operator's is true.",)
    assert result.notices == in_vain * (operator.get("not_past_latest") is True)


def for_node(value, option):
    return {"rules": [{"images": ["node"], option: value}]}


@pytest.mark.parametrize("option", ["lts_only", "not_past_latest"])
@pytest.mark.parametrize(
    ("operator", "own", "node", "other"),
    [
        # what operator and repository say: True or False in a rule for node, "all" in `policy`
        (True, None, True, False),
        (None, True, True, False),
        (True, False, True, False),
        (False, True, True, False),
        (False, False, False, False),
        ("all", None, True, True),
        ("all", False, True, True),
        (None, "all", True, True),
        (False, "all", False, True),
    ],
)
def test_a_rule_says_for_some_images_what_a_repository_can_only_narrow(
    option, operator, own, node, other
):
    def written(said):
        if said is None:
            return {}
        return {"policy": {option: True}} if said == "all" else for_node(said, option)

    base = {} if operator == "all" or option == "lts_only" else {"policy": {option: False}}
    policy = mandate({**base, **written(operator)}, written(own)).policy
    assert getattr(ruling(policy, use_of("node")), option) is node
    assert getattr(ruling(policy, use_of("python")), option) is other
