"""Where a package's changes can be read."""

import pytest

from bot.model import OsRelease, Package, SourceChange
from bot.wording.sources import page_of


def changed(source="glibc", commit="", new="2.36-9+deb12u9"):
    after = (Package("apk", source, new, source, new, commit=commit),)
    return SourceChange(source, "upgraded", "1", new, after=after)


@pytest.mark.parametrize(
    ("system", "page"),
    [
        ("debian", "https://tracker.debian.org/pkg/glibc"),
        ("ubuntu", "https://launchpad.net/ubuntu/+source/glibc/2.36-9%2Bdeb12u9"),
        ("wolfi", "https://github.com/wolfi-dev/os/blob/main/glibc.yaml"),
        ("alpine", "https://pkgs.alpinelinux.org/packages?name=glibc"),
        ("rhel", "https://gitlab.com/redhat/centos-stream/rpms/glibc"),
        ("rocky", "https://git.rockylinux.org/staging/rpms/glibc"),
        ("almalinux", "https://git.almalinux.org/rpms/glibc"),
        ("fedora", "https://src.fedoraproject.org/rpms/glibc"),
        ("opensuse-leap", "https://software.opensuse.org/package/glibc"),
        ("amzn", ""),
        ("", ""),
    ],
)
def test_a_source_leads_to_its_page_at_its_distribution(system, page):
    assert page_of(changed(), OsRelease(system)) == page


def test_an_alpine_package_leads_to_the_commit_it_was_built_from():
    page = page_of(changed("musl", "a" * 40), OsRelease("alpine"))
    assert page == f"https://gitlab.alpinelinux.org/alpine/aports/-/commit/{'a' * 40}"


def test_where_no_system_is_known_nothing_is_linked():
    assert page_of(changed(), None) == ""


def test_a_hostile_name_stays_in_its_place_of_the_address():
    page = page_of(changed("../../x)](https://evil.example"), OsRelease("debian"))
    assert page.startswith("https://tracker.debian.org/pkg/..%2F..%2Fx%29%5D%28")


def test_what_was_removed_leads_to_what_it_was():
    gone = SourceChange(
        "wget", "removed", "1.21-1", before=(Package("deb", "wget", "1", "w", "1"),)
    )
    assert page_of(gone, OsRelease("ubuntu")).endswith("/wget/1.21-1")
