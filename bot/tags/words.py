"""The words that tags are made of, by what they mean. All lower case."""

from __future__ import annotations

from typing import Final


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Names that a publisher moves from build to build, whatever their version.
CHANNELS: Final = _words(
    """latest stable lts edge nightly current mainline rawhide rolling tip head master main trunk
    develop unstable testing sid experimental candidate canary next innovation beta alpha rc
    preview release prod production staging snapshot oldstable oldoldstable backports weekly daily
    monthly insiders x"""
)

#: Codenames of releases: of Debian, of Ubuntu, of Node.js LTS lines, of ROS.
CODENAMES: Final = _words(
    """wheezy jessie stretch buster bullseye bookworm trixie forky duke
    precise trusty utopic vivid wily xenial yakkety zesty artful bionic cosmic disco eoan focal
    groovy hirsute impish jammy kinetic lunar mantic noble oracular plucky questing resolute
    stonking argon boron carbon dubnium erbium fermium gallium hydrogen iron jod krypton
    kilted jazzy humble galactic foxy melodic noetic"""
)

#: Families of operating systems, as tags shorten them.
SYSTEMS: Final = _words(
    """alpine debian deb ubuntu centos fedora fc el rhel ubi rockylinux rocky almalinux alma ol
    oraclelinux amazonlinux al amzn photon mariner cbl azurelinux wolfi opensuse leap tumbleweed
    sles bci suse archlinux arch ltsc sac nanoserver windowsservercore servercore windows busybox
    distroless minideb deepin openeuler anolis"""
)

#: Names of a proposed change, whose number tells which one: what comes after it succeeds nothing.
REQUESTS: Final = _words("pr mr pull")

#: How the words before a release rank among each other; the release itself comes after all.
PRERELEASES: Final = {
    "nightly": 0,
    "snapshot": 0,
    "canary": 0,
    "dev": 0,
    "ea": 1,
    "alpha": 1,
    "a": 1,
    "beta": 2,
    "b": 2,
    "milestone": 2,
    "m": 2,
    "preview": 3,
    "pre": 3,
    "rc": 4,
    "cr": 4,
    "c": 4,
}

#: Prereleases that need no number (`3.14-rc`); a bare `dev` or `nightly` names a variant instead.
BARE_PRERELEASES: Final = frozenset({"alpha", "beta", "rc", "cr", "pre", "preview", "ea"})

#: Single letters mean a prerelease only where they touch the version (`3.7.0b1`, never `-b07`).
TOUCHING_PRERELEASES: Final = frozenset({"a", "b", "c"})

#: Words that count builds of one version, when their number touches them (`-r8`, `-CU20`).
REVISIONS: Final = _words(
    """r s u p b bp ls wmf rev revision patch patched build hotfix hf pl kb cu gdr h release
    security sec"""
)

#: Words that count builds even where a separator stands before the number (`-patched-1`).
SPACED_REVISIONS: Final = _words(
    """rev revision patch patched build hotfix release security master main develop trunk
    ci"""
)
