"""
What Renovate and Dependabot do, and what basewatch does instead.

Each case is the published behaviour of one of them on a list of tags (their own tests, or a run of
theirs), with our answer. Where ours differs, the reason is given and must be one.
"""

import asyncio
import datetime as dt
import itertools

import pytest

from bot import flow
from bot.image import ImageRef
from bot.model import Policy, Versions
from bot.policy.versions import left_out
from bot.ports import Desk
from bot.rules import life_cycles, load
from bot.tags import TagBook, competes, parse, succeeds
from tests.fakes.shelf import Shelf, tree_of

KNOWN = life_cycles()
BOOK = TagBook(load(), KNOWN.is_lts, KNOWN.systems)


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
    ("bitnami/x:1.24-debian-12", "1.25-debian-12 1.25", "1.25-debian-12", "1.25-debian-12", None, ""),
    ("bitnami/x:1.24.0-debian-12-r24", "1.24.0-debian-12-r25 1.24-debian-12-r30", "1.24.0-debian-12-r25",
     "1.24.0-debian-12-r25", None, ""),
    ("bitnami/x:latest", "20 20-debian-12", None, None, None, ""),
    # the workarounds of its presets
    ("alpine:3.18", "3.19 3.20 20240807", "3.20", "3.20", None, ""),
    ("alpine:3", "20210804", "20210804 without its preset", None, None, "a snapshot of edge is no version"),
    ("alpine:20230901", "20240807 3.20", "20240807", "20240807", None, ""),
    ("eclipse-temurin:17.0.10_7-jre", "18.0.2_9-jre 21.0.2_13-jre 22.0.1_8-jre", "major 21.0.2_13-jre", None, "21.0.2_13-jre", ""),
    ("grafana/grafana:11.2.2-security-01", "11.2.2-security-02 11.2.3-security-01", "11.2.3-security-01", "11.2.3-security-01", None, ""),
    ("clamav/clamav:1.3.1-42", "1.3.1-43 1.4.0-1", "1.4.0-1", "1.4.0-1", None, ""),
    ("bellsoft/liberica-openjdk-alpine:17.0.10-13", "17.0.11-10 21.0.3-10", "17.0.11-10, major 21.0.3-10", "17.0.11-10", "21.0.3-10", ""),
    # versioning/ubuntu
    ("ubuntu:10.04.4", "12.04.5 10.04", "major 12.04.5", None, "12.04.5", ""),
    ("ubuntu:20.04", "22.04 22.10 23.04 24.04", "major 24.04", None, "24.04", ""),
    ("ubuntu:jammy", "jammy-20230816", None, None, None, ""),
    ("ubuntu:jammy-20230716", "jammy-20230716.3 jammy-20230716.1", "jammy-20230716.3", "jammy-20230716.3", None, ""),
    ("ubuntu:yakkety-20160806.1", "yakkety-20160806 yakkety-20160907", "yakkety-20160907", "yakkety-20160907", None, ""),
    ("ubuntu:22.04", "2020.04 2024.04", None, None, None, ""),
    # versioning/debian
    ("debian:bullseye-20220101", "bullseye-20220101.1", "bullseye-20220101.1", "bullseye-20220101.1", None, ""),
    ("debian:11", "bullseye-20220101 11.1", "bullseye-20220101 is greater", None, None, "a number never becomes a date"),
    ("debian:11.1", "11.2 12.1", "11.2, major 12.1", "11.2", "12.1", ""),
    ("debian:10-slim", "11-slim 12-slim", None, None, "12-slim", "a flavour hides no version"),
    ("debian:oldstable", "stable", None, None, None, ""),
    ("debian:bookworm-20230807", "13 bookworm-20230904", "13", "bookworm-20230904", None, "the date is kept"),
    ("debian:stable", "trixie-20230920", "trixie-20230920", None, None, "who follows a channel stays on it"),
    ("debian:bookworm-20230807-slim", "bookworm-20240110-slim", None, "bookworm-20240110-slim", None, "a flavour hides no date"),
    # versioning/redhat elsewhere, mirrors, and what was seen of it on many tags
    ("mirror.example/ubi9:9.2-726", "9.2-755 9.3-1", None, "9.3-1", None, "builds are read for every publisher"),
    ("mirror.example/etcd:3.1.2-debian-11-r10", "3.1.2-debian-11-r12 3.1.2-debian-11-r9", None, "3.1.2-debian-11-r12", None,
     "revisions are read for every publisher"),
    ("bitnamilegacy/x:3.0.1-debian-11-r1", "3.1.2-debian-11-r1 3.1.2-debian-11-r12", "3.1.2-debian-11-r1", "3.1.2-debian-11-r12", None,
     "the newest build is meant"),
    ("x/y:0.0.1-20220911", "0.0.1-20240218", None, "0.0.1-20240218", None, "a date counts builds"),
    ("x/y:20221016", "20221225 20240204", "20221225", "20240204", None, "a date is not a major"),
    ("minio/minio:RELEASE.2023-01-01T00-00-00Z", "RELEASE.2024-01-01T00-00-00Z", None, "RELEASE.2024-01-01T00-00-00Z", None,
     "a moment is a date"),
    ("x/y:1.2.0-rc1", "1.2.0 1.3.0-rc1", None, "1.2.0", None, "a release comes after its candidates"),
    # its issues
    ("x/y:3.11", "2021.12 3.12", "2021.12", "3.12", None, "years and versions are two lines"),
    ("x/y:v1.0", "1.1 v1.1", "1.1", "v1.1", None, "the spelling is kept"),
    ("x/y:python-3.8", "python-3.9", None, "python-3.9", None, "words may stand before a version"),
    ("node:20.1.0", "20.2.0 21.1.0 22.1.0 23.0.0", "20.2.0, major 22.1.0", "20.2.0", "22.1.0", ""),
    ("python:3.8.0a3", "3.8.0b1 3.8.0a4", "3.8.0b1", "3.8.0b1", None, ""),
    ("x/y:1.0-amd64", "1.1-arm64 1.1", None, None, None, ""),
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
    ("ruby:2.4.0-slim", "2.4.2-slim 2.5-slim 2.5.0-slim", "2.5.0-slim", "2.5.0-slim", None, ""),
    ("nginx:1.25.3-alpine-amd64", "1.25.4-alpine-arm64 1.25.4-alpine-amd64", "1.25.4-alpine-amd64", "1.25.4-alpine-amd64", None, ""),
    ("mcr.microsoft.com/dotnet:2.0-runtime", "2.1-runtime 2.1-sdk", "2.1-runtime", "2.1-runtime", None, ""),
    ("owasp/modsecurity-crs:3.3-nginx-alpine-202209221209", "4-nginx-alpine-202502070602 3.3-nginx-alpine-202210101010",
     "4-nginx-alpine-202502070602", "3.3-nginx-alpine-202210101010", None, "4 is less precise than 3.3"),
    ("mcr.microsoft.com/dotnet/framework/aspnet:4.8-windowsservercore-ltsc2022", "4.8.1-windowsservercore-ltsc2022", None, None, None, ""),
    ("mcr.microsoft.com/dotnet/framework/aspnet:4.8.1-windowsservercore-ltsc2022", "4.8.2-windowsservercore-ltsc2022 4.8.2-20990301-windowsservercore-ltsc2022", "4.8.2-windowsservercore-ltsc2022", "4.8.2-windowsservercore-ltsc2022", None, ""),
    ("mcr.microsoft.com/dotnet/framework/aspnet:4.8.1-20251014-windowsservercore-ltsc2022", "4.8.1-20990301-windowsservercore-ltsc2022 4.8.1-windowsservercore-ltsc2022", "4.8.1-20990301-windowsservercore-ltsc2022", "4.8.1-20990301-windowsservercore-ltsc2022", None, ""),
    ("node:20.8.1-alpine3.18", "20.9.0-alpine3.18 20.9.0", "20.9.0-alpine3.18", "20.9.0-alpine3.18", None, ""),
    ("foo/bar:3.10-master-777", "v3.10-master-999", None, None, None, ""),
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
    ("x/y:1.0-archlinux", "1.1-archlinux 1.2rc1-archlinux", "1.2rc1-archlinux", "1.1-archlinux", None, "there is no rc in arch"),
    ("x/y:nodejs20-devel", "nodejs22-devel", None, None, "nodejs22-devel", "a version may touch its name"),
    ("docker-registry.wikimedia.org/x:0.1.0-s1", "0.1.0-s2 0.1.0-s10", None, "0.1.0-s10", None, "s1 counts builds"),
    ("docker-registry.wikimedia.org/wmfdebug:0.0.7-20260614", "0.0.7-20260801", "a commit", "0.0.7-20260801", None, "20260614 is a date"),
    ("x/y:1.2.3-patched-1", "1.2.3-patched-2", None, "1.2.3-patched-2", None, "patched-1 counts builds"),
    ("x/y:20240415", "20240416 1.2.3", "a commit", "20240416", None, "20240415 is a date"),
    # Argo CD Image Updater and Flux: tags that are no versions, and prefixes
    ("x/y:v2.3.0", "v2.4.0 v2.5.0-rc1-ppc64le", "v2.4.0", "v2.4.0", None, ""),
    ("x/y:1.0.0", "1.0.0.1 1.0.0p 1.0.1", "1.0.1", "1.0.1", None, ""),
    ("x/y:3.12-slim", "3.13-slim", None, "3.13-slim", None, "slim is a variant, no prerelease"),
    ("x/y:ver5", "ver6 ver10", "ver10", None, "ver10", ""),
    ("x/y:php8.3", "php8.4 php8.4-fpm", None, "php8.4", None, "a version may touch its name"),
]  # fmt: skip


# image, tags on offer, theirs, the tag that we propose apart where variants are asked for, why
VARIANTS = [
    ("node:18.0.0-alpine3.18", "22.0.0-alpine3.19 18.0.0-alpine3.19", None, "18.0.0-alpine3.19", "Dependabot never leaves alpine3.18"),
    ("golang:1.26.0-alpine3.23", "1.26.0-alpine3.24", None, "1.26.0-alpine3.24", "Dependabot never leaves alpine3.23"),
    ("x/y:3.12.1-alpine3.18", "3.12.3-alpine3.19", None, None, ""),
    ("ruby:4.0.2-alpine3.23", "4.0.2-slim-bookworm 4.0.3-slim-trixie", None, None, ""),
    ("debian:bullseye-slim", "bookworm-slim", "bookworm-slim", "bookworm-slim", ""),
    ("debian:buster", "bullseye bookworm", "bookworm", "bookworm", ""),
    ("debian:buster", "bullseye forky sid experimental", "bullseye", "bullseye", ""),
    ("debian:bookworm", "13 12.5", None, None, ""),
    ("debian:bullseye-20220101", "bookworm-20230816 bookworm", "bookworm-20230816", "bookworm-20230816", ""),
    ("debian:bookworm-20230807-slim", "trixie-20250908-slim", None, "trixie-20250908-slim", "a flavour hides no date"),
    ("ubuntu:xenial", "bionic artful focal", "focal", "focal", ""),
    ("ubuntu:xenial", "16.04 20.04 focal", "focal", "focal", ""),
    ("ubuntu:artful", "bionic", None, "bionic", "Dependabot cannot compare codenames"),
    ("ubuntu:jammy-20230716", "lunar-20230901 noble-20240127", "noble-20240127", "noble-20240127", ""),
    ("bitnami/x:12.7.0-debian-9-r200", "12.7.0-debian-10-r69 12.7.0-debian-10-r100", None, "12.7.0-debian-10-r100", "the regex never leaves debian-9"),
    ("bitnami/x:20-debian-12", "21-debian-13", None, None, ""),
    ("mcr.microsoft.com/dotnet/framework/aspnet:4.8.1-windowsservercore-ltsc2019", "4.8.1-windowsservercore-ltsc2022", None,
     "4.8.1-windowsservercore-ltsc2022", "Dependabot never leaves ltsc2019"),
    ("nvidia/cuda:12.4.1-base-ubuntu20.04", "12.4.1-base-ubuntu22.04", None, "12.4.1-base-ubuntu22.04", "neither ever leaves ubuntu20.04"),
]  # fmt: skip

# versioning/docker: isCompatible(version, current)
COMPATIBLE = [
    ("3.7.0", "3.7.0", True), ("3.7.0", "3.7.0b1", True), ("3.7.0", "3.7-alpine", False), ("3.7.0", "3.8.0-alpine", False),
    ("3.7.0", "3.8.0b1-alpine", False), ("3.7.0", "3.8.2", True), ("3.7.0-alpine", "3.7.0", False), ("3.7.0-alpine", "3.7.0b1", False),
    ("3.7.0-alpine", "3.7-alpine", False), ("3.7.0-alpine", "3.8.0-alpine", True), ("3.7.0-alpine", "3.8.0b1-alpine", True),
    ("3.7.0-alpine", "3.8.2", False), ("12.7.0-debian-10-r69", "12.7.0-debian-9-r69", False), ("1.2.3", "1.2", False),
]  # fmt: skip

# isStable; sortVersions within one line; isGreaterThan and equals where both are of one precision
STABLE = [
    ("3.7.0", True),
    ("3.7.0b1", False),
    ("3.7-alpine", True),
    ("3.8.0-alpine", True),
    ("3.8.0b1-alpine", False),
    ("3.8.2", True),
]
SORTED = ["3.7.0b1 3.7.0b5 3.7.0 3.8.2", "3.8.0b1-alpine 3.8.0-alpine", "2 3", "18.1 18.04", "16.04.6 16.04.7",
          "8.6-754 8.6-754.1655117782", "12.7.0-debian-10-r69 12.7.0-debian-10-r100", "11.0.16_8 11.0.16.1_1",
          "jammy-20230716 jammy-20230816", "utopic-20150228.1 utopic-20150228.11", "bullseye-20220101 bullseye-20220101.1"]  # fmt: skip
EQUAL = [("18.04", "18.4"), ("1.2.3", "1.2.3")]

# isLessThanRange, getSatisfyingVersion and allowedVersions, as ranges of a policy
RANGES = [
    ("1.2.3", "<2.0", True), ("18.04", "<18.1", False), ("10.1", "<10.0.4", False), ("3", "<4.0", True), ("1.2", "<1.3.4", True),
    ("1.2.3", "1.2.3", True), ("1.2", "1.2", True), ("1", "1", True), ("1.2", "1.3", False), ("1.2", "0.9", False),
    ("20.9.0-alpine3.18", ">20.8.1,<20.9", False), ("17.10", ">=17.10", True), ("17.04", ">=17.10", False), ("20240101", "<20000000", False),
]  # fmt: skip

# isValid: what is a version that another can succeed
VERSIONS = [
    ("1.2.3", True, ""), ("18.04", True, ""), ("10.1", True, ""), ("3", True, ""), ("123098140293", True, ""), ("foo", False, ""),
    ("0a1b2c3", False, ""), ("0a1b2c3d", False, ""), ("0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d", False, ""),
    ("0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0a1b2c3d0", False, "a digest cut short is no version, however long"),
    ("latest", False, ""), ("1-632", True, ""), ("8.5-239.1651231664", True, ""), ("v0.4.0-383", True, ""),
    ("20-debian", True, "20 is a version beside any flavour"), ("Buster", False, ""), ("jammy", False, "it has no number; its move is a variant"),
]  # fmt: skip


@pytest.mark.parametrize("case", RENOVATE + DEPENDABOT, ids=lambda case: case[0])
def test_what_the_peers_decide_is_decided_the_same_or_better(case):
    image, tags, theirs, ours, major, reason = case
    assert newest((image, tags)) == (ours, major)
    answers = {ours, major, f"major {major}", f"{ours}, major {major}"}
    same = theirs in (answers - {None} if ours or major else {None})
    assert same == (reason == "")


@pytest.mark.parametrize("case", VARIANTS, ids=lambda case: case[0])
def test_what_stands_beneath_moves_as_with_the_peers_or_better(case):
    image, tags, theirs, ours, reason = case
    ref = ImageRef.parse(image)
    assert next((c.tag for c in BOOK.variants(ref, tags.split())), None) == ours
    assert (theirs == ours) == (reason == "")


@pytest.mark.parametrize(("current", "other", "compatible"), COMPATIBLE)
def test_what_competes_is_what_renovate_calls_compatible(current, other, compatible):
    assert competes(parse(other), parse(current)) == compatible


@pytest.mark.parametrize(("tag", "stable"), STABLE)
def test_what_is_stable_is_no_prerelease(tag, stable):
    assert parse(tag).prerelease == (not stable)


@pytest.mark.parametrize("line", SORTED)
def test_inside_a_line_the_order_is_that_of_the_peers(line):
    for older, newer in itertools.combinations(map(parse, line.split()), 2):
        assert succeeds(newer, older)
        assert not succeeds(older, newer)


@pytest.mark.parametrize(("one", "other"), EQUAL)
def test_equal_versions_have_one_place(one, other):
    assert parse(one).key == parse(other).key


@pytest.mark.parametrize(("tag", "said", "within"), RANGES)
def test_ranges_let_through_what_theirs_do(tag, said, within):
    numbers = parse(tag).release.numbers if parse(tag).release else parse(tag).moving[0].numbers
    assert (left_out(tag, numbers, (Versions(allow=(said,)),)) is None) == within


@pytest.mark.parametrize(("tag", "version", "reason"), VERSIONS)
def test_what_renovate_takes_for_a_version_can_be_surpassed(tag, version, reason):
    theirs = version if not reason else not version
    assert BOOK.ordered(ImageRef.parse(f"x/y:{tag}")) == version
    assert (theirs == version) == (reason == "")


# ---------------------------------------------------------------- what needs digests or a policy


def planned(tmp_path, image, tags, alike=(), **policy):
    """The plan for one image; the tags of each group of `alike` are one image."""
    ref = ImageRef.parse(image)
    shelf = Shelf({ref.name: tags.split()})
    for group in alike:
        shelf.alike(*(f"{ref.name}:{tag}" for tag in group.split()))
    if alike:
        shelf.tells(ref.name)
    desk = Desk(BOOK, shelf.open, lambda _: Policy(today=dt.date(2026, 11, 22), **policy))
    pinned = f"FROM {image}@{shelf.digest_at(image)}\n"
    surveyed = flow.survey(tree_of(tmp_path, {"Dockerfile": pinned}), desk)
    (plan,) = asyncio.run(flow.planned([surveyed], desk))
    (verdict,) = plan.verdicts
    return verdict.offer and verdict.offer.new.tag, [offer.new.tag for offer in verdict.apart]


# image, tags, tags of one image, Dependabot's answer: ours within the majors, and apart
PLANS = [
    ("ubuntu:12.10", "12.10 17.04 17.10 latest", ["latest 17.04"], "17.04", (None, ["17.04"])),
    ("ubuntu:12.10", "12.10 17.04 17.10", [], "17.10", (None, ["17.10"])),
    ("x/dotnet:2.0-sdk", "2.0-sdk 2.1-sdk 2.2-sdk latest", ["latest 2.1-sdk"], "2.1-sdk", ("2.1-sdk", [])),
    ("x/dotnet:2.0-runtime", "2.0-runtime 2.1-runtime 2.2-runtime 2.1 latest", ["latest 2.1"], "2.1-runtime", ("2.1-runtime", [])),
    ("x/dotnet:2.0-sdk", "2.0-sdk 2.1-sdk 2.2-sdk", [], "2.2-sdk", ("2.2-sdk", [])),
    ("python:3.6", "3.6 3.6.3 latest", ["latest 3.6 3.6.3"], None, (None, [])),
    ("x/y:9.0", "9.0 9.0.11 9.1", ["9.0 9.0.11 9.1"], None, (None, [])),
    ("x/cert-manager:v1.7.2", "v1.6.0 v1.7.0 v1.7.2", [], None, (None, [])),
]  # fmt: skip


@pytest.mark.parametrize(("image", "tags", "alike", "theirs", "ours"), PLANS)
def test_where_digests_tell_the_answer_is_theirs(tmp_path, image, tags, alike, theirs, ours):
    within, apart = ours
    assert planned(tmp_path, image, tags, alike) == ours
    assert theirs == (within or next(iter(apart), None))


@pytest.mark.parametrize(
    ("image", "tags", "policy", "ours"),
    [
        ("ubuntu:17.04", "17.04 17.10", {"versions": Versions(ignore=(">=17.10",))}, (None, [])),
        ("ubuntu:17.04", "17.04 17.10", {"versions": Versions(ignore=(">=0",))}, (None, [])),
        ("ubuntu:17.04", "17.04 17.10", {"versions": Versions(ignore=(">=17.10,<17.2",))}, (None, ["17.10"])),
        ("x/img:img_20230915.3", "img_20230915.3 img_20231011.1", {"apart": frozenset()}, ("img_20231011.1", [])),
        ("node:18.0.0", "18.0.0 19.0.0 20.0.0", {"lts_only": True}, (None, ["20.0.0"])),
        ("ubuntu:22.10", "22.10 23.04 24.04 24.10", {"lts_only": True}, (None, ["24.04"])),
    ],
)  # fmt: skip
def test_what_is_ignored_or_has_no_long_support_is_left_out_as_with_them(
    tmp_path, image, tags, policy, ours
):
    assert planned(tmp_path, image, tags, **policy) == ours
