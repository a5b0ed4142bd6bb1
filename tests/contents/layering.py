"""Layers and images for tests, made member by member."""

import gzip
import hashlib
import io
import tarfile

from bot.model import Description, ImageConfig, Layer

GZIP = "application/vnd.oci.image.layer.v1.tar+gzip"


def file(name, data=b"", mode=0o644):
    return _member(name, tarfile.REGTYPE, data=data, mode=mode)


def program(name):
    return file(name, b"#!", 0o755)


def folder(name):
    return _member(name, tarfile.DIRTYPE, mode=0o755)


def symlink(name, target):
    return _member(name, tarfile.SYMTYPE, link=target, mode=0o777)


def hardlink(name, target):
    return _member(name, tarfile.LNKTYPE, link=target)


def device(name):
    return _member(name, tarfile.CHRTYPE)


def _member(name, kind, *, data=b"", link="", mode=0o644):
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.mode, info.size = kind, link, mode, len(data)
    return info, data


def archive(*members, form=tarfile.GNU_FORMAT):
    """A tar of members, with its end."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=form) as tar:
        for info, data in members:
            # tarfile takes a slash at the end away; who wrote this archive did not
            tar.addfile(info, io.BytesIO(data))
    return buffer.getvalue()


def packed(*members):
    return gzip.compress(archive(*members), 1, mtime=0)


def digest_of(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


class Image:
    """Layers as they would be fetched, the lowest first; `asked` are those that were."""

    def __init__(self, *blobs, diff_ids=(), media_type=GZIP):
        self.blobs = {digest_of(blob): blob for blob in blobs}
        self.asked = []
        diff_ids = [*diff_ids, *[""] * (len(blobs) - len(diff_ids))]
        layers = tuple(
            Layer(digest_of(blob), len(blob), media_type, diff_id)
            for blob, diff_id in zip(blobs, diff_ids, strict=True)
        )
        self.description = Description(
            "sha256:" + "d" * 64, "sha256:" + "1" * 64, "linux/amd64", ImageConfig(), layers
        )

    def blob(self, layer):
        self.asked.append(layer.digest)
        return io.BytesIO(self.blobs[layer.digest])
