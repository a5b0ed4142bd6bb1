"""A vulnerability database for Trivy, made of a few rows.

The buckets are those of https://github.com/aquasecurity/trivy-db/blob/main/pkg/db/db.go.
"""

import datetime as dt
import json

from tests.scanners.tinybolt import written

SOURCE = {"ID": "debian", "Name": "Debian Security Tracker", "URL": "https://example.org/debian"}
LEVELS = ("UNKNOWN", "LOW", "MEDIUM", "HIGH", "CRITICAL")
STATUSES = ("unknown", "not_affected", "affected", "fixed", "under_investigation", "will_not_fix")


def packed(value):
    return json.dumps(value).encode()


def make(cache, rows, platform="debian 12", updated=None):
    """`rows` are (source package, CVE, fixed version or "", level); `cache` is Trivy's folder."""
    advisories, about = {}, {}
    for package, cve, fixed, level in rows:
        number = LEVELS.index(level)
        status = STATUSES.index("fixed" if fixed else "affected")
        advisories.setdefault(package, {})[cve] = packed(
            {"FixedVersion": fixed, "Severity": number, "Status": status}
            if fixed
            else {"Severity": number, "Status": status}
        )
        about[cve] = packed(
            {
                "Title": f"About {cve}",
                "Severity": level,
                "VendorSeverity": {"nvd": number, "debian": number},
            }
        )
    data = {platform: advisories, "vulnerability": about, "data-source": {platform: packed(SOURCE)}}
    now = (updated or dt.datetime.now(dt.UTC)).isoformat().replace("+00:00", "Z")
    meta = {
        "Version": 2,
        "NextUpdate": "2099-01-01T00:00:00Z",
        "UpdatedAt": now,
        "DownloadedAt": now,
    }
    folder = cache / "db"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "trivy.db").write_bytes(written(data))
    (folder / "metadata.json").write_bytes(packed(meta))
