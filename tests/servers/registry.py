"""Debian's docker-registry (distribution 2.8.2): open, behind a password, or behind tokens; and images to put there."""

import gzip
import hashlib
import io
import json
import os
import shutil
import socket
import subprocess
import tarfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from tests.canaries import canary

OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
TYPES = {
    "oci": (
        OCI_INDEX,
        OCI_MANIFEST,
        "application/vnd.oci.image.config.v1+json",
        "application/vnd.oci.image.layer.v1.tar+gzip",
    ),
    "docker": (
        DOCKER_LIST,
        DOCKER_MANIFEST,
        "application/vnd.docker.container.image.v1+json",
        "application/vnd.docker.image.rootfs.diff.tar.gzip",
    ),
}
USER, PASSWORD = "robot", canary("registry-password", suffix=":@/+%&")
REFRESH = canary("registry-identity", traded=True)


@dataclass
class RegistryServer:
    """A registry that runs: `base_url` is where, `push` the headers that pushing takes."""

    base_url: str
    push: dict = field(default_factory=dict)
    issuer: object = None

    @property
    def host(self):
        return self.base_url.removeprefix("http://")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def program():
    found = shutil.which("docker-registry")
    if found:
        return found
    message = "docker-registry is not installed (apt-get install docker-registry)"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(f"NOT TESTED: {message}")
    raise AssertionError


@contextmanager
def serve(folder, auth=None):
    """A registry that keeps its data in `folder`; `auth` is that part of its configuration."""
    folder = Path(folder)
    port = free_port()
    config = {
        "version": "0.1",
        "log": {"level": "error", "accesslog": {"disabled": True}},
        "storage": {
            "filesystem": {"rootdirectory": str(folder / "data")},
            "delete": {"enabled": True},
        },
        "http": {"addr": f"127.0.0.1:{port}"},
        **({"auth": auth} if auth else {}),
    }
    (folder / "registry.yml").write_text(json.dumps(config))  # JSON is YAML
    with (folder / "registry.log").open("wb") as log:
        process = subprocess.Popen(
            [program(), "serve", str(folder / "registry.yml")],
            stdout=log,
            stderr=log,
            env={"PATH": os.environ.get("PATH", "")},
        )
    try:
        wait_for(port, process, folder / "registry.log")
        yield RegistryServer(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(10)


def wait_for(port, process, log):
    for _ in range(400):
        if process.poll() is not None:
            raise RuntimeError(f"docker-registry ended: {log.read_text()[-2000:]}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.025)
    raise RuntimeError("docker-registry did not begin to listen")


@contextmanager
def serve_with_password(folder):
    """A registry that answers to `USER` and `PASSWORD` only."""
    path = Path(folder) / "htpasswd"
    made = subprocess.run(
        ["htpasswd", "-Bin", USER], input=PASSWORD, capture_output=True, check=True, text=True
    )
    path.write_text(made.stdout)
    with serve(folder, {"htpasswd": {"realm": "a test", "path": str(path)}}) as server:
        server.push = {"Authorization": httpx.BasicAuth(USER, PASSWORD)._auth_header}
        yield server


@contextmanager
def serve_with_tokens(folder):
    """A registry that wants tokens of an issuer of ours; who it is, is in `issuer`."""
    from tests.servers.issuer import issue

    with issue(Path(folder)) as issuer:
        auth = {
            "token": {
                "realm": f"{issuer.base_url}/token",
                "service": issuer.service,
                "issuer": issuer.name,
                "rootcertbundle": str(issuer.certificate),
            }
        }
        with serve(folder, auth) as server:
            server.issuer = issuer
            yield server


# ---------------------------------------------------------------- images


def digest_of(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def layer(files):
    """A gzipped tar with these files, the same bytes for the same files."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for name, content in sorted(files.items()):
            info = tarfile.TarInfo(name)
            info.size = len(content)
            info.mode = 0o755 if "/bin/" in f"/{name}" else 0o644
            tar.addfile(info, io.BytesIO(content))
    return gzip.compress(raw.getvalue(), mtime=0)


class Pusher:
    """Puts blobs and manifests into one repository."""

    def __init__(self, base_url, repository, headers=None):
        self.base = f"{base_url}/v2/{repository}"
        self.client = httpx.Client(headers=headers or {}, trust_env=False)

    def blob(self, data, media_type):
        digest = digest_of(data)
        began = self.client.post(f"{self.base}/blobs/uploads/").raise_for_status()
        where = httpx.URL(began.headers["location"]).copy_add_param("digest", digest)
        self.client.put(where, content=data).raise_for_status()
        return {"mediaType": media_type, "digest": digest, "size": len(data)}

    def manifest(self, document, reference=None):
        data = document if isinstance(document, bytes) else json.dumps(document).encode()
        digest = digest_of(data)
        self.client.put(
            f"{self.base}/manifests/{reference or digest}",
            content=data,
            headers={"Content-Type": json.loads(data)["mediaType"]},
        ).raise_for_status()
        return {
            "mediaType": json.loads(data)["mediaType"],
            "digest": digest,
            "size": len(data),
        }


def push_image(
    base_url,
    repository,
    tag,
    *,
    platforms=("linux/amd64",),
    content="",
    kind="oci",
    index=None,
    headers=None,
    labels=None,
    attestations=False,
):
    """
    Push one small image and give its digest: that of the index if there are several platforms
    (or `index` says so), else of the manifest. Other `content`, other digest.
    """
    pusher = Pusher(base_url, repository, headers)
    index_type, manifest_type, config_type, layer_type = TYPES[kind]
    with pusher.client:
        children = []
        for platform in platforms:
            os_, architecture, *variant = platform.split("/")
            where = {"os": os_, "architecture": architecture}
            where |= {"variant": variant[0]} if variant else {}
            blob = layer({"etc/content": f"{content} on {platform}".encode()})
            config = {**where, "config": {"Labels": labels or {}}, "rootfs": {"type": "layers"}}
            child = {
                "schemaVersion": 2,
                "mediaType": manifest_type,
                "config": pusher.blob(json.dumps(config).encode(), config_type),
                "layers": [pusher.blob(blob, layer_type)],
            }
            alone = len(platforms) == 1 and not index
            put = pusher.manifest(child, tag if alone else None)
            if alone:
                return put["digest"]
            children.append({**put, "platform": where})
            if attestations:
                children.append(
                    {
                        **put,
                        "platform": {"os": "unknown", "architecture": "unknown"},
                        "annotations": {"vnd.docker.reference.type": "attestation-manifest"},
                    }
                )
        document = {"schemaVersion": 2, "mediaType": index_type, "manifests": children}
        return pusher.manifest(document, tag)["digest"]
