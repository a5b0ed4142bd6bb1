import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.http import Answer
from bot.registries.paging import believable, next_link, next_query

HERE = "https://registry.example:5000/v2/a/b/tags/list?n=1000"


def page(*links, url=HERE):
    headers = httpx.Headers([(b"link", link.encode()) for link in links])
    return Answer(200, headers, b"", httpx.URL(url))


@pytest.mark.parametrize(
    ("header", "target"),
    [
        ('</v2/a/tags/list?last=x&n=5>; rel="next"', "/v2/a/tags/list?last=x&n=5"),
        ("</x>; rel=next", "/x"),
        ('</x>; REL="Next"', "/x"),
        ('</x>; rel="prev next"', "/x"),
        ('</x> ; title="a, b; rel=\\"prev\\"" ; rel = "next"', "/x"),
        ('</p>; rel="prev", </n>; rel="next"', "/n"),
        ('</p?a,b;c>; rel="next"', "/p?a,b;c"),
        ("<>; rel=next", ""),
    ],
)
def test_the_next_link_is_found(header, target):
    assert next_link([header]) == target


@pytest.mark.parametrize(
    "header",
    [
        "",
        "</x>",
        '</x>; rel="prev"',
        "/x; rel=next",
        '</x; rel="next"',
        '</x>; rel="nextish"',
        "<<>>",
    ],
)
def test_what_is_no_next_link_is_none(header):
    assert next_link([header]) is None


@pytest.mark.parametrize(
    ("link", "query"),
    [
        ("</v2/a/b/tags/list?last=x&n=5>; rel=next", "last=x&n=5"),
        ("<?last=y>; rel=next", "last=y"),
        ("<https://registry.example:5000/v2/a/b/tags/list?last=z>; rel=next", "last=z"),
        # Artifactory behind a proxy names a path without the prefix that the proxy adds.
        ("</v2/other/tags/list?last=q>; rel=next", "last=q"),
    ],
)
def test_the_next_page_is_known_by_its_query(link, query):
    assert next_query(page(link)) == query


def test_the_last_page_has_no_next():
    assert next_query(page()) is None


@pytest.mark.parametrize(
    ("link", "why"),
    [
        ("<https://evil.example/v2/a/b/tags/list?last=x>; rel=next", r"another server \(evil"),
        ("<http://registry.example:5000/v2/a?x=1>; rel=next", "another server"),
        ("<https://registry.example/v2/a?x=1>; rel=next", "another server"),
        ("<//evil.example/x>; rel=next", "another server"),
        ("<http://169.254.169.254/latest/meta-data/>; rel=next", "link-local or metadata"),
        ("<file:///etc/passwd>; rel=next", "no web address"),
        ("<https://me:pw@registry.example:5000/x?y>; rel=next", "user name"),
        ("<https://[::1/>; rel=next", "not a URL"),
    ],
)
def test_a_next_page_elsewhere_is_refused(link, why):
    with pytest.raises(ValueError, match=why):
        next_query(page(link))


def test_only_what_can_be_a_tag_is_believed():
    listed = [
        "1.0",
        "",
        "-x",
        ".x",
        "a/b",
        "a b",
        "a\n",
        "x" * 129,
        None,
        5,
        ["1"],
        "_ok",
        "x" * 128,
    ]
    assert list(believable(listed)) == ["1.0", "_ok", "x" * 128]


PLAIN = st.text(
    st.characters(min_codepoint=33, max_codepoint=126, exclude_characters='<>"'), max_size=20
)


@given(st.lists(st.tuples(PLAIN, st.sampled_from(["prev", "first", "last"])), max_size=4), PLAIN)
def test_the_next_link_is_found_among_others(others, target):
    links = [f'<{link}>; rel="{rel}"' for link, rel in others] + [f'<{target}>; rel="next"']
    assert next_link([", ".join(links)]) == target


@given(st.text(max_size=300))
def test_any_link_header_is_read_without_an_exception(header):
    next_link([header])


@given(st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=100))
def test_any_link_leads_to_the_same_server_or_nowhere(link):
    answer = Answer(
        200,
        httpx.Headers([(b"link", f"<{link}>; rel=next".encode("latin-1"))]),
        b"",
        httpx.URL(HERE),
    )
    try:
        query = next_query(answer)
    except ValueError:
        return
    assert query is None or query.isascii()


@pytest.mark.parametrize("piece", ["<", "<>", '<>;a="', ";", '"', "<>; rel ", ", "])
def test_a_long_hostile_link_ends_soon(piece):
    assert next_link([piece * 100_000]) is None
