"""Indexes of packages as `apk index` and `abuild-sign` make them: a signature, and an archive."""

import gzip
import io
import tarfile

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

KEY = rsa.generate_private_key(65537, 2048)
OTHER = rsa.generate_private_key(65537, 1024)
HASHES = {"RSA": hashes.SHA1, "RSA256": hashes.SHA256}


def pem(key=KEY):
    """The public half, as keyrings have it."""
    kinds = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, kinds)


def record(name, version, origin="", **more):
    """One package of an index."""
    fields = {"C": "Q1abc=", "P": name, "V": version, "A": "x86_64", "o": origin or name, **more}
    return "\n".join(f"{key}:{value}" for key, value in fields.items())


def tar(members, *, whole):
    """An archive, with or without the blocks that end it."""
    into = io.BytesIO()
    with tarfile.open(fileobj=into, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, data in members:
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
        end = archive.offset
    return into.getvalue() if whole else into.getvalue()[:end]


def unsigned(*records):
    """An index that nobody signed."""
    text = "\n\n".join(records) + "\n\n"
    members = [("DESCRIPTION", b"v1"), ("APKINDEX", text.encode())]
    return gzip.compress(tar(members, whole=True), mtime=0)


def signed(*records, key=KEY, name="test.rsa.pub", kind="RSA256"):
    """An index and the signature of a key before it."""
    data = unsigned(*records)
    value = key.sign(data, padding.PKCS1v15(), HASHES[kind]())
    head = tar([(f".SIGN.{kind}.{name}", value)], whole=False)
    return gzip.compress(head, mtime=0) + data
