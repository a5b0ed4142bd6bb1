"""Package databases as layers have them."""

from tests.contents.layering import file, program

OS = b'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n'
PASSWD = b"root:x:0:0:root:/root:/bin/bash\n_apt:x:42:65534::/nonexistent:/usr/sbin/nologin\n"


def stanza(name, version="1.0-1", status="install ok installed"):
    said = f"Status: {status}\n" if status else ""
    return f"Package: {name}\n{said}Version: {version}\nArchitecture: amd64\n\n".encode()


def status(*names):
    return b"".join(stanza(*([name] if isinstance(name, str) else name)) for name in names)


def apk(*names):
    return b"".join(f"P:{name}\nV:1.0-r0\nA:x86_64\no:{name}-src\n\n".encode() for name in names)


DPKG = "var/lib/dpkg/status"
STATUS_D = "var/lib/dpkg/status.d/"


def debian(prefix=""):
    """A small Debian: what its layer has, its names with a prefix."""
    return [
        file(prefix + "etc/os-release", OS),
        file(prefix + "etc/passwd", PASSWD),
        file(prefix + "etc/group", b"root:x:0:\nmail:x:8:\n"),
        program(prefix + "usr/bin/wget"),
        file(prefix + DPKG, status("bash", ("gone", "1", "deinstall ok config-files"), "wget")),
    ]


def names(contents):
    return [package.name for package in contents.packages]
