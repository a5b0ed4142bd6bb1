"""How bad it is, from words and from vectors."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import SEVERITIES
from bot.scanners import cvss
from bot.scanners.severity import of_number, of_score, of_word, worst

# Scores that https://www.first.org/cvss/v3.1/examples and NVD publish.
V3 = [
    ("CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:L/I:L/A:N", 5.4, "medium"),
    ("CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1, "medium"),
    ("CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N", 3.1, "low"),
    ("CVSS:3.0/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N", 6.4, "medium"),
    ("CVSS:3.0/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H", 8.8, "high"),
    ("CVSS:3.1/AV:L/AC:L/PR:H/UI:N/S:U/C:L/I:L/A:L", 4.2, "medium"),
    ("CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H", 7.8, "high"),
    ("CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 6.8, "medium"),
    ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", 7.5, "high"),
    ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8, "critical"),
    ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 10.0, "critical"),
    ("CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:C/C:H/I:N/A:H", 9.3, "critical"),
    ("CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:N", 7.4, "high"),
    ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", 0.0, "negligible"),
    ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:N/I:N/A:N", 0.0, "negligible"),
    ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:P/RL:O", 9.8, "critical"),
]
# Scores of https://www.first.org/cvss/v2/guide#3-3
V2 = [
    ("AV:N/AC:L/Au:N/C:N/I:N/A:C", 7.8, "high"),
    ("AV:N/AC:L/Au:N/C:C/I:C/A:C", 10.0, "high"),
    ("AV:L/AC:H/Au:N/C:C/I:C/A:C", 6.2, "medium"),
    ("AV:N/AC:M/Au:N/C:N/I:P/A:N", 4.3, "medium"),
    ("(AV:L/AC:H/Au:N/C:P/I:N/A:N)", 1.2, "low"),
    ("AV:N/AC:L/Au:N/C:N/I:N/A:N", 0.0, "negligible"),
]


@pytest.mark.parametrize(("vector", "score", "band"), V3)
def test_version_3_scores_are_those_that_are_published(vector, score, band):
    assert (cvss.score_3(vector), cvss.severity(vector)) == (score, band)


@pytest.mark.parametrize(("vector", "score", "band"), V2)
def test_version_2_scores_are_those_that_are_published(vector, score, band):
    assert (cvss.score_2(vector), cvss.severity(vector)) == (score, band)


def test_every_vector_of_version_3_has_a_score_and_worse_metrics_are_no_better():
    spaces = ["NALP", "LH", "NLH", "NR", "UC", "HLN", "HLN", "HLN"]
    names = ["AV", "AC", "PR", "UI", "S", "C", "I", "A"]
    scores = {
        values: cvss.score_3("CVSS:3.1/" + "/".join(map(":".join, zip(names, values, strict=True))))
        for values in itertools.product(*spaces)
    }
    assert len(scores) == 2592
    assert all(0 <= score <= 10 and round(score, 1) == score for score in scores.values())
    for values, score in scores.items():
        for place in (0, 1, 2, 3, 5, 6, 7):
            step = spaces[place].index(values[place])
            if step and values[4] == "U":
                worse = (*values[:place], spaces[place][step - 1], *values[place + 1 :])
                assert scores[worse] >= score


@pytest.mark.parametrize(
    "vector",
    ["", "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", "CVSS:3.1/AV:N", "CVSS:3.1/" + "AV:X/" * 9999,
     "AV:N/AC:L", "CVSS:3.1/AV:Z/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:Z/C:H/I:H/A:H"],
)  # fmt: skip
def test_a_vector_that_is_not_whole_or_of_version_4_is_unknown(vector):
    assert cvss.severity(vector) == "unknown"


@given(st.text())
def test_any_text_has_a_severity(text):
    assert cvss.severity(text) in SEVERITIES
    assert cvss.severity(f"CVSS:3.1/{text}") in SEVERITIES
    assert of_word(text) in SEVERITIES


@pytest.mark.parametrize(
    ("word", "severity"),
    [("Critical", "critical"), ("important", "high"), ("MODERATE", "medium"), ("unimportant", "negligible"), ("low", "low"),
     ("high**", "high"), ("not yet assigned", "unknown"), ("end-of-life", "unknown"), ("untriaged", "unknown"), ("", "unknown")],
)  # fmt: skip
def test_vendors_words_are_on_one_ladder(word, severity):
    assert of_word(word) == severity


def test_trivys_numbers_are_on_the_same_ladder():
    told = [of_number(number) for number in (0, 1, 2, 3, 4, 5, -1, "3", None, 3.0)]
    assert told[:5] == ["unknown", "low", "medium", "high", "critical"]
    assert set(told[5:]) == {"unknown"}


def test_a_score_has_the_band_that_is_published():
    assert [of_score(s, 3) for s in (0, 0.1, 3.9, 4, 6.9, 7, 8.9, 9, 10)] == [
        "negligible", "low", "low", "medium", "medium", "high", "high", "critical", "critical"]  # fmt: skip
    assert of_score(10, 2) == "high"


def test_the_worst_is_the_highest():
    assert worst(["low", "critical", "unknown"]) == "critical"
    assert worst([]) == "unknown"
