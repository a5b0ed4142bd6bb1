import re

from hypothesis import given
from hypothesis import strategies as st

from bot.model import NewFile
from bot.pulls import differences
from bot.pulls.differences import difference

OLD = [f"RUN {n % 150}" for n in range(8_000)]


def told(old, new):
    was, becomes = ("".join(f"{line}\n" for line in lines).encode() for lines in (old, new))
    return list(difference({"Dockerfile": NewFile(becomes, "100644")}, {"Dockerfile": was}))


def test_of_a_long_file_each_place_that_differs_is_told():
    new = ["FROM a", *OLD[1:4_000], "X", "Y", *OLD[4_002:]]
    assert told(OLD, new) == [
        *("--- a/Dockerfile", "+++ b/Dockerfile"),
        *("@@ -1,1 +1,1 @@", "-RUN 0", "+FROM a"),
        *("@@ -4001,2 +4001,2 @@", "-RUN 100", "-RUN 101", "+X", "+Y"),
    ]


def test_of_a_long_file_with_more_lines_all_from_the_first_to_the_last_that_differs_is_told():
    assert told(OLD, [*OLD[:7_000], "X", *OLD[7_000:]])[2:] == ["@@ -7001,0 +7001,1 @@", "+X"]
    assert told(OLD, [*OLD[:5], *OLD[7:]])[2:] == ["@@ -6,2 +6,0 @@", "-RUN 5", "-RUN 6"]


LINES = st.lists(st.sampled_from("abc"), max_size=12)


@given(LINES, LINES)
def test_what_is_told_of_a_long_file_makes_of_the_old_lines_the_new_ones(old, new):
    lines, at, found = [*differences._in_runs(old, new, "a", "b", lineterm="")][2:], 0, []
    for line in lines:
        if place := re.fullmatch(r"@@ -([0-9]+),[0-9]+ \+[0-9]+,[0-9]+ @@", line):
            found += old[at : int(place[1]) - 1]
            at = int(place[1]) - 1
        elif line[0] == "-":
            assert old[at] == line[1:]
            at += 1
        else:
            found.append(line[1:])
    assert [*found, *old[at:]] == new
