"""Where a person reads what changed in a package: its page at its distribution."""

from __future__ import annotations

from urllib.parse import quote

from bot.model import OsRelease, SourceChange

_ALPINE_COMMIT = "https://gitlab.alpinelinux.org/alpine/aports/-/commit/{commit}"
_PAGES = {
    "almalinux": "https://git.almalinux.org/rpms/{source}",
    "alpine": "https://pkgs.alpinelinux.org/packages?name={source}",
    "centos": "https://gitlab.com/redhat/centos-stream/rpms/{source}",
    "chainguard": "https://github.com/wolfi-dev/os/blob/main/{source}.yaml",
    "debian": "https://tracker.debian.org/pkg/{source}",
    "fedora": "https://src.fedoraproject.org/rpms/{source}",
    "opensuse-leap": "https://software.opensuse.org/package/{source}",
    "opensuse-tumbleweed": "https://software.opensuse.org/package/{source}",
    # Its packages are built from what is developed in CentOS Stream, in public.
    "rhel": "https://gitlab.com/redhat/centos-stream/rpms/{source}",
    "rocky": "https://git.rockylinux.org/staging/rpms/{source}",
    "ubuntu": "https://launchpad.net/ubuntu/+source/{source}/{version}",
    "wolfi": "https://github.com/wolfi-dev/os/blob/main/{source}.yaml",
}
"""By the `ID` of os-release(5). Amazon, Oracle and SUSE have no page for each that all may read."""


def page_of(change: SourceChange, system: OsRelease | None) -> str:
    """
    The page of a source package; empty where its distribution has none.

    Alpine's packages name the very commit that they were built from, so that is where it leads.
    """
    commit = next((package.commit for package in change.after if package.commit), "")
    name = system.id if system else ""
    if name == "alpine" and commit:
        return _ALPINE_COMMIT.format(commit=quote(commit, safe="", errors="replace"))
    version = change.new or change.old
    page = _PAGES.get(name, "")
    source, told = (quote(text, safe="", errors="replace") for text in (change.source, version))
    return page.format(source=source, version=told)
