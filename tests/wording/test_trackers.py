"""Where a vulnerability and its advisories can be read about."""

import pytest

from bot.model import OsRelease, Row, Vulnerabilities
from bot.model.vulnerabilities import ScannerWord
from bot.wording.trackers import address, notice
from bot.wording.vulnerabilities import vulnerability_sections

CVE = "CVE-2024-5535"


def row(name=CVE, family="deb", **more):
    return Row(name, "openssl", family, "fixed", ("osv",), "high", **more)


@pytest.mark.parametrize(
    ("system", "page"),
    [
        ("debian", f"https://security-tracker.debian.org/tracker/{CVE}"),
        ("ubuntu", f"https://ubuntu.com/security/{CVE}"),
        ("alpine", f"https://security.alpinelinux.org/vuln/{CVE}"),
        ("rhel", f"https://access.redhat.com/security/cve/{CVE}"),
        ("sles", f"https://www.suse.com/security/cve/{CVE}.html"),
        ("amzn", f"https://explore.alas.aws.amazon.com/{CVE}.html"),
        ("wolfi", f"https://nvd.nist.gov/vuln/detail/{CVE}"),
    ],
)
def test_a_cve_leads_to_the_tracker_of_the_distribution_that_has_it(system, page):
    assert address(row(), OsRelease(system)) == page


def test_what_is_no_package_of_a_distribution_leads_to_where_all_are():
    nvd = f"https://nvd.nist.gov/vuln/detail/{CVE}"
    assert address(row(family="npm"), OsRelease("debian")) == nvd
    assert address(row(), None) == nvd
    ghsa = "GHSA-fq5x-69xq-6x23"
    assert address(row(ghsa, "npm"), None) == f"https://github.com/advisories/{ghsa}"
    assert address(row("TEMP-1", url="https://osv.dev/x"), None) == "https://osv.dev/x"
    assert address(row("CVE-1)](https://evil.example", url="u"), OsRelease("debian")) == "u"


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("DSA-5764-1", "https://security-tracker.debian.org/tracker/DSA-5764-1"),
        ("DLA-3942-2", "https://security-tracker.debian.org/tracker/DLA-3942-2"),
        ("USN-6986-1", "https://ubuntu.com/security/notices/USN-6986-1"),
        ("RHSA-2024:8935", "https://access.redhat.com/errata/RHSA-2024:8935"),
        ("RLSA-2024:8935", "https://errata.rockylinux.org/RLSA-2024:8935"),
        ("ALSA-2024:8935", "https://errata.almalinux.org/9/ALSA-2024-8935.html"),
        ("ELSA-2024-8935", "https://linux.oracle.com/errata/ELSA-2024-8935.html"),
        ("ALAS2023-2024-681", "https://alas.aws.amazon.com/AL2023/ALAS2023-2024-681.html"),
        ("ALAS2-2024-2670", "https://alas.aws.amazon.com/AL2/ALAS2-2024-2670.html"),
        ("SUSE-SU-2024:42-1", "https://www.suse.com/support/update/announcement/2024/suse-su-20240042-1/"),
        ("ALAS-2024-1", ""),
        ("DSA-1-1)](https://evil.example", ""),
    ],
)  # fmt: skip
def test_an_advisory_leads_to_its_page(name, page):
    assert notice(name, OsRelease("almalinux", "9.4")) == page


def test_almalinux_has_its_pages_by_release():
    assert notice("ALSA-2024:8935", OsRelease("almalinux", "")) == ""
    assert notice("ALSA-2024:8935", None) == ""


def test_advisories_stand_beside_what_they_are_about():
    names = ("DLA-1-1", "DSA-5764-1", "USN-6986-1")
    found = Vulnerabilities((ScannerWord("osv"),), (row(advisories=names), row("DSA-1-1")))
    text = "\n".join(s.text for s in vulnerability_sections(found, OsRelease("debian")))
    assert (
        f"| [{CVE}](https://security-tracker.debian.org/tracker/{CVE})"
        " ([USN-6986-1](https://ubuntu.com/security/notices/USN-6986-1),"
        " [DSA-5764-1](https://security-tracker.debian.org/tracker/DSA-5764-1)) |"
    ) in text
    assert "| [DSA-1-1](https://security-tracker.debian.org/tracker/DSA-1-1) |" in text
