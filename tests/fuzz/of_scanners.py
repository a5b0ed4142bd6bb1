"""Targets: what scanners and databases of vulnerabilities say."""

import datetime as dt
import io
import json
import tempfile
import zipfile
from pathlib import Path

from bot.errors import EvidenceError
from bot.http import Asks
from bot.scanners import cvss, ids, purls
from bot.scanners.grype import report as grype
from bot.scanners.keeping import packed, unpacked
from bot.scanners.kept import Identity
from bot.scanners.moments import moment
from bot.scanners.osv import here, local, online, records
from bot.scanners.osv.api import Api
from bot.scanners.osv.asked import side
from bot.scanners.programs import numbers, understood, version
from bot.scanners.severity import of_word
from bot.scanners.silencing import silence
from bot.scanners.store import Store
from bot.scanners.trivy import report as trivy
from tests.fuzz.answers import Host, answer, ended
from tests.fuzz.target import Target, given, parts
from tests.scanners.fakes import grype_report, trivy_report
from tests.scanners.images import contents, opened, package
from tests.scanners.osv_server import record

IDENTITY = Identity("1.0", "today")
BASH = package("bash", "5.2.15-2+b13", "bash", "5.2.15-2")
IMAGE = contents(BASH)
TODAY = dt.date(2026, 11, 22)
FINDING = {
    "VulnerabilityID": "CVE-2024-0001",
    "VendorIDs": ["DSA-1"],
    "PkgName": "bash",
    "PkgIdentifier": {"UID": "u1", "PURL": "pkg:deb/debian/bash@5.2.15-2%2Bb13?distro=debian-12.5"},
    "InstalledVersion": "5.2.15-2+b13",
    "FixedVersion": "5.2.15-3",
    "Severity": "HIGH",
    "SeveritySource": "debian",
    "VendorSeverity": {"nvd": 3, "debian": 1.0},
    "Status": "affected",
    "PrimaryURL": "https://avd.example/x",
    "Title": "a",
}
PACKAGE = {
    "Identifier": {"UID": "u1"},
    "ID": "bash@5.2.15-2+b13",
    "Name": "bash",
    "SrcName": "bash",
    "SrcVersion": "5.2.15",
    "SrcRelease": "2",
    "SrcEpoch": 1,
}
MATCH = {
    "vulnerability": {
        "id": "CVE-2024-0001",
        "severity": "High",
        "fix": {"versions": ["1"], "state": "fixed"},
        "namespace": "debian:distro:debian:12",
        "dataSource": "https://x",
    },
    "relatedVulnerabilities": [{"id": "CVE-2024-0001", "namespace": "nvd:cpe", "severity": "Low"}],
    "artifact": {
        "name": "bash",
        "version": "5.2.15-2+b13",
        "type": "deb",
        "purl": "pkg:deb/debian/bash@5.2.15-2%2Bb13",
        "upstreams": [{"name": "bash", "version": "5.2.15-2"}],
    },
}
RECORD = record(
    "DEBIAN-CVE-2024-0001",
    events=[{"introduced": "0"}, {"fixed": "5.2.15-3"}],
    aliases=["CVE-2024-0001"],
    upstream=["CVE-2024-0001"],
    severity=[{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
    references=[{"url": "https://x.example/advisories/DSA-1-1"}],
    database_specific={"severity": "HIGH"},
    summary="a",
)
VEX = {
    "@context": "https://openvex.dev/ns/v0.2.0",
    "timestamp": "2024-01-01T00:00:00Z",
    "statements": [
        {
            "vulnerability": {"name": "CVE-2024-0001", "aliases": ["GHSA-x"]},
            "products": [{"@id": "pkg:deb/debian/bash", "subcomponents": [{"@id": "x"}]}, "y"],
            "status": "not_affected",
        }
    ],
}


def said_by(reader):
    def read(data):
        with understood("it"):
            scan = reader(data)
        assert unpacked(packed(scan)) == scan

    return read


def kept(data):
    scan = unpacked(data)
    if scan is not None:
        packed(scan)


def silenced(data):
    vex, _, ignored = data.partition(b"\n\0\n")
    scan = trivy.read(json.dumps(TRIVY).encode(), IDENTITY, IMAGE)
    with tempfile.TemporaryDirectory() as folder:
        paths = Path(folder, "vex.json"), Path(folder, "ignored")
        for path, body in zip(paths, (vex, ignored), strict=True):
            path.write_bytes(body)
        silence(paths[:1], paths[1], TODAY).over(scan, IMAGE.image)


def both():
    return side(IMAGE), side(IMAGE)


def on_this_machine(name):
    """Records in a file of a name, matched with an image."""

    def read(data):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, name)
            path.write_bytes(data)
            image = opened(BASH)
            local.shelf([path], {("Debian", "bash")})  # here, as the other does it in a thread
            ended(here.scans([path], Store(None, 1), (image, image), both()))

    return read


def fetched(data):
    host: Asks = Host(data)
    ended(online.scans(Api(host, "https://osv.example"), Store(None, 1), both(), "OSV"))


def zipped(*bodies):
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, body in enumerate(bodies):
            info = zipfile.ZipInfo(f"{number}.json", (2024, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, body)
    return into.getvalue()


def told(data):
    found = records.read(data)
    assert records.read(records.slim(data)).id == found.id
    records.severity(found.severities)


def worded(data):
    one, other, _ = parts(data, 3)
    cvss.severity(one)
    ids.canonical([one, other])
    purls.read(other)
    moment(one)
    of_word(one)
    numbers(version("it", other))


def as_json(*documents):
    return lambda: [json.dumps(each).encode() for each in documents]


TRIVY = trivy_report(FINDING, packages=[PACKAGE])
GRYPE = grype_report(MATCH, version=IDENTITY.version)
CATALOGUE = {"components": [{"purl": "pkg:deb/debian/bash@1"}, {"purl": "pkg:npm/x@1"}]}
BODY = json.dumps(RECORD).encode()
BATCH = answer(json.dumps({"results": [{"vulns": [{"id": RECORD["id"], "modified": "2026"}]}]}))
NO = (EvidenceError,)
TARGETS = [
    Target("trivy", said_by(lambda data: trivy.read(data, IDENTITY, IMAGE)), as_json(TRIVY), NO),
    Target(
        "grype",
        said_by(lambda data: grype.read(data, IDENTITY, IMAGE, grype.Counted(1, 0))),
        as_json(GRYPE),
        NO,
    ),
    Target("catalogue", grype.counted, as_json(CATALOGUE)),
    Target(
        "scan that was kept",
        kept,
        lambda: [packed(trivy.read(json.dumps(TRIVY).encode(), IDENTITY, IMAGE))],
    ),
    Target(
        "silence",
        silenced,
        lambda: [json.dumps(VEX).encode() + b"\n\0\nCVE-2024-0001 exp:2027-01-31 # a\n"],
        NO,
    ),
    Target("osv:record", told, as_json(RECORD), (ValueError,)),
    Target("osv:file", on_this_machine("a.json"), as_json(RECORD), NO),
    Target("osv:zip", on_this_machine("all.zip"), lambda: [zipped(BODY, b"{}")], NO),
    Target("osv:api", fetched, lambda: [BATCH + b"\0" + answer(BODY)], NO),
    Target(
        "words of scanners",
        worded,
        given(
            "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H\nv0.74.0-rc1",
            "AV:N/AC:L/Au:N/C:P/I:P/A:P\n1.2.3",
            "2026-11-21T18:00:00.123456789Z\npkg:deb/debian/bash@5%2B1?a=b#c",
            "HIGH\nCVE-2024-0001",
        ),
        NO,
    ),
]
