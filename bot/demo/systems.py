"""What a distribution leaves in an image to be known by: name, packages, users, programs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

# What dpkg and apk call the architectures that Go, and so OCI, calls otherwise.
_DPKG = {"arm": "armhf", "ppc64le": "ppc64el"}
_APK = {"amd64": "x86_64", "arm64": "aarch64", "arm": "armv7"}


def system_files(
    system: Mapping[str, Any], sources: Mapping[str, str], architecture: str
) -> dict[str, str]:
    """
    The files of a system: its name, the database of its packages, its users, its programs.

    `system` has `os` (the fields of os-release(5)), `dpkg` or `apk` (package → version), `users`
    (name → number) and `programs` (paths); `sources` names the source package of a binary package
    where the two differ.
    """
    if not system:
        return {}
    release = "".join(f"{key}={_quoted(value)}\n" for key, value in system["os"].items())
    files = {"etc/os-release": release, **_accounts(system.get("users", {}))}
    files |= programs(system.get("programs", ()))
    if "dpkg" in system:
        arch = _DPKG.get(architecture, architecture)
        files["var/lib/dpkg/status"] = "".join(
            _dpkg_record(name, version, sources.get(name), arch)
            for name, version in sorted(system["dpkg"].items())
        )
    if "apk" in system:
        arch = _APK.get(architecture, architecture)
        files["lib/apk/db/installed"] = "".join(
            _apk_record(name, version, sources.get(name, name), arch)
            for name, version in sorted(system["apk"].items())
        )
    return files


def programs(paths: Iterable[str]) -> dict[str, str]:
    """A file for each program, which does nothing."""
    return dict.fromkeys(paths, "#!/bin/sh\n# Invented for the basewatch demo.\n")


def grown(
    system: Mapping[str, Any], packages: Mapping[str, str], users: Mapping[str, str]
) -> dict[str, Any]:
    """The system with more packages and users; itself where it has no package manager."""
    result = dict(system)
    for part, added in (("dpkg", packages), ("apk", packages), ("users", users)):
        if part in result:
            result[part] = {**result[part], **added}
    return result


def _accounts(users: Mapping[str, str]) -> dict[str, str]:
    """`etc/passwd` and `etc/group`, see passwd(5) and group(5): a group for each user."""
    if not users:
        return {}
    lines = [f"{name}:x:{number}:{number}::/:/sbin/nologin\n" for name, number in users.items()]
    groups = [f"{name}:x:{number}:\n" for name, number in users.items()]
    return {"etc/passwd": "".join(lines), "etc/group": "".join(groups)}


def _dpkg_record(name: str, version: str, source: str | None, architecture: str) -> str:
    """One paragraph of /var/lib/dpkg/status, see deb-status(5) and deb-control(5)."""
    fields = {
        "Package": name,
        "Status": "install ok installed",
        "Priority": "optional",
        "Section": "misc",
        "Maintainer": "basewatch demo <demo@example.org>",
        "Architecture": architecture,
        "Source": source,
        "Version": version,
        "Description": "invented for the basewatch demo",
    }
    return "".join(f"{key}: {value}\n" for key, value in fields.items() if value) + "\n"


def _apk_record(name: str, version: str, origin: str, architecture: str) -> str:
    """One record of /lib/apk/db/installed, see apk-db(5)."""
    fields = {
        "P": name,
        "V": version,
        "A": architecture,
        "T": "invented for the basewatch demo",
        "L": "Apache-2.0",
        "o": origin,
    }
    return "".join(f"{key}:{value}\n" for key, value in fields.items()) + "\n"


def _quoted(value: str) -> str:
    return value if value.isalnum() else f'"{value}"'
