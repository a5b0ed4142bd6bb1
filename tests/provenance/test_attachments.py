"""What is attached to an image: in a real registry, and in every form that publishers use."""

import asyncio
import base64
import json

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from bot.errors import EvidenceError, MissingError, RegistryError
from bot.http import Limits
from bot.image import ImageRef
from bot.model import Attachment, Description, Document, ImageConfig, Provenance, Referrer
from bot.provenance import Origins
from bot.registries import HostSettings, opened
from tests.provenance.test_certificates import WORKFLOW, certificate
from tests.servers.registry import Pusher, digest_of, push_image

OCI = "application/vnd.oci.image.manifest.v1+json"
INDEX = "application/vnd.oci.image.index.v1+json"
BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json"
SIGNED = "https://sigstore.dev/cosign/sign/v1"
SLSA = "https://slsa.dev/provenance/v1"
MADE = certificate(x509.UniformResourceIdentifier(WORKFLOW))
PEM = MADE.public_bytes(Encoding.PEM).decode()
RAW = base64.b64encode(MADE.public_bytes(Encoding.DER)).decode()
IMAGE = ImageRef.parse("r.example/team/app:1")
PLATFORM, WHOLE = (f"sha256:{c * 64}" for c in "ab")


def described(index=WHOLE, digest=PLATFORM, annotations=()):
    return Description(digest, index, "linux/amd64", ImageConfig(), (), dict(annotations))


class Shelf:
    """A registry that has what a test lays out: documents by tag or digest, blobs, referrers."""

    def __init__(self, documents=(), blobs=(), referrers=(), fails=False):
        self.documents, self.blobs = {WHOLE: {}, **dict(documents)}, dict(blobs)
        self.listed, self.fails = tuple(referrers), fails

    async def referrers(self, image):
        if self.fails:
            raise RegistryError("r.example: it is out of order")
        return self.listed if image.digest == WHOLE else ()

    async def document(self, image):
        body = self.documents.get(image.tag or image.digest)
        if body is None:
            raise MissingError(f"{image}: there is no such thing")
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        return Document(digest_of(body), "", body)

    async def blob(self, _image, digest, _size, write):
        write(self.blobs[digest])


def found(shelf, description=None):
    return asyncio.run(Origins(shelf).of(IMAGE, description or described()))


def tag(suffix):
    return f"sha256-{'b' * 64}.{suffix}"


def test_the_tags_of_cosign_are_read_with_who_signed():
    layer = {"annotations": {"dev.sigstore.cosign/certificate": PEM}}
    att = {"annotations": {"dev.sigstore.cosign/certificate": PEM, "predicateType": SLSA}}
    shelf = Shelf({tag("sig"): {"layers": [layer]}, tag("att"): {"layers": [att, 7]}})
    assert found(shelf).attachments == (
        Attachment("signature", "cosign tag", WORKFLOW),
        Attachment("attestation", "cosign tag", WORKFLOW, predicate=SLSA),
    )


def bundle(material):
    return json.dumps({"verificationMaterial": material}).encode()


@pytest.mark.parametrize(
    "material",
    [
        {"certificate": {"rawBytes": RAW}},
        {"x509CertificateChain": {"certificates": [{"rawBytes": RAW}]}},
    ],
)
def test_a_sigstore_bundle_is_opened_to_see_who_signed(material):
    data = bundle(material)
    layer = {"digest": digest_of(data), "size": len(data)}
    shelf = Shelf(
        {PLATFORM: {"layers": [layer]}},
        {digest_of(data): data},
        [Referrer(PLATFORM, OCI, BUNDLE, {"dev.sigstore.bundle.predicateType": SIGNED})],
    )
    (only,) = found(shelf).attachments
    assert only == Attachment("signature", "sigstore bundle", WORKFLOW, predicate=SIGNED)


@pytest.mark.parametrize(
    "layers", [[], [{"digest": PLATFORM, "size": 1 << 30}], [{"digest": PLATFORM, "size": "x"}]]
)
def test_a_bundle_that_cannot_be_opened_is_told_without_a_name(layers):
    shelf = Shelf({PLATFORM: {"layers": layers}}, {}, [Referrer(PLATFORM, OCI, BUNDLE)])
    assert found(shelf).attachments == (Attachment("signature", "sigstore bundle"),)


@pytest.mark.parametrize(
    "data", [b"rubbish", b"[]", bundle(7), bundle({}), bundle({"certificate": 1})]
)
def test_a_bundle_of_rubbish_names_nobody(data):
    layer = {"digest": digest_of(data), "size": len(data)}
    shelf = Shelf(
        {PLATFORM: {"layers": [layer]}}, {digest_of(data): data}, [Referrer(PLATFORM, OCI, BUNDLE)]
    )
    assert found(shelf).attachments == (Attachment("signature", "sigstore bundle"),)


@pytest.mark.parametrize(
    ("referrer", "told"),
    [
        (
            Referrer(PLATFORM, OCI, "application/vnd.cncf.notary.signature"),
            Attachment("signature", "notation"),
        ),
        (Referrer(PLATFORM, OCI, "application/spdx+json"), Attachment("sbom", "referrer")),
        (
            Referrer(PLATFORM, OCI, BUNDLE, {"dev.sigstore.bundle.predicateType": SLSA}),
            Attachment("attestation", "sigstore bundle", predicate=SLSA),
        ),
        (Referrer(PLATFORM, OCI, "application/vnd.acme.thing"), None),
    ],
)
def test_each_kind_of_referrer_is_told_as_what_it_is(referrer, told):
    shelf = Shelf({PLATFORM: {"layers": []}}, {}, [referrer])
    assert found(shelf).attachments == ((told,) if told else ())


def test_what_buildkit_attests_is_found_in_the_index():
    about = {
        "digest": PLATFORM,
        "annotations": {
            "vnd.docker.reference.type": "attestation-manifest",
            "vnd.docker.reference.digest": PLATFORM,
        },
    }
    spdx = {"annotations": {"in-toto.io/predicate-type": "https://spdx.dev/Document"}}
    slsa = {"annotations": {"in-toto.io/predicate-type": SLSA}}
    shelf = Shelf({WHOLE: {"manifests": [{}, about]}, PLATFORM: {"layers": [spdx, slsa, {}]}})
    assert found(shelf).attachments == (
        Attachment("sbom", "buildkit", predicate="https://spdx.dev/Document"),
        Attachment("attestation", "buildkit", predicate=SLSA),
    )


def test_an_image_to_which_nothing_is_attached_has_nothing():
    shelf = Shelf({WHOLE: {"manifests": []}})
    assert found(shelf) == Provenance()
    assert found(Shelf(), described(index=PLATFORM)) == Provenance()


def test_that_the_registry_could_not_be_asked_is_not_that_there_is_nothing():
    with pytest.raises(EvidenceError, match=r"could not be read: .*it is out of order"):
        found(Shelf(fails=True))


def test_source_and_base_are_what_the_image_says():
    said = {
        "org.opencontainers.image.source": "https://github.com/acme/app",
        "org.opencontainers.image.revision": "c" * 40,
        "org.opencontainers.image.base.name": "debian:trixie",
        "org.opencontainers.image.base.digest": WHOLE,
    }
    told = found(Shelf({WHOLE: {}}), described(annotations=said))
    assert (told.source, told.revision) == ("https://github.com/acme/app", "c" * 40)
    assert (told.base_name, told.base_digest) == ("debian:trixie", WHOLE)


@pytest.mark.registry
def test_signatures_in_a_real_registry_are_found(open_registry):
    base = open_registry.base_url
    digest = push_image(base, "team/signed", "1", platforms=("linux/amd64", "linux/arm64"))
    with (pusher := Pusher(base, "team/signed")).client:
        config = pusher.blob(b"{}", "application/vnd.oci.image.config.v1+json")
        payload = pusher.blob(b"{}", "application/vnd.dev.cosign.simplesigning.v1+json")
        signed = {**payload, "annotations": {"dev.sigstore.cosign/certificate": PEM}}
        manifest = {"schemaVersion": 2, "mediaType": OCI, "config": config, "layers": [signed]}
        pusher.manifest(manifest, f"{digest.replace(':', '-')}.sig")
        data = bundle({"certificate": {"rawBytes": RAW}})
        referring = {
            "schemaVersion": 2,
            "mediaType": OCI,
            "artifactType": BUNDLE,
            "config": config,
            "layers": [pusher.blob(data, BUNDLE)],
        }
        entry = {**pusher.manifest(referring), "artifactType": BUNDLE}
        listing = {"schemaVersion": 2, "mediaType": INDEX, "manifests": [entry]}
        pusher.manifest(listing, digest.replace(":", "-"))

    async def ask():
        hosts = {open_registry.host: HostSettings(insecure=True)}
        async with opened(hosts, None, limits=Limits(backoff=0.001, tries=2)) as registries:
            image = ImageRef.parse(f"{open_registry.host}/team/signed:1")
            return await Origins(registries).of(image, described(index=digest))

    assert asyncio.run(ask()).attachments == (
        Attachment("signature", "sigstore bundle", WORKFLOW),
        Attachment("signature", "cosign tag", WORKFLOW),
    )
