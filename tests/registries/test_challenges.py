import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.registries.challenges import Challenge, challenges

HUB = (
    'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",'
    'scope="repository:library/node:pull,push"'
)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (
            HUB,
            [
                (
                    "bearer",
                    {
                        "realm": "https://auth.docker.io/token",
                        "service": "registry.docker.io",
                        "scope": "repository:library/node:pull,push",
                    },
                )
            ],
        ),
        ('Basic realm="Registry Realm"', [("basic", {"realm": "Registry Realm"})]),
        (
            'Basic realm="a", Bearer realm="b",service="c"',
            [("basic", {"realm": "a"}), ("bearer", {"realm": "b", "service": "c"})],
        ),
        (
            'Negotiate, Bearer realm="b"',
            [("negotiate", {}), ("bearer", {"realm": "b"})],
        ),
        (
            'Negotiate YWJj==, Bearer realm="b"',
            [("negotiate", {}), ("bearer", {"realm": "b"})],
        ),
        ('BEARER Realm = "b" , SERVICE= c', [("bearer", {"realm": "b", "service": "c"})]),
        (r'Bearer realm="a\"b\\c"', [("bearer", {"realm": 'a"b\\c'})]),
        ('Bearer realm="first",realm="second"', [("bearer", {"realm": "first"})]),
        ('Bearer realm=""', [("bearer", {"realm": ""})]),
        ("Bearer", [("bearer", {})]),
        (',, ,Bearer realm="b",,', [("bearer", {"realm": "b"})]),
        ('Bearer realm="open', [("bearer", {})]),
        ('Bearer realm="a" nonsense"', [("bearer", {"realm": "a"})]),
        ("", []),
        ('"', []),
        ("realm=x", []),
    ],
)
def test_a_header_is_read_into_challenges(header, expected):
    assert challenges([header]) == tuple(Challenge(*each) for each in expected)


def test_several_headers_are_read_one_after_the_other():
    found = challenges(['Basic realm="a"', 'Bearer realm="b"'])
    assert [each.scheme for each in found] == ["basic", "bearer"]


WORD = st.from_regex(r"[A-Za-z][A-Za-z0-9_-]{0,12}", fullmatch=True)
VALUE = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=30)


def quoted(value):
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


@given(
    st.lists(
        st.tuples(WORD, st.dictionaries(WORD.map(str.lower), VALUE, min_size=1, max_size=4)),
        max_size=4,
    )
)
def test_what_is_written_by_the_grammar_is_read_back(wanted):
    header = ", ".join(
        f"{scheme} " + ",".join(f"{name}={quoted(value)}" for name, value in params.items())
        for scheme, params in wanted
    )
    assert challenges([header]) == tuple(
        Challenge(scheme.lower(), params) for scheme, params in wanted
    )


@given(st.text(max_size=300))
def test_any_header_is_read_without_an_exception(header):
    for challenge in challenges([header]):
        assert challenge.scheme == challenge.scheme.lower()


@pytest.mark.parametrize("piece", ["a,", 'a="', "a=b,", '"', "a ", ", ", "\\", 'a="\\"'])
def test_a_long_hostile_header_ends_soon(piece):
    assert len(challenges([piece * 100_000])) <= 8192
