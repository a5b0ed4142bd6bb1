import datetime as dt
import json
import re
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot import rules
from bot.errors import ConfigError
from bot.image import ImageRef
from bot.model import Cycle, LifeCycle, OsRelease

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "rules" / "lifecycle"
IMAGES = yaml.safe_load((FOLDER / "images.yaml").read_text(encoding="utf-8"))
DATES = json.loads((FOLDER / "products.json").read_text(encoding="utf-8"))
KNOWN = rules.life_cycles()


def cycles(text):
    return KNOWN.of(ImageRef.parse(text))


def only(text):
    (found,) = cycles(text)
    return found


def day(text):
    return dt.date.fromisoformat(text)


# ---------------------------------------------------------------- what a reference says


@pytest.mark.parametrize("example", IMAGES["examples"], ids=lambda example: example["image"])
def test_an_image_is_made_of_what_its_example_says(example):
    assert [cycle.subject for cycle in cycles(example["image"])] == example["says"]


def test_every_product_has_dates_and_no_dates_are_of_anything_else():
    assert set(IMAGES["products"]) == set(DATES["products"])
    assert set(IMAGES["tagged"]) | set(IMAGES["nicknames"]) <= set(IMAGES["products"])


def test_every_nickname_is_of_a_release_that_is_known():
    for product, names in IMAGES["nicknames"].items():
        assert set(names.values()) <= set(DATES["products"][product])


def test_the_rules_for_tags_are_not_confused_with_the_data():
    assert not [path for path in rules.files() if path.parent != FOLDER.parent]


def test_every_release_says_as_of_when_and_none_is_newer_than_the_file():
    days = {row["as_of"] for found in DATES["products"].values() for row in found.values()}
    assert max(days) == DATES["date"]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d", day) for day in days)


def test_support_never_ends_after_security_nor_that_after_what_extends_it():
    wrong = [
        (product, number)
        for product, found in DATES["products"].items()
        for number, row in found.items()
        for ends in [[row[key] for key in ("support", "security", "extended") if key in row]]
        if ends != sorted(ends)
    ]
    assert wrong == []


def test_a_release_keeps_every_day_that_is_known_of_it():
    assert only("debian:11") == Cycle(
        "Debian 11 (bullseye)",
        "system",
        security_until=day("2024-08-14"),
        extended_until=day("2026-08-31"),
        extended_by="Debian LTS",
        extended_for_all=True,
        as_of=day("2025-05-17"),
    )


def test_an_image_by_its_digest_alone_says_nothing():
    assert cycles("node@sha256:" + "0" * 64) == ()


def test_a_tag_beside_a_digest_says_what_it_says_without():
    assert cycles("node:20@sha256:" + "0" * 64) == cycles("node:20")


def test_an_image_has_one_operating_system_and_maybe_several_runtimes():
    found = cycles("php:8.3-node20-bookworm-alpine3.20")
    assert [c.subject for c in found] == ["Debian 12 (bookworm)", "PHP 8.3", "Node.js 20"]


@given(st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}", fullmatch=True))
def test_any_tag_is_answered(tag):
    for name in ("node", "debian", "ghcr.io/x/y", "gcr.io/distroless/cc-debian12"):
        found = KNOWN.of(ImageRef(name, tag))
        assert sum(cycle.kind == "system" for cycle in found) <= 1


# ---------------------------------------------------------------- how it stands on a day


@pytest.mark.parametrize(
    ("on", "status"),
    [
        ("2026-01-29", "supported"),
        ("2026-01-30", "ending"),
        ("2026-04-30", "ending"),
        ("2026-05-01", "ended"),
    ],
)
def test_support_that_ends_is_told_ninety_days_before_and_lasts_through_its_last_day(on, status):
    assert only("node:20").status(day(on)) == status


def test_without_an_announced_end_nothing_is_claimed():
    assert only("httpd:2.4").status(day("2026-11-22")) == "unknown"


def test_a_release_is_of_long_support_from_the_day_it_becomes_one():
    node = only("node:26")
    assert not node.is_lts(day("2026-10-27"))
    assert node.is_lts(day("2026-10-28"))
    assert only("ubuntu:24.04").is_lts(day("2024-04-25"))
    assert not only("node:25").is_lts(day("2030-01-01"))


def test_worries_are_what_ended_or_ends_soon():
    life = LifeCycle(cycles("node:20-bookworm"), day("2026-03-01"))
    assert [cycle.subject for cycle in life.worries] == ["Node.js 20"]
    assert LifeCycle().worries == ()


@pytest.mark.parametrize(
    ("image", "lts"),
    [
        ("node:23.1.0-alpine", False),
        ("node:22", True),
        ("ubuntu:23.10", False),
        ("ubuntu:24.04", True),
        ("mariadb:11.3", False),
        ("mariadb:11.4", True),
        ("eclipse-temurin:22-jre", False),
        ("mcr.microsoft.com/dotnet/sdk:9.0", False),
        ("python:3.12", None),  # no Python is supported for longer than another
        ("node:99", None),  # not known yet
        ("node:lts", None),
        ("ghcr.io/x/y:1", None),
    ],
)
def test_a_release_without_long_support_is_told_from_those_with_it(image, lts):
    ref = ImageRef.parse(image)
    assert KNOWN.is_lts(ref.repository, ref.tag) is lts


# ---------------------------------------------------------------- reading it


def test_data_that_is_not_there_is_a_mistake_of_the_installation(tmp_path):
    with pytest.raises(ConfigError, match="lifecycle cannot be read: FileNotFoundError"):
        rules.life_cycles(tmp_path)


def test_data_that_is_not_whole_is_a_mistake_of_the_installation(tmp_path):
    (tmp_path / "lifecycle").mkdir()
    (tmp_path / "lifecycle" / "images.yaml").write_text("products: {}")
    (tmp_path / "lifecycle" / "products.json").write_text("{}")
    with pytest.raises(ConfigError, match="KeyError"):
        rules.life_cycles(tmp_path)


# ---------------------------------------------------------------- writing it anew


def product_file(*rows):
    return "---\ntitle: X\nreleases:\n" + "\n".join(f"- {{{row}}}" for row in rows) + "\n---\n> X\n"


def refresh(*arguments):
    script = ROOT / "dev" / "refresh-lifecycle"
    return subprocess.run([sys.executable, script, *arguments], capture_output=True, text=True)


@pytest.fixture
def everything(tmp_path):
    """A folder with a file for each product, all alike."""
    folder = tmp_path / "products"
    folder.mkdir()
    row = 'releaseCycle: "1", eol: 2020-01-01, latestReleaseDate: 2019-12-31'
    for product in IMAGES["products"]:
        (folder / f"{product}.md").write_text(product_file(row))
    return folder


def written(tmp_path, *arguments):
    out = tmp_path / "products.json"
    result = refresh("--out", str(out), *map(str, arguments))
    assert result.returncode == 0, result.stderr
    return json.loads(out.read_text())


def test_files_of_every_age_are_read(everything, tmp_path):
    (everything / "nodejs.md").write_text(
        product_file(
            'releaseCycle: "3", codename: Tr X, eoas: 2027-01-01, eol: 2028-01-01, eoes: 2029-01-01, lts: 2026-10-28',
            'releaseCycle: "10", support: 2021-01-01, eol: 2022-01-01, extendedSupport: 2023-01-01, lts: true',
            'releaseCycle: "2", eol: false, latestReleaseDate: 2026-01-01',
            'releaseCycle: "1", eol: true',
        )
    )
    found = written(tmp_path, "--products", everything)
    assert list(found["products"]["nodejs"].items()) == [
        (
            "10",
            {
                "support": "2021-01-01",
                "security": "2022-01-01",
                "extended": "2023-01-01",
                "lts": True,
                "as_of": "2026-01-01",
            },
        ),
        (
            "3",
            {
                "codename": "Tr X",
                "support": "2027-01-01",
                "security": "2028-01-01",
                "extended": "2029-01-01",
                "lts": "2026-10-28",
                "as_of": "2026-01-01",
            },
        ),
        ("2", {"as_of": "2026-01-01"}),
    ]
    assert found["date"] == "2026-01-01"


def test_a_day_of_long_support_that_is_the_end_of_security_marks_none(everything, tmp_path):
    row = 'releaseCycle: "9", lts: 2032-05-31, eol: 2032-05-31, latestReleaseDate: 2024-11-12'
    (everything / "rhel.md").write_text(product_file(row))
    found = written(tmp_path, "--products", everything)
    assert "lts" not in found["products"]["rhel"]["9"]


V1 = {
    "generated_at": "2026-09-10T08:47:46+00:00",
    "result": {
        "releases": [
            {
                "name": "3.14",
                "codename": None,
                "isLts": False,
                "ltsFrom": None,
                "eoasFrom": "2027-10-01",
                "isEol": False,
                "eolFrom": "2030-10-31",
            },
            {"name": "0.9", "isEol": True, "eolFrom": None},
        ]
    },
}
FIRST = [
    {
        "cycle": "22",
        "lts": "2024-10-29",
        "eol": "2027-04-30",
        "support": "2025-10-21",
        "extendedSupport": False,
    }
]


def test_answers_of_either_api_take_the_place_of_what_files_say(everything, tmp_path):
    answers = tmp_path / "answers"
    answers.mkdir()
    (answers / "python.json").write_text(json.dumps(V1))
    (answers / "nodejs.json").write_text(json.dumps(FIRST))
    found = written(
        tmp_path, "--products", everything, "--answers", answers, "--date", "2026-09-01"
    )
    assert found["products"]["python"] == {
        "3.14": {"support": "2027-10-01", "security": "2030-10-31", "as_of": "2026-09-10"},
        "1": {"security": "2020-01-01", "as_of": "2026-09-01"},
    }
    assert found["products"]["nodejs"]["22"] == {
        "support": "2025-10-21", "security": "2027-04-30", "lts": "2024-10-29", "as_of": "2026-09-01",
    }  # fmt: skip


@pytest.fixture
def api():
    asked = []

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(V1).encode())

        def log_message(self, *_args):
            pass

    server = HTTPServer(("127.0.0.1", 0), Answers)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/api/v1", asked
    server.shutdown()
    thread.join()
    server.server_close()


def test_the_api_is_asked_once_for_each_product(api, tmp_path):
    url, asked = api
    found = written(tmp_path, "--api", url)
    assert sorted(asked) == sorted(f"/api/v1/products/{name}/" for name in IMAGES["products"])
    assert all(list(rows) == ["3.14"] for rows in found["products"].values())


def test_what_was_written_can_be_read_again(everything, tmp_path):
    (tmp_path / "lifecycle").mkdir()
    (tmp_path / "lifecycle" / "images.yaml").write_bytes((FOLDER / "images.yaml").read_bytes())
    written(tmp_path / "lifecycle", "--products", everything)
    known = rules.life_cycles(tmp_path)
    assert [c.subject for c in known.of(ImageRef.parse("debian:1"))] == ["Debian 1"]


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ([], "name a source"),
        (["--products", "/nowhere"], "no source says anything about debian"),
        (["--api", "ftp://x"], "neither https nor on this machine"),
    ],
)
def test_a_source_that_is_of_no_use_is_told(arguments, complaint, tmp_path):
    result = refresh("--out", str(tmp_path / "x.json"), *arguments)
    assert result.returncode != 0
    assert complaint in result.stderr
    assert not (tmp_path / "x.json").exists()


def test_a_file_that_does_not_say_how_old_it_is_needs_a_date(everything, tmp_path):
    (everything / "debian.md").write_text(product_file('releaseCycle: "1", eol: 2020-01-01'))
    result = refresh("--out", str(tmp_path / "x.json"), "--products", str(everything))
    assert "give --date" in result.stderr
    found = written(tmp_path, "--products", everything, "--date", "2024-01-01")
    assert found["products"]["debian"]["1"]["as_of"] == "2024-01-01"


@pytest.mark.parametrize(
    ("system", "subject"),
    [
        (OsRelease("alpine", "3.19.1"), "Alpine 3.19"),
        (OsRelease("debian", "12"), "Debian 12 (bookworm)"),
        (OsRelease("rhel", "9.4"), "Red Hat Enterprise Linux 9"),
        (OsRelease("rocky", "9.3"), "Rocky Linux 9"),
        (OsRelease("amzn", "2023"), "Amazon Linux 2023"),
        (OsRelease("opensuse-leap", "15.6"), "openSUSE Leap 15.6"),
        (OsRelease("wolfi", "20230201"), None),
        (OsRelease("debian"), None),
        (OsRelease("node", "20"), None),
    ],
)
def test_a_system_that_was_found_in_an_image_has_its_life_cycle(system, subject):
    found = KNOWN.installed(system)
    assert (found and found.subject) == subject
