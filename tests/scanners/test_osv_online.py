"""Packages matched by an OSV service: what it is asked, and what is made of its answers."""

import asyncio
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from bot.errors import EvidenceError
from bot.http import client
from bot.model import Opened, OsRelease
from bot.scanners import Means, Store, chosen
from bot.scanners.osv import api, online
from tests.scanners.fakes import NOW, compare
from tests.scanners.images import contents, opened, package
from tests.scanners.osv_server import OsvServer, record

BASH = package("bash", "5.2.15-2+b13", "bash", "5.2.15-2")
NEW_BASH = package("bash", "5.2.15-3+b1", "bash", "5.2.15-3")
UNTIL_3 = [{"introduced": "0"}, {"fixed": "5.2.15-3"}]
KEY = ("Debian:12", "bash")


class Bash(OsvServer):
    """It tells versions of bash apart, as the service would."""

    def one(self, query):
        return super().one(query) if query["version"] == "5.2.15-2" else {}


def asked(server, folder, old=(BASH,), new=(NEW_BASH,), **more):
    images = [each if isinstance(each, Opened) else opened(*each) for each in (old, new)]
    return compare("osv", folder, images, handler=server, **more)


def refusal(*args, **more):
    with pytest.raises(EvidenceError) as caught:
        asked(*args, **more)
    return str(caught.value)


# ---------------------------------------------------------------- what is asked


def test_source_packages_are_asked_about_by_their_source_versions_once(tmp_path):
    server = OsvServer()
    old = (
        BASH,
        package("bsdutils", "1:2.38.1-5", "util-linux", "2.38.1-5"),
        package("mount", "2.38.1-5", "util-linux"),
    )
    asked(server, tmp_path, old, (*old, NEW_BASH))
    assert server.asked() == [
        ("Debian:12", "bash", "5.2.15-2"),
        ("Debian:12", "bash", "5.2.15-3"),
        ("Debian:12", "util-linux", "2.38.1-5"),
    ]


def test_a_batch_holds_no_more_than_the_service_takes(tmp_path):
    server = OsvServer()
    many = tuple(package(f"p{n:04}", "1") for n in range(2500))
    told = asked(server, tmp_path, many, many)
    assert [len(queries) for queries in server.batches] == [1000, 1000, 500]
    assert told.old.packages == 2500


def test_pages_are_turned_until_there_are_no_more(tmp_path):
    ids = [f"DEBIAN-CVE-2024-{n:04}" for n in range(7)]
    server = Bash({KEY: ids}, page=3)
    told = asked(server, tmp_path)
    assert [found.id for found in told.old.findings] == [i.removeprefix("DEBIAN-") for i in ids]
    assert [len(queries) for queries in server.batches] == [2, 1, 1]  # only what has more is asked


def test_a_page_that_is_empty_but_for_a_token_is_not_the_last(tmp_path):
    server = Bash({KEY: ["DEBIAN-CVE-2024-0001"]}, late=3)
    assert len(asked(server, tmp_path).old.findings) == 1


def test_pages_without_end_are_no_evidence(tmp_path):
    why = refusal(Bash({KEY: []}, late=10_000), tmp_path)
    assert why == "api.osv.dev has no end of pages"


def test_one_bad_query_does_not_lose_the_others(tmp_path):
    names = [f"p{n:02}" for n in range(20)]
    many = tuple(package(name, "1") for name in names)
    server = OsvServer({("Debian:12", "p07"): ["DEBIAN-CVE-2024-0001"]}, refused=["p05", "p11"])
    told = asked(server, tmp_path, many, many)
    assert [found.package for found in told.new.findings] == ["p07"]
    assert told.new.doubts == ("OSV took no question about 2 packages (p05).",)


def test_a_service_that_refuses_everything_is_no_evidence(tmp_path):
    many = tuple(package(f"p{n:03}", "1") for n in range(200))
    server = OsvServer(refused=[p.name for p in many])
    assert (
        refusal(server, tmp_path, many, many)
        == "api.osv.dev refuses what it is asked about packages"
    )
    assert len(server.batches) < 250


@pytest.mark.parametrize("status", [403, 404, 501])
def test_a_service_that_does_not_answer_is_no_evidence(status, tmp_path):
    why = refusal(lambda _: httpx.Response(status), tmp_path)
    assert why == f"api.osv.dev answers {status} to a batch of packages"


def test_a_service_that_is_not_there_is_no_evidence(tmp_path):
    def handler(request):
        raise httpx.ConnectError("refused", request=request)

    assert refusal(handler, tmp_path) == "api.osv.dev: no connection to it; try again later"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"<html>", "api.osv.dev sent what is not JSON"),
        (b"{}", "api.osv.dev sent 0 results for 2 packages"),
        (b'{"results": [{}]}', "api.osv.dev sent 1 results for 2 packages"),
        (
            b'{"results": [{"vulns": [{"id": "../x"}]}, {}]}',
            "api.osv.dev names a record that is none",
        ),
        (b'{"results": [{"vulns": [{}]}, {}]}', "api.osv.dev names a record that is none"),
    ],
)
def test_an_answer_that_is_none_is_no_evidence(body, why, tmp_path):
    assert refusal(lambda _: httpx.Response(200, content=body), tmp_path) == why


def test_another_service_is_asked_where_one_is_said(tmp_path):
    seen = set()

    def handler(request):
        seen.add((request.url.host, request.url.path))
        return httpx.Response(200, content=b'{"results": [{}, {}]}')

    told = asked(handler, tmp_path, osv_url="https://osv.example.org/mirror/")
    assert seen == {("osv.example.org", "/mirror/v1/querybatch")}
    assert told.old.database == "osv.example.org on 2026-11-22"


# ---------------------------------------------------------------- what is made of records


def test_what_a_record_tells_is_told(tmp_path):
    server = Bash(
        {KEY: ["DEBIAN-CVE-2024-0001"]},
        [record(
            "DEBIAN-CVE-2024-0001", events=UNTIL_3, upstream=["CVE-2024-0001"], summary="A hole\nin bash",
            severity=[{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
            affected={"ecosystem_specific": {"urgency": "low"}},
        )],
    )  # fmt: skip
    (got,) = asked(server, tmp_path).old.findings
    assert (got.id, got.package, got.family, got.installed) == (
        "CVE-2024-0001",
        "bash",
        "deb",
        "5.2.15-2",
    )
    assert (got.fixed_in, got.state) == ("5.2.15-3", "fixed")
    assert got.severities == {"cvss": "critical", "debian": "low"}
    assert got.severity == "low"  # the vendor's word before the number
    assert (got.title, got.url) == ("A hole", "https://osv.dev/vulnerability/DEBIAN-CVE-2024-0001")
    assert got.binaries == ("bash",)


def test_a_record_that_was_withdrawn_tells_nothing(tmp_path):
    gone = record("DEBIAN-CVE-2024-0001", withdrawn="2025-01-01T00:00:00Z")
    told = asked(Bash({KEY: [gone["id"]]}, [gone]), tmp_path)
    assert (told.old.findings, told.old.doubts) == ((), ())


def test_a_bundle_is_each_of_its_cves_and_one_with_what_tells_them_singly(tmp_path):
    bundle = record("DSA-5611-1", events=UNTIL_3, upstream=["CVE-2024-0002", "CVE-2024-0001"])
    single = record("DEBIAN-CVE-2024-0001", events=UNTIL_3, upstream=["CVE-2024-0001"])
    server = Bash({KEY: [bundle["id"], single["id"]]}, [bundle, single])
    got = asked(server, tmp_path).old.findings
    assert [(found.id, found.aliases) for found in got] == [
        ("CVE-2024-0001", {"CVE-2024-0001", "DEBIAN-CVE-2024-0001", "DSA-5611-1"}),
        ("CVE-2024-0002", {"CVE-2024-0002", "DSA-5611-1"}),
    ]


def test_an_advisory_without_cve_goes_by_its_own_name(tmp_path):
    own = record("DSA-1-1", events=UNTIL_3)
    (got,) = asked(Bash({KEY: ["DSA-1-1"]}, [own]), tmp_path).old.findings
    assert (got.id, got.severity) == ("DSA-1-1", "unknown")


def test_what_a_distribution_published_is_told_also_where_it_is_only_referred_to(tmp_path):
    own = record(
        "UBUNTU-CVE-2024-0001",
        events=UNTIL_3,
        related=["USN-2-1"],
        references=[
            {"type": "ADVISORY", "url": "https://ubuntu.com/security/notices/USN-6986-1/"},
            {"type": "WEB", "url": "https://linux.oracle.com/errata/ELSA-2024-1.html#x"},
            {"type": "REPORT", "url": "https://example.org/DSA-1"},
            {"url": 7},
        ],
    )
    server = Bash({KEY: [own["id"]]}, [own])
    for _ in range(2):  # as it comes, and as it is kept
        (got,) = asked(server, tmp_path).old.findings
        assert got.aliases - {"CVE-2024-0001", own["id"]} == {
            "ELSA-2024-1",
            "USN-2-1",
            "USN-6986-1",
        }


def test_a_record_about_another_release_tells_no_fix(tmp_path):
    other = record("DEBIAN-CVE-2024-0001", ecosystem="Debian:11", events=UNTIL_3)
    (got,) = asked(Bash({KEY: [other["id"]]}, [other]), tmp_path).old.findings
    assert (got.fixed_in, got.state) == ("", "unknown")


# ---------------------------------------------------------------- records that cannot be had


def test_an_id_that_names_a_cve_is_enough_without_its_record(tmp_path):
    told = asked(Bash({KEY: ["DEBIAN-CVE-2024-0001"]}), tmp_path)
    (got,) = told.old.findings
    assert (got.id, got.severity, got.state, got.fixed_in) == (
        "CVE-2024-0001",
        "unknown",
        "unknown",
        "",
    )
    assert told.old.doubts == told.new.doubts == ()


def test_an_id_that_does_not_is_doubted(tmp_path):
    told = asked(Bash({KEY: ["DSA-1-1", "DSA-2-1"]}), tmp_path)
    assert told.old.doubts == ("2 records of OSV could not be had (DSA-1-1).",)
    assert told.new.doubts == ()


@pytest.mark.parametrize("sent", [b"{", b"[]", b'{"id": "DSA-2-1"}', b'{"id": 1}', b"[" * 99_999])
def test_a_record_that_is_none_is_not_kept(sent, tmp_path):
    server = Bash({KEY: ["DSA-1-1"]})

    def handler(request):
        return httpx.Response(200, content=sent) if "vulns" in request.url.path else server(request)

    for _ in range(2):
        assert asked(handler, tmp_path).old.doubts == (
            "1 record of OSV could not be had (DSA-1-1).",
        )
    server.records["DSA-1-1"] = record("DSA-1-1", events=UNTIL_3)
    assert asked(server, tmp_path).old.doubts == ()


def test_more_than_is_fetched_at_most_is_told_by_ids(tmp_path, monkeypatch):
    monkeypatch.setattr(online, "MOST_FETCHED", 2)
    ids = [f"DEBIAN-CVE-2024-{n:04}" for n in range(4)]
    server = Bash({KEY: ids}, [record(i, events=UNTIL_3) for i in ids])
    got = asked(server, tmp_path).old.findings
    assert len(got) == 4
    assert [bool(found.fixed_in) for found in got] == [True, True, False, False]


def test_records_of_one_side_only_are_fetched_first(tmp_path, monkeypatch):
    monkeypatch.setattr(online, "MOST_FETCHED", 1)
    server = OsvServer(
        {("Debian:12", "a"): ["DEBIAN-CVE-2024-0001"], ("Debian:12", "z"): ["DEBIAN-CVE-2024-0002"]}
    )
    both = package("a", "1")
    asked(server, tmp_path, (both,), (both, package("z", "1")))
    assert server.fetched == ["DEBIAN-CVE-2024-0002"]


def test_records_without_measure_are_no_evidence(tmp_path, monkeypatch):
    monkeypatch.setattr(online, "_BYTES", 1000)
    large = record("DSA-1-1", events=UNTIL_3, details="x" * 2000)
    assert refusal(Bash({KEY: ["DSA-1-1"]}, [large]), tmp_path).startswith(
        "api.osv.dev sent more than "
    )


# ---------------------------------------------------------------- what is kept


def test_a_record_is_fetched_once_until_it_is_modified(tmp_path):
    told = record("DEBIAN-CVE-2024-0001", events=UNTIL_3)
    server = Bash({KEY: [told["id"]]}, [told])
    first = asked(server, tmp_path)
    assert asked(server, tmp_path) == first
    assert server.fetched == ["DEBIAN-CVE-2024-0001"]
    server.records[told["id"]] = {**told, "modified": "2026-11-02T00:00:00Z", "summary": "worse"}
    assert asked(server, tmp_path).old.findings[0].title == "worse"
    assert len(server.fetched) == 2


def test_what_is_known_of_packages_is_asked_each_time(tmp_path):
    server = Bash({KEY: []})
    asked(server, tmp_path)
    server.about[KEY] = ["DEBIAN-CVE-2024-0001"]
    assert len(asked(server, tmp_path).old.findings) == 1


# ---------------------------------------------------------------- what cannot be asked


@pytest.mark.parametrize(
    ("image", "doubt"),
    [
        (contents(BASH, os=None), "OSV does not cover an unknown distribution."),
        (contents(BASH, os=OsRelease("sles", "15.5")), "OSV does not cover sles 15.5."),
        (contents(BASH, os=OsRelease("debian")), "OSV does not cover debian."),
        (contents(), "OSV was not asked, as no package of a system was found."),
    ],
)
def test_what_is_not_covered_is_said_and_nobody_asked(image, doubt, tmp_path):
    told = compare("osv", tmp_path, (Opened(image, ""), Opened(image, "")))
    assert (told.old.findings, told.old.doubts) == ((), (doubt,))


def test_versions_that_are_none_are_counted(tmp_path):
    odd = [package(name, "1.0 beta") for name in "abcde"]
    told = asked(OsvServer(), tmp_path, (BASH, *odd), (NEW_BASH, *odd[:1]))
    assert told.old.doubts == (
        "The versions of 5 packages (a, b, c, …) are none that can be compared.",
    )
    assert told.new.doubts == ("The versions of 1 package (a) are none that can be compared.",)


def test_packages_of_another_kind_and_what_could_not_be_read_are_said(tmp_path):
    image = opened(BASH, package("musl", "1", family="apk"), missing=("A layer is foreign.",))
    told = asked(OsvServer(), tmp_path, image, image)
    assert told.old.doubts == (
        "OSV was not asked about all packages, as not all of the image could be read.",
        "OSV was not asked about 1 package of another kind.",
    )


def test_what_is_ignored_is_counted(tmp_path):
    ignore = tmp_path / "ignored"
    ignore.write_text("# ours\nCVE-2024-0001 exp:2026-11-22\nCVE-2024-0002 exp:2026-11-21\n")
    server = Bash({KEY: ["DEBIAN-CVE-2024-0001", "DEBIAN-CVE-2024-0002"]})
    told = asked(server, tmp_path, ignore=ignore)
    assert [found.id for found in told.old.findings] == ["CVE-2024-0002"]
    assert (told.old.suppressed, told.new.suppressed) == (1, 0)


# ---------------------------------------------------------------- over a real connection


def test_a_batch_and_its_records_over_the_wire(tmp_path):
    server = Bash({KEY: ["DEBIAN-CVE-2024-0001"]}, [record("DEBIAN-CVE-2024-0001", events=UNTIL_3)])

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answered(self):
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            got = server(httpx.Request(self.command, f"http://x{self.path}", content=body))
            self.send_response(got.status_code)
            self.send_header("content-length", str(len(got.content)))
            self.end_headers()
            self.wfile.write(got.content)

        do_GET = do_POST = answered  # noqa: N815 -- their names

        def log_message(self, *_):
            pass

    service = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=service.serve_forever)
    thread.start()
    try:
        told = over_the_wire(tmp_path, f"http://127.0.0.1:{service.server_port}")
    finally:
        service.shutdown()
        thread.join()
        service.server_close()
    assert [found.fixed_in for found in told.old.findings] == ["5.2.15-3"]
    assert json.dumps(server.batches[0][0]) == (
        '{"package": {"ecosystem": "Debian:12", "name": "bash"}, "version": "5.2.15-2"}'
    )


def over_the_wire(folder, url):
    async def ask():
        async with client() as http:
            means = Means(http, Store(None, 1), lambda: NOW, osv_url=url)
            (scanner,) = chosen(means, ["osv"])
            return await scanner.compare(opened(BASH), opened(NEW_BASH))

    return asyncio.run(ask())


def test_the_bounds_are_those_of_the_service():
    assert api.MOST_AT_ONCE == 1000
