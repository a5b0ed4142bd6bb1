"""Trivy itself, with a database that holds no more than the test says."""

import asyncio
import datetime as dt
from pathlib import Path

import pytest

from bot.errors import EvidenceError
from bot.http import client
from bot.scanners import Means, Store, Tool, chosen
from tests.scanners import trivy_db
from tests.scanners.images import laid_out, package

pytestmark = pytest.mark.slow
ROWS = [
    ("bash", "CVE-2024-0001", "5.2.15-3", "HIGH"),  # fixed by the new image
    ("curl", "CVE-2024-0002", "", "CRITICAL"),  # in both
    ("zlib", "CVE-2024-0003", "1:1.3-2", "LOW"),  # zlib1g comes with the new image
    ("perl", "CVE-2024-0004", "", "MEDIUM"),  # perl goes with the old image
    ("openssl", "CVE-2024-0005", "1.0-1", "HIGH"),  # neither has a version as old
]
OLD = [
    package("bash", "5.2.15-2+b13", "bash", "5.2.15-2"),
    package("libcurl4", "7.88.1-10", "curl"),
    package("curl", "7.88.1-10"),
    package("perl-base", "5.36.0-7", "perl"),
    package("libssl3", "3.0.11-1", "openssl"),
]
NEW = [
    package("bash", "5.2.15-3+b1", "bash", "5.2.15-3"),
    package("libcurl4", "7.88.1-11", "curl"),
    package("curl", "7.88.1-11"),
    package("zlib1g", "1:1.3-1", "zlib"),
    package("libssl3", "3.0.11-1", "openssl"),
]


def compare(program, tmp_path, *images, **more):
    async def ask():
        async with client() as http:
            tool = Tool(program, tmp_path / "cache", offline=True)
            store = Store(tmp_path / "kept.sqlite", 1)
            means = Means(http, store, lambda: dt.datetime.now(dt.UTC), {"trivy": tool}, **more)
            (scanner,) = chosen(means, ["trivy"])
            return await scanner.compare(*images)

    return asyncio.run(ask())


def rows(scan):
    return {(f.id, f.package, f.installed, f.severity, f.state) for f in scan.findings}


@pytest.fixture
def both(tmp_path):
    trivy_db.make(tmp_path / "cache", ROWS)
    return laid_out(tmp_path / "old", OLD), laid_out(tmp_path / "new", NEW)


def test_trivy_tells_the_rows_as_they_were_made(trivy_program, tmp_path, both):
    told = compare(trivy_program, tmp_path, *both)
    assert (told.old.version, told.old.packages, told.old.doubts) == ("0.59.1", 5, ())
    assert (told.new.packages, told.new.doubts, told.new.database) == (5, (), told.old.database)
    assert rows(told.old) == {
        ("CVE-2024-0001", "bash", "5.2.15-2", "high", "fixed"),
        ("CVE-2024-0002", "curl", "7.88.1-10", "critical", "not-fixed"),
        ("CVE-2024-0004", "perl", "5.36.0-7", "medium", "not-fixed"),
    }
    assert rows(told.new) == {
        ("CVE-2024-0002", "curl", "7.88.1-11", "critical", "not-fixed"),
        ("CVE-2024-0003", "zlib", "1:1.3-1", "low", "fixed"),
    }


def test_binaries_of_one_source_make_one_row(trivy_program, tmp_path, both):
    told = compare(trivy_program, tmp_path, *both)
    (curl,) = [found for found in told.new.findings if found.package == "curl"]
    assert curl.binaries == ("curl", "libcurl4")
    assert curl.severities == {"debian": "critical", "nvd": "critical"}
    assert (curl.title, curl.family) == ("About CVE-2024-0002", "deb")


def test_what_was_scanned_is_not_scanned_again(trivy_program, tmp_path, both):
    first = compare(trivy_program, tmp_path, *both)
    for image in both:  # so that a scan would fail
        Path(image.layout, "index.json").unlink()
    assert compare(trivy_program, tmp_path, *both) == first


def test_a_list_to_ignore_and_a_vex_document_are_handed_to_trivy(trivy_program, tmp_path, both):
    ignore = tmp_path / "ignored"
    ignore.write_text("CVE-2024-0001 # nobody uses it\n")
    vex = tmp_path / "vex.json"
    vex.write_text(
        '{"@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://example.org/1", "author": "a",'
        ' "timestamp": "2024-01-01T00:00:00Z", "version": 1, "statements": [{"vulnerability":'
        ' {"name": "CVE-2024-0004"}, "products": [{"@id": "pkg:deb/debian/perl-base"}],'
        ' "status": "not_affected", "justification": "component_not_present"}]}'
    )
    told = compare(trivy_program, tmp_path, *both, vex=(vex,), ignore=ignore)
    assert [found.id for found in told.old.findings] == ["CVE-2024-0002"]
    assert told.old.suppressed == 2


def test_an_image_whose_system_trivy_does_not_see_is_doubted(trivy_program, tmp_path, both):
    blind = laid_out(tmp_path / "blind", OLD, files={})
    told = compare(trivy_program, tmp_path, blind, both[1])
    assert "Trivy did not recognise the distribution." in told.old.doubts


def test_trivy_without_a_database_is_an_error_of_ours(trivy_program, tmp_path):
    images = laid_out(tmp_path / "old", OLD), laid_out(tmp_path / "new", NEW)
    with pytest.raises(EvidenceError, match="no vulnerability database"):
        compare(trivy_program, tmp_path, *images)


def test_an_image_that_is_not_there_is_an_error_of_ours(trivy_program, tmp_path, both):
    Path(both[0].layout, "index.json").unlink()
    with pytest.raises(EvidenceError, match=r"^trivy failed: "):
        compare(trivy_program, tmp_path, *both)
