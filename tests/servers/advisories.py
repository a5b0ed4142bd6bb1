"""Records of vulnerabilities, as OSV publishes them."""


def record(name, package, since, fixed):
    """One of a Debian package: since which version, and in which fixed, if in any."""
    events = [{"introduced": since}, *([{"fixed": fixed}] if fixed else [])]
    return {
        "id": f"DEBIAN-{name}",
        "modified": "2026-11-20T00:00:00Z",
        "upstream": [name],
        "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
        "affected": [
            {
                "package": {"ecosystem": "Debian:12", "name": package},
                "ranges": [{"type": "ECOSYSTEM", "events": events}],
            }
        ],
    }
