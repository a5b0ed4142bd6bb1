import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import NewFile
from bot.pulls.bodies import body_of
from bot.pulls.marker import (
    Marker,
    fingerprint,
    marker_in,
    meant,
    member,
    said_in,
    said_marker,
    short_hash,
    with_marker,
    without_marker,
)
from tests.altered import replace
from tests.pulls.forge import BRANCH, wanted

FULL = Marker(
    line="localhost:5000/a--b/c:3.*.*-debian",
    to="sha256:2fba",
    evidence="7c41",
    content="00ff",
    title="ab",
    dress="cd",
    auto=True,
    heard=9_999_999_999,
    hold=dt.date(2026, 12, 15),
    ignore="image",
    retired=True,
)


def test_what_is_written_is_read_back():
    assert marker_in(with_marker("Text.", FULL)) == FULL
    assert marker_in(with_marker("Text.", Marker())) == Marker()
    assert marker_in(with_marker("", replace(FULL, ignore="version"))).ignore == "version"


def test_a_body_that_is_a_marker_alone_is_read_whatever_a_forge_takes_off_its_ends():
    assert marker_in(with_marker("", FULL).strip()) == FULL
    assert without_marker(with_marker("", FULL).strip()) == ""
    assert without_marker("Text.\n\n") == "Text."


def test_a_name_that_is_no_text_is_noted_as_well_as_may_be():
    assert marker_in(with_marker("", Marker(line="a\udcff:1"))).line == "a?:1"


def test_what_earlier_versions_noted_is_known_by_the_same_hashes():
    assert short_hash("Refresh node") == "def68b6b7224"
    assert member("docker.io/library/node") == "20f06c39"
    file = NewFile(b"FROM node:20\n", "100644")
    assert fingerprint({"Dockerfile": file}) == "696bad2ad365050d"


def test_a_proposal_whose_body_says_nothing_is_about_its_branch_and_its_files():
    silent = replace(wanted(), body="What it does.")
    content = fingerprint(silent.files)
    assert meant(silent) == Marker(
        line=BRANCH,
        to=content,
        evidence=short_hash("What it does."),
        content=content,
        title=short_hash(silent.title),
    )
    assert meant(replace(silent, target="sha256:t")).to == "sha256:t"


def test_the_marker_of_a_proposal_is_read_as_it_is_written_there():
    text = "x\n\n<!-- basewatch line=r.io/a-%2Db:1.* to=sha256:0 evidence=e -->\n"
    assert marker_in(text) == Marker("r.io/a--b:1.*", "sha256:0", "e")
    assert marker_in(text).image == "r.io/a--b"


def test_a_marker_takes_the_place_of_the_one_before():
    text = with_marker(with_marker("Text.", FULL), Marker(line="x"))
    assert text == "Text.\n\n<!-- basewatch line=x -->\n"
    assert without_marker(text) == "Text."


def test_what_a_person_wrote_after_it_stays():
    text = with_marker("Text.", FULL) + "\nMine.\n"
    assert without_marker(text) == "Text.\n\nMine."


NONSENSE = [
    "",
    "no marker",
    "<!-- basewatch line=x",
    "<!-- basewatch" + " x" * 10_000 + " -->",
    "<!-- basewatch heard=-1 hold=2026-02-30 ignore=all auto=yes retired= -->",
    "<!-- basewatch heard=" + "9" * 400 + " line=" + "x" * 2_000 + " -->",
    "<!-- basewatch -->",
    "<!-- basewatch __class__=x image=y -->",
]


@pytest.mark.parametrize("text", NONSENSE)
def test_nonsense_is_no_marker(text):
    assert marker_in(text) == Marker()


def test_the_last_marker_counts_and_in_it_the_first_word():
    text = "<!-- basewatch line=evil --> x <!-- basewatch line=a line=b -->"
    assert marker_in(text).line == "a"


def test_a_pull_request_about_several_images_is_about_none():
    assert Marker(line="docker.io/library/node:several").image == ""


def test_a_value_that_is_too_long_keeps_apart_from_others_by_a_hash():
    one, other = (marker_in(with_marker("", Marker(line="ä" * 400 + end))).line for end in "xy")
    assert one != other
    assert len(one) < 200


words = st.text(max_size=400)


@given(words, words, st.integers(0, 10**18), st.none() | st.dates(min_value=dt.date(1000, 1, 1)))
def test_no_value_breaks_out_of_a_marker(line, to, heard, hold):
    marker = Marker(line=line, to=to, heard=heard, hold=hold)
    body = body_of("Text.", marker)
    written = body[body.rfind("<!-- ") :]
    assert written.count("--") == 2
    assert written.count(">") == 1
    found = marker_in(body)
    assert (found.heard, found.hold) == (heard, hold)
    assert marker_in(with_marker(body, found)) == found
    if len(line) < 100 and "\ud800" not in line and line.isascii():
        assert found.line == line


@given(st.text())
def test_no_body_is_too_strange(text):
    for body in (text, f"<!-- basewatch {text} -->", f"<!-- basewatch line={text} -->{text}"):
        marker = marker_in(body)
        assert marker_in(with_marker(body, FULL)) == FULL
        assert marker_in(with_marker(without_marker(text), marker)).heard == marker.heard


def test_what_we_said_is_known_by_its_end():
    assert said_in(f"Text.\n\n{said_marker('answer-7')}") == "answer-7"
    assert said_in(f"{said_marker('answer-7')}" + "x" * 300) == ""
    assert said_in("<!-- basewatch said=UPPER -->") == ""


def test_a_fingerprint_is_of_paths_modes_and_bytes():
    one = {"a": NewFile(b"1", "100644"), "b": NewFile(b"2", "100644")}
    assert fingerprint(one) == fingerprint(dict(reversed(one.items())))
    others = [
        {"a": NewFile(b"1", "100644")},
        {"a": NewFile(b"1", "100755"), "b": NewFile(b"2", "100644")},
        {"a": NewFile(b"12", "100644"), "b": NewFile(b"", "100644")},
        {"a": NewFile(b"1", "100644"), "c": NewFile(b"2", "100644")},
    ]
    assert len({fingerprint(each) for each in (one, *others)}) == 5


def test_foreign_text_that_looks_like_a_marker_takes_nothing_out_of_a_body():
    text = "Before <!-- basewatch to=x --\\> and a warning.\n\n<!-- basewatch line=a:1 -->\n"
    body = body_of(text, FULL)
    assert "Before <!-- basewatch to=x --\\> and a warning." in body
    assert body_of("Text.", FULL).endswith(body[body.index("\n\n- [ ] ") :])
    assert marker_in(body) == FULL
