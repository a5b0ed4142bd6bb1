"""Which operating system it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import OsRelease, Package
from bot.packages.os_release import FILES, from_packages, os_release

DEBIAN = """\
PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION_CODENAME=bookworm
# ID=comment
ID=debian
"""

TOLD = [
    (DEBIAN, OsRelease("debian", "12", "bookworm", "Debian GNU/Linux 12 (bookworm)")),
    ("ID='Alpine'\nVERSION_ID=3.20.3\n", OsRelease("alpine", "3.20.3")),
    (
        'NAME="Rocky \\"9\\""\nID=rocky\nID_LIKE="rhel centos fedora"\nCPE_NAME="cpe:/o:rocky:rocky:9::baseos"\n',
        OsRelease(
            "rocky",
            name='Rocky "9"',
            id_like=("rhel", "centos", "fedora"),
            cpe_name="cpe:/o:rocky:rocky:9::baseos",
        ),
    ),
    ("ID=wolfi # rolling", OsRelease("wolfi")),
    ('ID="open', OsRelease("open")),
]


@pytest.mark.parametrize(("text", "said"), TOLD)
def test_what_os_release_says(text, said):
    assert os_release({"etc/os-release": text}) == said


OLD = [
    ("etc/alpine-release", "3.9.6\n", OsRelease("alpine", "3.9.6")),
    ("etc/alpine-release", "a text", None),
    ("etc/debian_version", "8.11\n", OsRelease("debian", "8")),
    ("etc/debian_version", "trixie/sid\n", None),
    (
        "etc/redhat-release",
        "CentOS release 6.10 (Final)\n",
        OsRelease("centos", "6.10", name="CentOS release 6.10 (Final)"),
    ),
    ("etc/redhat-release", "Rocky Linux", OsRelease("rocky", name="Rocky Linux")),
    ("etc/redhat-release", "Something else", None),
    ("usr/lib/os-release", "VERSION_ID=1\n", None),
]


@pytest.mark.parametrize(("path", "text", "said"), OLD)
def test_what_older_files_say(path, text, said):
    assert os_release({path: text}) == said


def test_the_first_file_that_says_something_is_heeded():
    files = {"etc/os-release": "", "usr/lib/os-release": DEBIAN, "etc/alpine-release": "3.9"}
    assert os_release(files).id == "debian"
    assert os_release({}) is None


BY_PACKAGE = [
    ("deb", "base-files", "12.4+deb12u11", OsRelease("debian", "12")),
    ("deb", "base-files", "13ubuntu10.1", None),
    ("apk", "alpine-release", "3.20.3-r0", OsRelease("alpine", "3.20.3")),
    ("apk", "musl", "1.2.5-r0", None),
]


@pytest.mark.parametrize(("family", "name", "version", "said"), BY_PACKAGE)
def test_what_a_package_tells_of_its_system(family, name, version, said):
    assert from_packages([Package(family, name, version, name, version)]) == said


@given(
    st.sampled_from(FILES), st.text(alphabet="ID=\"\\\n' aV_=#", max_size=60) | st.text(max_size=60)
)
def test_whatever_a_file_says_there_is_an_answer(path, text):
    said = os_release({path: text})
    assert said is None or said.id
