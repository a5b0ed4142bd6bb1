"""Versions order as their own tools order them."""

import random
import shutil
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.packages.versions import compare
from tests.packages.programs import dpkg_orders, dpkg_program_orders, rpm_orders

FAMILIES = ("deb", "apk", "rpm")
SIGNS = {"<": -1, "=": 0, ">": 1}

# ---------------------------------------------------------------- what the tools say

REAL = {
    "deb": [
        "1:2.38.1-5",
        "2.38.1-5",
        "5.2.15-2",
        "5.2.15-2+b13",
        "1.2.3~rc1-1",
        "1.2.3-1",
        "1.2.3-1ubuntu0.1",
        "12.4+deb12u15",
        "12.4+deb12u9",
        "2.36-9+deb12u4",
        "2.36-9+deb12u13",
        "1:1.2.13.dfsg-1",
        "0.0~git2023",
        "3.0.11-1~deb12u2",
        "20230311",
        "2023c-5+deb12u1",
        "6.0.1",
        "1-1-1",
        "1:1:2-3",
        "2:1.0",
        "1.0-0",
        "1.0",
    ],
    "rpm": [
        "1.0-1",
        "1.0~rc1-1.el9",
        "1.0^git1-1",
        "1.0.1-1",
        "4:5.32.1-481.el9",
        "5.32.1-481.el9",
        "3.0.7-25.el9_3",
        "3.0.7-6.el9_2",
        "2.34-60.el9",
        "2.34-100.el9",
        "0:1.0-1",
        "1.0",
        "20231004-1",
        "1.0a",
        "1.0.a",
        "9e-1.el8",
        "r5",
        "1.0-1.fc39",
        "1.0-2.module+el8.9.0+19784+1be06e91",
    ],
}
ALPHABETS = {"deb": "00129abZ.~+-:", "rpm": "00129abZ.~^+_-:"}


def generated(family, count):
    """Pairs that are often nearly the same: real ones, random ones, and each with a small change."""
    dice = random.Random(4)
    alphabet = ALPHABETS[family]

    def version():
        if dice.random() < 0.3:
            text = dice.choice(REAL[family])
        else:
            text = dice.choice("0123456789") + "".join(dice.choices(alphabet, k=dice.randint(0, 9)))
        if dice.random() < 0.5:
            at = dice.randint(0, len(text))
            text = text[:at] + dice.choice(alphabet) + text[at + dice.randint(0, 1) :]
        return text

    pairs = []
    while len(pairs) < count:
        a = version()
        b = version() if dice.random() < 0.5 else a[: dice.randint(1, len(a))] + version()[:3]
        if compare(family, a, b) is not None:
            pairs.append((a, b))
    return pairs


def test_ten_thousand_pairs_are_ordered_as_dpkg_orders_them():
    pairs = generated("deb", 10_000)
    ours = [compare("deb", a, b) for a, b in pairs]
    assert set(ours) == {-1, 0, 1}
    assert differences(pairs, ours, dpkg_orders(pairs)) == []


@pytest.mark.slow
def test_ten_thousand_pairs_are_ordered_as_the_dpkg_program_orders_them():
    if not shutil.which("dpkg"):
        pytest.skip("dpkg is not at hand")
    pairs = generated("deb", 10_000)
    ours = [compare("deb", a, b) for a, b in pairs]
    assert differences(pairs, ours, dpkg_program_orders(pairs)) == []


def test_ten_thousand_pairs_are_ordered_as_rpm_orders_them():
    pairs = generated("rpm", 10_000)
    ours = [compare("rpm", a, b) for a, b in pairs]
    assert set(ours) == {-1, 0, 1}
    assert differences(pairs, ours, rpm_orders(pairs)) == []


def differences(pairs, ours, theirs):
    return [
        (pair, one, other)
        for pair, one, other in zip(pairs, ours, theirs, strict=True)
        if one != other
    ]


# ---------------------------------------------------------------- what Alpine publishes

# A selection of the cases that apk-tools is tested with (its test/version.data and unit tests),
# each kind of difference among them.
PUBLISHED = """
2.34 > 0.1.0_alpha = 0.1.0_alpha < 0.1.3_alpha > 0.1.0_alpha < 0.1.0_alpha2 > 0.1.0_alpha < 2.2.39-r1
2.2.39-r1 > 1.0.4-r3 < 1.0.4-r4 < 1.6 > 1.0.2 > 0.7-r1 < 1.0.0 < 1.0.1 < 1.1 > 1.1_alpha1 < 1.2.1 > 1.2
1.2 < 1.3_alpha < 1.3_alpha2 < 1.3_alpha3 < 1.3_alpha8 > 0.6.0 < 0.6.1 < 0.7.0 < 0.8_beta1 < 0.8_beta2
0.8_beta4 < 4.8-r1 > 3.10.18-r1 > 2.3.0b-r1 < 2.3.0b-r2 < 2.3.0b-r3 > 0.12.1 < 0.12.2 < 0.12.3 > 0.12
0.12 < 0.13_beta1 < 0.13_beta5 > 0.9.12 < 0.9.13 > 0.0.16 < 0.6 < 2.1.13-r3 < 2.1.15-r2 < 2.1.15-r3
1.2.12.1 < 1.2.13 < 1.2.14-r1 > 0.7.1 > 0.5.4 ; 3.1_p16 < 3.1_p17 > 1.06-r6 < 006 > 1.0.0 ; 1.2.2-r1 > 1.2.2
2.01.01_alpha10 > 0.94 < 1.0 > 0.99.3.20040818 > 0.7 ; 1.21-r1 > 0.13 < 0.90.1-r1 > 0.10.2 < 0.10.3
1.39 > 1.00_beta2 > 0.9.2 ; 7.15.1-r1 > 1.02 < 1.03-r1 ; 4.2.52_p2-r1 < 4.2.52_p4-r2 > 1.02.07 < 1.02.10-r1
2.59 < 20050718-r1 < 20050718-r2 > 3.9.8-r5 ; 2.4.2 < 20060720 > 3.0.20060720 < 20060720 > 1.1 = 1.1
2.5.1-r8 < 2.5.1a-r1 > 1.19.2-r1 > 0.97-r2 < 0.97-r3 < 1.3.5-r10 > 1.3.5-r8 < 1.3.5-r9 > 1.0
2.0.0_rc3-r1 > 1.5 ; 021109-r3 < 20060512 ; 3.9_pre20060124 > 0.01 < 0.06 < 1.1.7 < 6b-r7 > 1.12-r7 < 1.12-r8
0.10.0-r1 > 0.10.0 < 0.10.1_rc1 > 0.9.11 ; 1.1a < 1.3a > 1.0.2 ; 0.15.1b < 1.0.1 < 1.06-r1 < 1.06-r2
0.15.1b-r2 > 0.15.1b < 2.5.7 ; 0.0.25 < 0.17 > 0.5.0 ; 2.1_pre20 < 2.1_pre26 ; 02.08.01b < 4.77
2.02.06 < 2.02.10 < 2.8.5-r3 ; 2.02-r1 > 1.5.0-r1 ; 1.6d > 1.2.07.8 < 1.2.12.04 < 1.2.12.05 < 1.3.3
1.07-r1 < 1.07.5 > 1.07 < 1.19 ; 0.1_pre20060810 < 0.1_pre20060817 < 1.0.3 ; 0.59s-r11 < 0.65
0.20070118 < 0.20070207_rc1 < 1.0 ; 3.7_p1 > 1.3 ; 4.5_p1-r1 > 4.5_p1 > 0.9.8c-r1 < 0.9.8d
013 < 014-r1 > 1.3.1-r1 ; 5b-r9 > 2.2.10 ; 0.3.1_rc8 < 22.2 ; 1.7 < 1.7b < 1.8.4-r3 < 1.8.5 < 1.8.5_p2
0.98 < 1.00 < 4.1.4-r1 ; 2.9.11_pre20051101-r2 < 2.9.11_pre20051101-r3 > 2.9.11_pre20051101
2.9.11_pre20051101 < 2.9.11_pre20061021-r1 ; 1.6.8_p12-r1 > 1.6.8_p9-r2 ; 2.25b-r5 < 2.25b-r6
0.9.28-r1 < 0.9.28-r2 < 0.9.28.1 > 0.9.28 ; 087-r1 < 103 < 104-r11 > 104-r9 ; 7.0.17 < 7.0.174
1.3-r0 < 1.3.1-r0 ; 1.3_pre1-r1 < 1.3.2 ; 1.0_p10-r0 > 1.0_p9-r0 ; 0.1.0_alpha_pre2 < 0.1.0_alpha
1.0.0_pre20191002222144-r0 < 1.0.0_pre20210530193627-r0
"""


def published():
    for chain in PUBLISHED.replace("\n", ";").split(";"):
        words = chain.split()
        yield from zip(words[::2], words[1::2], words[2::2], strict=False)


def test_alpine_s_published_cases_hold():
    cases = list(published())
    assert len(cases) > 150
    assert [case for case in cases if compare("apk", case[0], case[2]) != SIGNS[case[1]]] == []


ALPINE_S_OWN = [
    ("1.2.4_git20230717-r5", "<", "1.2.5-r0"),  # musl
    ("1.2.4_git20230717-r4", "<", "1.2.4_git20230717-r5"),
    ("1.2.4_git20230717-r5", ">", "1.2.4-r9"),
    ("1.2.3_p1_git2", ">", "1.2.3_p1"),
    ("1.0_git20240101", "<", "1.0_p1"),
    ("1.0_cvs1", "<", "1.0_svn1"),
    ("1.0_hg1", ">", "1.0_git9"),
    ("1.0_rc1", "<", "1.0"),
    ("1.0_rc1", "<", "1.0-r0"),
    ("1.0~1234abc-r1", "=", "1.0~1234abc-r1"),
    ("1.0~1234abc", ">", "1.0"),
    ("1.0~1234abc-r1", ">", "1.0~1234abc-r0"),
    ("1.0_p1~abc", "<", "1.0_p2~abc"),
    ("1.05", "<", "1.1"),
    ("1.0", "<", "1.00"),
    ("1.09", "<", "1.10"),
    ("1.0.1", ">", "1.0a"),
    ("1." + "9" * 40, "<", "1.1" + "0" * 40),
]


@pytest.mark.parametrize(("a", "sign", "b"), ALPINE_S_OWN)
def test_what_apk_knows_beside_numbers(a, sign, b):
    assert compare("apk", a, b) == SIGNS[sign]
    assert compare("apk", b, a) == -SIGNS[sign]


# ---------------------------------------------------------------- words of the manuals

TOLD = [
    ("deb", "~~", "~~a", "~", "", "a"),
    ("deb", "1.0~beta1~svn1245", "1.0~beta1", "1.0"),
    ("deb", "9", "10", "1:1"),
    ("deb", "1.0-1", "1.0-1+b1", "1.0-1.1", "1.0-2", "1.0.1-1"),
    ("rpm", "1.0~rc1", "1.0", "1.0^git1", "1.0a", "1.0.1", "1.1"),
    ("rpm", "1.0", "1.0-1", "1.0-10", "1:0.1"),
    ("rpm", "xyz", "1"),
]


@pytest.mark.parametrize("chain", TOLD, ids=lambda chain: " < ".join(chain[1:]))
def test_each_comes_before_the_next(chain):
    family, *versions = chain
    prefix = "0" if family == "deb" and "" in versions else ""
    for a, b in pairwise(prefix + version for version in versions):
        assert compare(family, a, b) == -1
        assert compare(family, b, a) == 1


EQUAL = [
    ("deb", "1.0", "0:1.0"),
    ("deb", "1.0", "1.0-0"),
    ("deb", "1.001", "1.1"),
    ("deb", "1a", "1a0"),
    ("rpm", "1.0-1", "0:1.0-1"),
    ("rpm", "2_0", "2.0"),
    ("rpm", "10.0001", "10.1"),
    ("rpm", ":1", "1"),
]


@pytest.mark.parametrize(("family", "a", "b"), EQUAL)
def test_versions_that_are_spelled_apart_and_the_same(family, a, b):
    assert compare(family, a, b) == 0


NONE = [
    ("deb", ""),
    ("deb", "1 0"),
    ("deb", "a:1"),
    ("deb", "1:"),
    ("deb", "1-"),
    ("deb", "-1"),
    ("deb", "1.0-1:2"),
    ("deb", "1_0"),
    ("deb", "1.0\n"),
    ("deb", "1.٣"),
    ("deb", "1" * 513),
    ("apk", ""),
    ("apk", "1.0bc"),
    ("apk", "1.0_foo"),
    ("apk", "1.0-1"),
    ("apk", "1.0-r"),
    ("apk", "1..0"),
    ("apk", "1.0~"),
    ("apk", "1.0~xyz"),
    ("apk", "1.0-r1_p1"),
    ("apk", "v1.0"),
    ("rpm", ""),
    ("rpm", "-"),
    ("rpm", "..."),
    ("rpm", "1.0 "),
    ("rpm", "1.α"),
]


@pytest.mark.parametrize(("family", "bad"), NONE)
def test_what_is_no_version_cannot_be_ordered(family, bad):
    assert compare(family, bad, "1.0") is None
    assert compare(family, "1.0", bad) is None


# ---------------------------------------------------------------- properties

TEXTS = st.text(alphabet="00129abr.~^_+-: é", max_size=12) | st.text(max_size=8)
NUMBERS = st.integers(0, 30).map(str)
VERSIONS = {
    "deb": st.from_regex(r"(?:[01]:)?[0-9][0-9a-b.~+]{0,6}(?:-[0-9a~]{1,3})?", fullmatch=True),
    "rpm": st.from_regex(r"(?:[01]:)?[0-9][0-9a-b.~^_]{0,6}(?:-[0-9a~^]{1,3})?", fullmatch=True),
    "apk": st.from_regex(
        r"0?[0-9](?:\.0?[0-9]){0,2}[ab]?(?:_(?:alpha|rc|p|git)[0-2]?){0,2}(?:~[ab])?(?:-r[01])?",
        fullmatch=True,
    ),
}
DRAWN = st.sampled_from(FAMILIES).flatmap(
    lambda family: st.tuples(st.just(family), *[VERSIONS[family]] * 3)
)


@given(st.sampled_from(FAMILIES), TEXTS, TEXTS)
def test_whatever_the_texts_are_the_answer_is_one_of_four_and_turns_with_them(family, a, b):
    order = compare(family, a, b)
    assert order in {-1, 0, 1, None}
    assert compare(family, b, a) == (None if order is None else -order)
    assert compare(family, a, a) in {0, None}


@given(DRAWN)
def test_the_order_is_one(drawn):
    family, *versions = drawn
    a, b, c = versions
    orders = [compare(family, a, b), compare(family, b, c), compare(family, a, c)]
    assert None not in orders
    ab, bc, ac = orders
    if ab <= 0 and bc <= 0:
        assert ac <= 0
        assert (ac == 0) == (ab == 0 and bc == 0)
