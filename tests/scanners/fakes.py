"""Programs that stand in for scanners: they replay what a test wrote, and note what they were told."""

import asyncio
import datetime as dt
import json
from dataclasses import dataclass
from pathlib import Path

from bot.http import Limits, client
from bot.scanners import Means, Store, Tool, chosen
from tests.servers.scripted import standing_in

NOW = dt.datetime(2026, 11, 22, 6, tzinfo=dt.UTC)

TRIVY = """
case " $* " in
*" version "*) cat version.json ;;
*" --download-db-only "*) [ -e refuse ] && { echo 'FATAL no network' >&2; exit 1; }; touch updated ;;
*)
  for word in "$@"; do [ "$before" = --input ] && side=${word##*/}; before=$word; done
  [ -e after-$side.json ] && cp after-$side.json version.json
  [ -e fail-$side ] && { printf '2026-01-01T00:00:00Z\\tFATAL\\tFatal error\\tno such layer\\n' >&2; exit 1; }
  cat $side.json ;;
esac
"""
GRYPE = """
case " $* " in
*" version "*) cat version.json ;;
*" db status "*) cat status.json; exit $(cat status-code 2>/dev/null || echo 0) ;;
*" db update "*) [ -e refuse ] && { echo 'no network' >&2; exit 1; }; touch updated ;;
*)
  side=${1##*/}
  [ -e packages-$side.json ] && cat packages-$side.json > ${6#*=}
  cat $side.json ;;
esac
"""
NOTING = """#!/bin/sh
printf '%s\\n' "$*" >> {here}/calls
pwd >> {here}/folders
env | sort > {here}/environment
cd {here}
"""


@dataclass
class Fake:
    """A program in a folder, with the files that it answers from."""

    name: str
    here: Path

    @property
    def program(self):
        return str(self.here / self.name)

    def says(self, **files):
        for name, value in files.items():
            path = self.here / f"{name.replace('_', '-')}.json"
            path.write_bytes(value if isinstance(value, bytes) else json.dumps(value).encode())

    def calls(self, word=""):
        path = self.here / "calls"
        told = path.read_text().splitlines() if path.exists() else []
        return [line for line in told if word in line]

    def environment(self):
        lines = (self.here / "environment").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines)


def fake(folder, name, text):
    here = folder / f"fake-{name}"
    here.mkdir(parents=True)
    made = Fake(name, here)
    path = Path(made.program)
    path.write_text(NOTING.format(here=here) + text)
    path.chmod(0o755)
    return made


def trivy(folder):
    made = fake(folder, "trivy", TRIVY)
    made.says(version=trivy_version(), old=trivy_report(), new=trivy_report())
    return made


def trivy_version(version="0.74.0", updated="2026-11-21T18:00:00.123456789Z", **more):
    data = {"Version": 2, "NextUpdate": "2026-11-22T18:00:00Z", "UpdatedAt": updated}
    return {"Version": version, "VulnerabilityDB": data, **more}


def trivy_report(*findings, packages=(), os=None, kind="debian", **more):
    result = {"Target": "x", "Class": "os-pkgs", "Type": kind, "Packages": list(packages)}
    if findings:
        result["Vulnerabilities"] = list(findings)
    os = {"Family": "debian", "Name": "12.5"} if os is None else os
    return {"SchemaVersion": 2, "Metadata": {"OS": os}, "Results": [result], **more}


def grype(folder):
    made = fake(folder, "grype", GRYPE)
    made.says(
        version={"application": "grype", "version": "0.116.0"},
        status={"schemaVersion": "v6.1.9", "built": "2026-11-21T06:00:00Z", "valid": True},
        old=grype_report(),
        new=grype_report(),
    )
    return made


def grype_report(*matches, distro=("debian", "12"), version="0.116.0", **more):
    return {
        "matches": list(matches),
        "distro": dict(zip(("name", "version"), distro, strict=False)),
        "descriptor": {"name": "grype", "version": version},
        **more,
    }


def compare(name, folder, images, *, handler=None, tools=None, days=1, **more):
    """What one scanner says of two images, as in a run of its own."""

    async def ask():
        async with client(Limits(backoff=0.001), standing_in(handler or nobody)) as http:
            store = Store(folder / "kept.sqlite", days)
            means = Means(http, store, lambda: NOW, tools or {}, **more)
            (scanner,) = chosen(means, [name])
            return await scanner.compare(*images)

    return asyncio.run(ask())


def nobody(request):
    raise AssertionError(f"{request.url} was asked")


def tool(made, folder, **more):
    return {made.name: Tool(made.program, folder / "cache", **more)}
