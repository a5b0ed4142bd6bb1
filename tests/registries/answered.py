"""What tests of several registries make answers of."""

import httpx
from hypothesis import strategies as st

INDEX = "application/vnd.oci.image.index.v1+json"
SINGLE = "application/vnd.docker.distribution.manifest.v2+json"
OLD = "application/vnd.docker.distribution.manifest.v1+prettyjws"


def a_digest(character):
    return "sha256:" + character * 64


def gone(_):
    raise httpx.ConnectError("gone")


KEYS = [
    "name",
    "tags",
    "digest",
    "manifest",
    "manifest_digest",
    "start_ts",
    "has_additional",
    "push_time",
    "tag",
    "mediaType",
    "manifest_media_type",
    "timeUploadedMs",
    "registry_id",
]

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from([a_digest("a"), INDEX, "1717680780000", "2024-06-06T13:33:00Z"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*KEYS, a_digest("a")]), inner, max_size=5)
    ),
    max_leaves=20,
)
