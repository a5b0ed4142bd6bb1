"""Whom a signing certificate names, by certificates that a library made."""

import datetime as dt

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from bot.provenance.certificates import Signer, signer_of

WORKFLOW = "https://github.com/acme/images/.github/workflows/release.yaml@refs/heads/main"
GITHUB = "https://token.actions.githubusercontent.com"
KEY = ec.generate_private_key(ec.SECP256R1())
ISSUER_1, ISSUER_2 = (f"1.3.6.1.4.1.57264.1.{n}" for n in (1, 8))


def certificate(*names, issuer_1=None, issuer_2=None):
    nobody = x509.Name([])
    start = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(nobody)
        .issuer_name(nobody)
        .public_key(KEY.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(minutes=10))
    )
    if names:
        built = built.add_extension(x509.SubjectAlternativeName(names), critical=True)
    for oid, value in ((ISSUER_1, issuer_1), (ISSUER_2, issuer_2)):
        if value is not None:
            unknown = x509.UnrecognizedExtension(x509.ObjectIdentifier(oid), value)
            built = built.add_extension(unknown, critical=False)
    return built.sign(KEY, hashes.SHA256())


def test_a_workflow_and_who_vouched_for_it_are_read():
    value = bytes([0x0C, len(GITHUB)]) + GITHUB.encode()
    made = certificate(x509.UniformResourceIdentifier(WORKFLOW), issuer_2=value)
    for form in (made.public_bytes(Encoding.DER), made.public_bytes(Encoding.PEM).decode()):
        assert signer_of(form) == Signer(WORKFLOW, GITHUB)


def test_a_mail_address_and_the_older_extension_are_read():
    made = certificate(
        x509.RFC822Name("keyless@distroless.example"), issuer_1=b"https://accounts.google.com"
    )
    found = signer_of(made.public_bytes(Encoding.DER))
    assert found == Signer("keyless@distroless.example", "https://accounts.google.com")


def test_the_newer_extension_counts_before_the_older():
    value = bytes([0x0C, len(GITHUB)]) + GITHUB.encode()
    made = certificate(issuer_1=b"https://older.example", issuer_2=value)
    assert signer_of(made.public_bytes(Encoding.DER)) == Signer("", GITHUB)


def test_names_of_other_kinds_are_passed_over():
    made = certificate(x509.DNSName("example.org"), x509.RFC822Name("a@b.example"))
    assert signer_of(made.public_bytes(Encoding.DER)).identity == "a@b.example"


@pytest.mark.parametrize(
    "text", ["", "no certificate", "-----BEGIN CERTIFICATE-----", "A" * 200_000]
)
def test_what_is_no_certificate_names_nobody(text):
    assert signer_of(text) == Signer()
    assert signer_of(text.encode()) == Signer()


DER = certificate(x509.RFC822Name("a@b.example")).public_bytes(Encoding.DER)


@given(st.integers(0, len(DER)), st.integers(0, 255))
def test_a_certificate_that_is_cut_or_changed_breaks_nothing(at, byte):
    for data in (DER[:at], DER[:at] + bytes([byte]) + DER[at + 1 :]):
        assert isinstance(signer_of(data), Signer)


def test_a_name_with_control_characters_is_not_told():
    made = certificate(x509.UniformResourceIdentifier("https://a\x1b[2J.example"))
    assert signer_of(made.public_bytes(Encoding.DER)).identity == ""
