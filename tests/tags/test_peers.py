"""
What Renovate and Dependabot do, and what basewatch does instead.

Each case is the published behaviour of one of them on a list of tags (their own tests, or a run of
theirs), with our answer. Where ours differs, the reason is given and must be one.
"""

import pytest

from bot.image import ImageRef
from bot.rules import load
from bot.tags import TagBook

BOOK = TagBook(load())


def newest(image, kinds=("revision", "patch", "minor", "date")):
    """What basewatch would move to, and the major that it would offer apart."""
    ref = ImageRef.parse(image[0])
    found = [c for c in BOOK.successors(ref, image[1].split()) if not c.prerelease]
    within = next((c.tag for c in found if c.kind in kinds), None)
    major = next((c.tag for c in found if c.kind == "major"), None)
    return within, major


# image with its tag, tags on offer, theirs, ours, our major, why ours is better where it differs
RENOVATE = [
    ("x/y:20240101", "20240201 20250101 20250601", "20240201 as a major", "20250601", None,
     "a date is not a major, and the newest is meant"),
    ("x/y:20240101-slim", "20250101-slim", None, "20250101-slim", None, "a date is not a major"),
    ("x/y:1779828949", "1781566560", None, "1781566560", None, "seconds are a date too"),
    ("x/y:2024.01.01", "2024.02.01 2025.01.01", "2025.01.01", "2025.01.01", None, ""),
    ("x/y:v1.0.0", "v1.1.0 1.1.0 1.2.0", "1.2.0", "v1.1.0", None, "the spelling is kept"),
    ("x/y:1.2.3-r0", "1.2.3-r1 1.2.3-r2", None, "1.2.3-r2", None, "revisions are builds"),
    ("x/y:3.4.6-debian-9-r24", "3.4.6-debian-9-r25 3.4.7-debian-9-r1", None, "3.4.7-debian-9-r1", None,
     "revisions are read for every publisher"),
    ("x/y:9.4-1194", "9.5-1732", None, "9.5-1732", None, "a number after the version counts builds"),
    ("x/y:3.14.0rc9", "3.14.0rc10", None, "3.14.0rc10", None, "10 is more than 9"),
    ("x/y:3.12.1-alpine3.18", "3.12.2-alpine3.18 3.12.3-alpine3.19", "3.12.2-alpine3.18", "3.12.2-alpine3.18", None, ""),
    ("x/y:17.0.10_7-jre", "17.0.11_9-jre", None, "17.0.11_9-jre", None, "_7 counts builds"),
    ("x/y:RELEASE.2024-01-01T00-00-00Z", "RELEASE.2024-02-01T00-00-00Z", None,
     "RELEASE.2024-02-01T00-00-00Z", None, "a moment is a date"),
    ("x/y:jdk-17.0.1", "jdk-17.0.2", None, "jdk-17.0.2", None, "words may stand before a version"),
    ("x/y:alpine-1.35.1", "alpine-1.35.2", None, "alpine-1.35.2", None, "Alpine has no 1.35"),
    ("x/y:V1.2.3", "V1.2.4", None, "V1.2.4", None, "a V is a v"),
    ("x/y:bookworm-20240101", "bookworm-20240201", None, "bookworm-20240201", None,
     "a date orders whatever it follows"),
    ("x/y:1.25", "1.25.3 1.26.1", None, None, None, ""),
    # versioning/docker/index.spec.ts
    ("x/y:3.7.0", "3.7.0b1 3.7-alpine 3.8.0-alpine 3.8.0b1-alpine 3.8.2", "3.8.2", "3.8.2", None, ""),
    ("x/y:3.7.0-alpine", "3.7.0 3.7.0b1 3.7-alpine 3.8.0-alpine 3.8.0b1-alpine 3.8.2", "3.8.0-alpine",
     "3.8.0-alpine", None, ""),
    ("x/y:1.2.3", "1.2", None, None, None, ""),
    ("x/y:18.04", "18.1", None, None, None, ""),
    ("x/y:10.1.2", "10.1", None, None, None, ""),
    ("x/y:3", "2 3", None, None, None, ""),
    ("x/y:10.0", "10.0.4", None, None, None, ""),
    ("x/y:0a1b2c3", "0a1b2c4 1.2.3", None, None, None, ""),
    ("x/y:foo", "bar 1.2.3", None, None, None, ""),
    # lookup: one precision each
    ("x/y:8.1.0", "8.1.5 8.2.5 8.1 8.2 9.0 9 8", "8.2.5", "8.2.5", None, ""),
    ("x/y:8.1", "8.1.5 8.2.5 8.1 8.2 9.0 9 8", "8.2, major 9.0", "8.2", "9.0", ""),
    ("x/y:8", "8.1.5 8.2.5 8.1 8.2 9.0 9 8", "major 9", None, "9", ""),
    ("x/y:alpine", "3.19 alpine3.19", None, None, None, ""),
    ("node:18.10.0-alpine", "18.19.0-alpine 18.20.0 19.0.0-alpine", "18.19.0-alpine", "18.19.0-alpine", None, ""),
    # ubuntu and debian
    ("ubuntu:16.04.6", "16.04.7 16.04 18.04.5", "16.04.7", "16.04.7", "18.04.5", ""),
    ("ubuntu:20.04", "20.10 21.04 21.10 22.04", "major 22.04", None, "22.04", ""),
    ("ubuntu:jammy-20230716", "jammy jammy-20230816 lunar-20230901", "jammy-20230816", "jammy-20230816", None, ""),
    ("ubuntu:utopic-20150228", "utopic-20150228.1 utopic-20150228.11", "utopic-20150228.11",
     "utopic-20150228.11", None, ""),
    ("ubuntu:artful", "bionic 18.04", "bionic", None, None,
     "another release of the system is a move of the variant, never done unasked"),
    ("debian:bookworm-slim", "trixie-slim", None, None, None, ""),
    ("debian:bookworm-20230816", "bookworm-20230901 trixie-20230901", "bookworm-20230901", "bookworm-20230901", None, ""),
    ("debian:11", "12 12.5 bookworm", "major 12", None, "12", ""),
    # redhat
    ("registry.access.redhat.com/ubi8:1-632", "1-633", "1-633", "1-633", None, ""),
    ("registry.access.redhat.com/ubi8:8.6-754", "8.6-754.1655117782", "8.6-754.1655117782", "8.6-754.1655117782", None, ""),
    ("registry.access.redhat.com/x:v0.4.0-383", "v0.4.0-384", "v0.4.0-384", "v0.4.0-384", None, ""),
    ("registry.access.redhat.com/x:9.0.0", "9.0.0-1471", "9.0.0-1471", None, None,
     "9.0.0 floats over its builds and stays so"),
    ("registry.access.redhat.com/x:1.0.0.GA-20.1770236070", "1.0.0.GA-21.1770336070", "1.0.0.GA-21.1770336070",
     None, None, "GA-21 may be a name; only the digest moves"),
    # bitnami
    ("bitnami/x:12.7.0-debian-10-r69", "12.7.0-debian-10-r100 12.7.0-debian-9-r200", "12.7.0-debian-10-r100",
     "12.7.0-debian-10-r100", None, ""),
    ("bitnami/x:20-debian-12", "21-debian-12 21-debian-13", "major 21-debian-12", None, "21-debian-12", ""),
]  # fmt: skip

DEPENDABOT = [
    ("ubuntu:17.04", "17.04 17.10", "17.10", None, "17.10", ""),
    ("ubuntu:artful", "artful bionic", None, None, None, ""),
    ("ubuntu:309403913c7f0848e6616446edec909b55d53571", "17.10", None, None, None, ""),
    ("ubuntu:1234567890", "1234567891", "1234567891", "1234567891", None, ""),
    ("ubuntu:artful-20170826", "artful artful-20170826 artful-20170916", "artful-20170916", "artful-20170916", None, ""),
    ("ruby:2.4.0-slim", "2.4.1-slim 2.4.2-slim 2.4.2 2.5-slim 2.4.2-slim-jessie", "2.4.2-slim", "2.4.2-slim", None, ""),
    ("ruby:4.0.2-alpine3.23", "4.0.2-slim-bookworm 4.0.3-slim-bookworm 4.0.2", None, None, None, ""),
    ("ruby:4.0.2-alpine3.23", "4.0.3-slim 4.0.3 4.0.3-alpine3.23 4.0.3-alpine3.24", "4.0.3-alpine3.23", "4.0.3-alpine3.23", None, ""),
    ("python:3.5", "3.6 3.7.0a1 3.7.0b1 3.7-rc 3.6.3", "3.6", "3.6", None, ""),
    ("python:3.7.0a1", "3.7.0a1 3.7.0a2", "3.7.0a2", "3.7.0a2", None, ""),
    ("python:3.6", "3.6 3.6.3", None, None, None, ""),
    ("python:3.6.2-alpine3.6", "3.6.3-alpine3.6 3.6.3-alpine3.4 3.6.3", "3.6.3-alpine3.6", "3.6.3-alpine3.6", None, ""),
    ("php:7.4.0RC6-fpm-buster", "7.4.0RC5-fpm-buster 7.4.0RC6-fpm-buster 7.4.0RC6-fpm", None, None, None, ""),
    ("golang:1.25", "1.25.0 1.25.1 1.25", None, None, None, ""),
    ("golang:1.25.0", "1.26.0 1.27.0 1.27", "1.27.0", "1.27.0", None, ""),
    ("golang:1.26.0-alpine3.23", "1.27.0-alpine3.23 1.27.0-alpine3.24", "1.27.0-alpine3.23", "1.27.0-alpine3.23", None, ""),
    ("node:18.0.0-alpine3.18", "22.0.0-alpine3.18 22.0.0-alpine3.19", "22.0.0-alpine3.18", None, "22.0.0-alpine3.18", ""),
    ("node:20.1.0", "21.0.0 22.0.0 23.0.0", "23.0.0", None, "22.0.0", "odd majors of Node.js have no long support"),
    ("nginx:1.25.3-alpine-arm64", "1.25.4-alpine-amd64 1.25.4-alpine-arm64 1.25.4-alpine", "1.25.4-alpine-arm64", "1.25.4-alpine-arm64", None, ""),
    ("nginx:1.25.3-alpine", "1.25.4-alpine-amd64 1.25.4-alpine", "1.25.4-alpine", "1.25.4-alpine", None, ""),
    ("mcr.microsoft.com/dotnet:2.0-sdk", "2.1-sdk 2.1.1-sdk 2.1-runtime", "2.1-sdk", "2.1-sdk", None, ""),
    ("registry.access.redhat.com/ubi8/ubi-minimal:8.7-923.1669829893", "8.5 8.7 8.7-923 8.7-1049", "8.7-1049", "8.7-1049", None, ""),
    ("registry.access.redhat.com/ubi8/ubi-minimal:8.5", "8.7 8.7-1049", "8.7", "8.7", None, ""),
    ("mcr.microsoft.com/windows/servercore:10.0.16299.1087", "10.0.18362.175 ltsc2022", "10.0.18362.175", "10.0.18362.175", None, ""),
    ("mcr.microsoft.com/windows/servercore:1803-KB4487017", "1803 1903-KB4505057", "1903-KB4505057", None, "1903-KB4505057", ""),
    ("mcr.microsoft.com/windows/servercore:1803", "1803-KB4487017 1903-KB4505057", "1903-KB4505057", None, None,
     "1803 floats over its updates; 1903-KB… would stop that"),
    ("x/kube-state-metrics:v1.5.0", "v1.6.0 1.7.0", "v1.6.0", "v1.6.0", None, ""),
    ("x/y:7.2-0.1", "7.2-0.2 7.2-0.3 7.3-1a2b3c4", "7.2-0.3", "7.2-0.3", None, ""),
    ("x/y:7.1-0.1", "7.2-0.1 7.2-0.3 7.3-1a2b3c4", "7.2-0.3", "7.2-0.3", None, ""),
    ("x/y:v3.9.0-177-ged5bcde", "v3.10.0-169-gfe040d3 v3.11.0", "v3.10.0-169-gfe040d3", "v3.10.0-169-gfe040d3", None, ""),
    ("adoptopenjdk/openjdk11:jdk-11.0.2.7-alpine-slim", "jdk-11.0.2.9-alpine-slim jdk-11.0.2.9-alpine", "jdk-11.0.2.9-alpine-slim", "jdk-11.0.2.9-alpine-slim", None, ""),
    ("foo/bar:3.10-master-777", "3.10-master-999 3.11-feature-1 3.10", "3.10-master-999", "3.10-master-999", None, ""),
    ("foo/bar:v3.10-master-777", "v3.10-master-999 3.10-master-1000", "v3.10-master-999", "v3.10-master-999", None, ""),
    ("foo/bar:11-jdk-master-111", "11-jdk-master-222", "11-jdk-master-222", "11-jdk-master-222", None, ""),
    ("openjdk:21-ea-32", "22-ea-7", "22-ea-7", None, None, "a prerelease of another version is another risk"),
    ("openjdk:22-ea-7-windowsservercore-1809", "22-ea-9-windowsservercore-1809 22-ea-9", "22-ea-9-windowsservercore-1809", "22-ea-9-windowsservercore-1809", None, ""),
    ("x/dated_image:img_20230915.3", "img_20231011.1", "none with majors ignored", "img_20231011.1", None, "a date is not a major"),
    ("foo/bar:20231101-230548-g159857a0b", "20231203-230414-gd53f37589", "20231203-230414-gd53f37589", "20231203-230414-gd53f37589", None, ""),
    ("eclipse-temurin:17.0.1_12-jre-alpine", "17.0.2_8-jre-alpine 17.0.2_8-jre", "17.0.2_8-jre-alpine", "17.0.2_8-jre-alpine", None, ""),
    ("eclipse-temurin:11.0.16_8-jdk", "11.0.16.1_1-jdk 11.0.16.1_1-jre", "11.0.16.1_1-jdk", "11.0.16.1_1-jdk", None, ""),
    ("nixos/nix:2.1.3", "2.10.0 2.4pre20201201_5a6ddb3 2.9.2", "2.10.0", "2.10.0", None, ""),
    ("owasp/modsecurity-crs:3.3-apache-202209221209", "4-apache-202502070602 3.3-apache-202210101010",
     "4-apache-202502070602", "3.3-apache-202210101010", None, "4 is less precise than 3.3"),
    ("owasp/modsecurity-crs:4-nginx-alpine-202501010101", "4-nginx-alpine-202502070602 4-202502070602-alpine-nginx", "4-nginx-alpine-202502070602", "4-nginx-alpine-202502070602", None, ""),
    ("x/cert-manager:v1.7.2", "v1.6.0 v1.7.0", None, None, None, ""),
    ("moj/ruby:2.4.0", "2.4.1 2.4.2", "2.4.2", "2.4.2", None, ""),
    ("mcr.microsoft.com/dotnet/framework/aspnet:4.8.1-windowsservercore-ltsc2022", "4.8-20250909-windowsservercore-ltsc2022 4.8.1-20251014-windowsservercore-ltsc2022", "4.8-20250909-windowsservercore-ltsc2022", None, None,
     "a date is no version, and dated tags are another line"),
    ("mcr.microsoft.com/dotnet/framework/aspnet:4.8.1-20251014-windowsservercore-ltsc2022", "4.8.2-windowsservercore-ltsc2022 4.8.2-20990301-windowsservercore-ltsc2022", "4.8.2-20990301-windowsservercore-ltsc2022", "4.8.2-20990301-windowsservercore-ltsc2022", None, ""),
    # what its expressions take for something else
    ("x/y:2.0.0-20240101", "2.0.0-20240201 2.0.1-20240301", "a commit", "2.0.1-20240301", None, "20240101 is a date"),
    ("x/y:1.21.13-1-20240804", "1.21.13-1-20240811 1.21.13-2-20240811", "a commit", "1.21.13-2-20240811", None, "20240804 is a date"),
    ("debian:bookworm-20240904", "bookworm-20250101-slim bookworm-20241001", "a commit", "bookworm-20241001", None, "20240904 is a date"),
    ("python:3.6.3-alpine3", "3.6.4-alpine3 3.7.0rc1-alpine3", "3.7.0rc1-alpine3", "3.6.4-alpine3", None, "alpine3 is a system"),
    ("x/y:3.4.0-deb12", "3.4.1-deb12 3.5.0rc1-deb12", "3.5.0rc1-deb12", "3.4.1-deb12", None, "deb12 is a system"),
    ("x/y:1.2.3-wmf1", "1.2.3-wmf2", None, "1.2.3-wmf2", None, "wmf1 counts builds"),
    ("x/y:0.0.1-s4", "0.0.1-s5", None, "0.0.1-s5", None, "s4 counts builds"),
    ("cgr.dev/x/python:3.12-dev", "3.13-dev 3.14-rc 3.13", "3.14", "3.13-dev", None, "dev is a variant there"),
    ("nvidia/cuda:12.4.1-cudnn-devel-ubuntu22.04", "12.6.0-cudnn-devel-ubuntu22.04 12.6.0-cudnn-devel-ubuntu24.04", "prerelease", "12.6.0-cudnn-devel-ubuntu22.04", None, "devel is a variant"),
    ("x/y:20.04-arch", "20.05-arch 20.06rc1-arch", "prerelease", "20.05-arch", None, "there is no rc in arch"),
    ("x/y:5.0.0", "5.0.0.post1", None, "5.0.0.post1", None, "a post-release comes after (PEP 440)"),
    ("node:24", "22.11.0 26.0.0", None, None, None, ""),
    ("x/y:php8.3", "php8.4 php8.4-fpm", None, "php8.4", None, "a version may touch its name"),
]  # fmt: skip


@pytest.mark.parametrize("case", RENOVATE + DEPENDABOT, ids=lambda case: case[0])
def test_what_the_peers_decide_is_decided_the_same_or_better(case):
    image, tags, theirs, ours, major, reason = case
    assert newest((image, tags)) == (ours, major)
    answers = {ours, major, f"major {major}", f"{ours}, major {major}"}
    same = theirs in (answers - {None} if ours or major else {None})
    assert same == (reason == "")
