import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.tags import parse
from bot.tags.grammar import read

HASH = "0123456789abcdef0123456789abcdef01234567"

# Each tag, and its parts that are not separators: role and text.
READ = {
    "20": "release 20",
    "1.25": "release 1.25",
    "20.11.0-alpine": "release 20.11.0 system alpine",
    "V1.2.3": "spelling V release 1.2.3",
    "v1.2.3-slim": "spelling v release 1.2.3 flavour slim",
    "3.12.1-alpine3.18": "release 3.12.1 system alpine3.18",
    "3.4.13-debian-12-r8": "release 3.4.13 system debian-12 revision r8",
    "4.8.1-windowsservercore-ltsc2022": "release 4.8.1 system windowsservercore system ltsc2022",
    "8.0-nanoserver-1809": "release 8.0 system nanoserver-1809",
    "22.04": "release 22.04",
    "alpine3.19": "system alpine3.19",
    "alpine-3.19": "system alpine-3.19",
    "alpine-1.35.1": "system alpine release 1.35.1",
    "debian-12": "system debian-12",
    "debian-1.2.3": "system debian release 1.2.3",
    "ubuntu-22.04": "system ubuntu-22.04",
    "ubuntu-1.2": "system ubuntu release 1.2",
    "archlinux-1.2": "system archlinux release 1.2",
    "jdk-17.0.1": "flavour jdk release 17.0.1",
    "php8.3-fpm": "flavour php release 8.3 flavour fpm",
    "nodejs20-devel": "flavour nodejs release 20 flavour devel",
    "latest-py3": "channel latest flavour py3",
    "8.5-jdk17": "release 8.5 flavour jdk17",
    "8.5-jdk-21": "release 8.5 flavour jdk flavour 21",
    "k8s-1.28": "flavour k8 flavour s release 1.28",
    "12.4.1-cudnn9-devel": "release 12.4.1 flavour cudnn9 flavour devel",
    "1.16.0-erlang-26.2.1-alpine-3.18.4": "release 1.16.0 flavour erlang flavour 26.2.1 system alpine-3.18.4",
    # before and after a release
    "3.14.0rc9": "release 3.14.0 prerelease rc9",
    "3.7.0a1-slim": "release 3.7.0 prerelease a1 flavour slim",
    "1.2.0-rc.1": "release 1.2.0 prerelease -rc.1",
    "3.17.0_rc1": "release 3.17.0 prerelease _rc1",
    "3.0.0-M1": "release 3.0.0 prerelease -M1",
    "21-ea-32": "release 21 prerelease -ea-32",
    "3.14-rc-slim": "release 3.14 prerelease -rc flavour slim",
    "1.0.dev3": "release 1.0 prerelease .dev3",
    "1.0-dev": "release 1.0 flavour dev",
    "1.0-nightly": "release 1.0 channel nightly",
    "rc-alpine3.19": "channel rc system alpine3.19",
    "9.0.100-preview.7.24407.12": "release 9.0.100 prerelease -preview.7.24407.12",
    "5.0.0.post1": "release 5.0.0 post .post1",
    "5.0.0post2": "release 5.0.0 post post2",
    "1.2.3a": "release 1.2.3 flavour a",
    # revisions
    "1.2.3-2": "release 1.2.3 revision 2",
    "1.2.3-2-slim": "release 1.2.3 revision 2 flavour slim",
    "1.2.3-2.1.0": "release 1.2.3 flavour 2.1.0",
    "0.1.0-s1": "release 0.1.0 revision s1",
    "17.0.1_12-jre": "release 17.0.1 revision 12 flavour jre",
    "8u312-b07-jdk": "release 8 update u312 revision b07 flavour jdk",
    "1.2.3-patched-1": "release 1.2.3 revision patched-1",
    "3.10-master-777": "release 3.10 revision master-777",
    "1803-KB4505057": "release 1803 revision KB4505057",
    "8.7-923.1669829893": "release 8.7 revision 923.1669829893",
    "2.0.2-wmf1-20260816": "release 2.0.2 revision wmf1 date 20260816",
    "2.5.1rocm6.1-1": "release 2.5.1 flavour rocm6.1 revision 1",
    "10.4p1": "release 10.4 revision p1",
    # dates
    "20240904": "date 20240904",
    "20241399": "release 20241399",
    "v20240904": "spelling v date 20240904",
    "bookworm-20240904.1-slim": "codename bookworm date 20240904.1 flavour slim",
    "base-20240101.0.204074": "flavour base date 20240101.0.204074",
    "2024-09-04": "date 2024-09-04",
    "2024-09-04-120102-production": "date 2024-09-04-120102 channel production",
    "2024-09-04-3": "date 2024-09-04 revision 3",
    "20231101-230548-g159857a0b": "date 20231101-230548 hash g159857a0b",
    "20240904123456": "date 20240904123456",
    "3.3-apache-202209221209": "release 3.3 flavour apache date 202209221209",
    "1779828949": "date 1779828949",
    "RELEASE.2024-01-01T00-00-00Z": "channel RELEASE date 2024-01-01T00-00-00Z",
    "2024.01.31": "release 2024.01.31",
    "2.0.20240223.0": "release 2.0 date 20240223.0",
    "img_20230915.3": "flavour img date 20230915.3",
    # commits and platforms
    HASH: f"hash {HASH}",
    "0a1b2c3": "hash 0a1b2c3",
    "deadbeef": "hash deadbeef",
    "1234567": "release 1234567",
    "main-0a1b2c3": "channel main hash 0a1b2c3",
    f"sha256-{HASH}.sig": f"flavour sha256 hash {HASH} flavour sig",
    "v3.9.0-177-ged5bcde": "spelling v release 3.9.0 revision 177 hash ged5bcde",
    "arm64v8-1.2.3": "arch arm64v8 release 1.2.3",
    "1.25.3-alpine-x86_64": "release 1.25.3 system alpine arch x86_64",
    "3.x": "release 3 channel x",
    "lts-jod": "channel lts codename jod",
}


@pytest.mark.parametrize(("text", "parts"), READ.items())
def test_every_piece_of_a_tag_has_the_meaning_it_has_where_it_stands(text, parts):
    tag = parse(text)
    told = " ".join(f"{part.role} {part.text}" for part in tag.parts if part.role != "separator")
    assert told == parts


WORD_LIST = """
latest slim alpine alpine3.19 debian-12 bookworm jdk jdk17 rc rc1 b1 a2 beta.2 ea-32 dev post1 r8 s1 b07
u312 wmf1 patched-1 master-777 KB45 20240904 20240904.1 2024-09-04 120102 1779828949 202209221209 1 2 10 07 1.2
1.2.3 17.0.1 2024.01.31 22.04 v v1 V2.0 8u312 x86_64 arm64v8 0a1b2c3 ged5bcde x 3.x php8.3 ltsc2022 nanoserver-1809
RELEASE 2024-01-01T00-00-00Z rocm6.1 nightly M1 post .post2 cr1 c1 m
"""
WORDS = WORD_LIST.split()
TAGS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).flatmap(
    lambda words: st.lists(
        st.sampled_from(["-", "_", ".", ""]), min_size=len(words), max_size=len(words)
    ).map(lambda seps: "".join(w + s for w, s in zip(words, seps, strict=True))[:128])
) | st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,40}", fullmatch=True)


@given(TAGS | st.text(max_size=200))
@example("1" * 128)
@example("1." * 64)
@example("a1" * 64)
@example("-" * 129)
@example("1.2\n")
@example("1.2-a\nb")
@example("٣.٤")
@example("\ud800")
def test_reading_a_tag_loses_nothing(text):
    tag = parse(text)
    assert str(tag) == text
    assert "".join(part.text for part in tag.parts) == text


@given(TAGS)
def test_what_follows_a_version_reads_as_in_a_whole_tag(text):
    assert parse(text).parts == tuple(read(text))


@given(TAGS)
def test_the_name_of_a_line_is_no_longer_than_the_tag_and_has_its_words(text):
    tag = parse(text)
    assert len(tag.line()) <= len(text) + 4
    for part in tag.parts:
        if part.role in {"flavour", "system", "arch", "codename", "channel"}:
            assert part.text in tag.line()


def test_a_text_too_long_for_a_tag_is_a_name():
    tag = parse("1.2." * 40)
    assert [part.role for part in tag.parts] == ["flavour"]
    assert not tag.moving
