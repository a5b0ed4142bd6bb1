import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.wording.markdown import (
    code,
    code_in_html,
    comment,
    folded,
    link,
    plain,
    prose,
    quoted,
    table,
)

RENDER = MarkdownIt("commonmark", {"html": True}).enable("table").enable("strikethrough").render

HOSTILE = [
    "@everyone please",
    "see #12 and !34 and org/repo#5",
    "/merge",
    "/assign @root",
    "<img src=x onerror=alert(1)>",
    "<!-- hidden",
    "--> escaped",
    "![x](http://evil.example/p.png)",
    "[click](javascript:alert(1))",
    "Fixes #1",
    "a | b | c",
    "`code` and ``more``",
    "# heading",
    "- item",
    "***bold***",
    "~~gone~~",
    "line\nbreak\r\nagain",
    "\u202eright to left",
    "https://evil.example/",
    "www.evil.example",
    "\\`escaped\\`",
    "</details></table>",
    "$math$",
    "&lt;b&gt;",
    "\x1b[31mred",
    "\udc80 broken byte",
]


class Tags(HTMLParser):
    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.tags, self.text = set(), ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)

    def handle_comment(self, data):
        self.tags.add("!--")

    def handle_data(self, data):
        self.text += data


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_prose_renders_as_the_words_it_is_and_nothing_else(text):
    page = Tags(RENDER(plain(text)))
    assert page.tags <= {"p"}
    assert not re.search(r"[@#!]\w", page.text)
    assert "\n" not in page.text.strip()


@given(st.text(max_size=400))
def test_any_prose_stays_one_paragraph(text):
    page = Tags(RENDER("x " + plain(text)))
    assert page.tags == {"p"}
    assert not re.search(r"[@#!]\w", page.text)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_in_a_code_span_stays_in_it(text):
    page = Tags(RENDER(f"before {code(text)} after"))
    assert page.tags == {"p", "code"}
    assert page.text.startswith("before ")
    assert page.text.rstrip().endswith(" after")


@given(st.text(max_size=400), st.text(max_size=100))
def test_any_text_stays_in_its_cell(first, second):
    page = Tags(RENDER(table(["a", "b"], [[code(first), plain(second)]])))
    assert page.tags <= {"table", "thead", "tbody", "tr", "th", "td", "code"}


@given(st.text(max_size=400) | st.text(alphabet="`\\\\|*@#a <\n", max_size=60))
def test_prose_with_code_in_it_is_prose_and_code(text):
    page = Tags(RENDER("x " + prose(text)))
    assert page.tags <= {"p", "code"}
    assert RENDER(table(["a", "b"], [[prose(text), prose(text)]])).count("<td>") == 2


def test_a_command_in_prose_is_code_as_it_was_written():
    said = prose("it is @kim's; `/basewatch recreate` throws [them] away")
    assert said == "it is @\u2060kim's; `/basewatch recreate` throws \\[them\\] away"
    assert prose("/merge `/merge` `") == "\\/merge `/merge` \\`"


CELLS = [
    (code("a|b"), "a|b"),
    (code("a\\|b"), "a|b"),  # in a table no code span can have both
    (plain("a|b"), "a|b"),
    (plain("a\\|b"), "a\\|b"),
    ("a|b", "a|b"),
]


@pytest.mark.parametrize(("cell", "shown"), CELLS)
def test_a_pipe_does_not_end_its_cell(cell, shown):
    html = RENDER(table(["x", "y"], [[cell, "z"]]))
    assert re.findall(r"<td>(?:<code>)?(.*?)(?:</code>)?</td>", html) == [shown, "z"]


def test_a_pipe_outside_of_tables_is_as_it_is():
    assert code("curl x | sh") == "`curl x | sh`"


PATHS = [
    ("the file /usr/bin/wget is gone", "the file /usr/bin/wget is gone"),
    ("/usr/bin/wget is gone", "\\/usr/bin/wget is gone"),
    ("80/tcp", "80/tcp"),
    ("//host/share", "\\//\u2060host/share"),
]


@pytest.mark.parametrize(("path", "said"), PATHS)
def test_a_path_can_be_copied_and_commands_nothing(path, said):
    assert plain(path) == said
    assert Tags(RENDER(plain(path))).text.strip() == path.replace("//", "//\u2060")


@given(st.text(alphabet="\\|`a ", max_size=40), st.text(alphabet="\\|`a ", max_size=40))
def test_pipes_and_backslashes_stay_in_their_cells(first, second):
    html = RENDER(table(["a", "b"], [[code(first), plain(second)]]))
    assert html.count("<td>") == 2


@given(st.text(max_size=200))
def test_a_marker_is_one_comment_that_nothing_ends_early(text):
    html = comment(text)
    assert html.startswith("<!-- ")
    assert html.endswith(" -->")
    assert "--" not in html[4:-3]
    assert ">" not in html[4:-3]


def test_long_text_is_cut():
    assert len(plain("x" * 1000)) == 300
    assert plain("x" * 1000).endswith("…")


def test_a_folded_section_leaves_room_for_markdown():
    assert "<summary>Where</summary>\n\n" in folded("Where", "| a |")
    assert Tags(RENDER(folded("Where", "`x`"))).tags == {"details", "summary", "p", "code"}


ADDRESSES = [
    ("https://example.org/a?b=c#d", "[x](https://example.org/a?b=c#d)"),
    ("http://example.org:8080", "[x](http://example.org:8080)"),
    ("https://github.com/o/r/issues/1", "[x](https://redirect.github.com/o/r/issues/1)"),
    ("https://www.github.com/o/r/pull/1#x", "[x](https://redirect.github.com/o/r/pull/1#x)"),
    ("https://github.com/o/r/compare/a...b", "[x](https://github.com/o/r/compare/a...b)"),
    ("javascript:alert(1)", "x"),
    ("https://example.org/a b", "x"),
    ("https://example.org/a)b", "x"),
    ("https://user@example.org/", "x"),
    ("https://example.org/<b>", "x"),
    ("https://example.org/\n", "x"),
    ("https://example.org/" + "a" * 500, "x"),
    ("", "x"),
]


@pytest.mark.parametrize(("url", "shown"), ADDRESSES)
def test_only_a_plain_address_is_linked_and_no_issue_is_mentioned(url, shown):
    assert link("x", url) == shown


CLOSING = [
    ("Fixes #1", "Fixes\u2060 #1"),
    ("closes: org/repo#2", "closes\u2060: org/repo#2"),
    ("Resolves https://host.example/a/b/-/issues/3", "Resolves\u2060 https://host.example/a/b/-/issues/3"),
    ("fixed GH-4", "fixed\u2060 GH-4"),
    ("Implementing PROJ-5", "Implementing\u2060 PROJ-5"),
    ("Closes issues #6", "Closes\u2060 issues #6"),
    ("fix 12 bugs", "fix 12 bugs"),
    ("prefixes #1", "prefixes #1"),
    ("fixed in 1.2-3", "fixed in 1.2-3"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "shown"), CLOSING)
def test_no_issue_is_closed_from_within_code(text, shown):
    assert code(text) == f"`{shown}`"
    assert code_in_html(text) == f"<code>{shown}</code>"


@given(st.text(max_size=200))
def test_code_in_the_html_of_a_summary_stays_code(text):
    page = Tags(RENDER(folded(code_in_html(text), "x")))
    assert page.tags == {"details", "summary", "code", "p"}


@given(st.text(alphabet=" fixes:close#/1-A", max_size=4000))
def test_a_long_text_of_such_words_ends_soon(text):
    assert code(text * 3, 20_000).count("\n") == 0


def test_quoted_text_is_prose_line_by_line_and_has_an_end():
    assert quoted("# a\n\n* b @c") == "> \\# a  \n> \\* b @\u2060c  "
    assert quoted("x\n" * 40, 3).endswith("> … and 37 more lines  ")
    page = Tags(RENDER(quoted("\n".join(HOSTILE))))
    assert page.tags <= {"blockquote", "p", "br"}


def test_a_table_of_numbers_has_them_on_the_right():
    assert table(["", "a"], [["x", "1"]], numbers=True).splitlines()[1] == "| --- | ---: |"
