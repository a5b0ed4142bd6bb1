"""The configuration that `basewatch init` writes: nothing is changed, everything is explained."""

from __future__ import annotations

STARTER = """\
# What basewatch may do with the base images of this repository.
# Nothing need be said: all lines below are examples. Take the '#' away to make one hold.

# policy:
#   pin: digest            # immutable: and the most precise tag; off: no digest is added
#   allow: [digest, revision, patch, minor, date]
#   apart: [major]         # each proposed on its own
#   min_age: 3d            # wait for so long before moving to what is new
#   versions: {ignore: ["*-patched-*"]}
#   lts_only: true         # no releases without long support, of what has some with

# The first rule that fits an image and its file decides.
# rules:
#   - images: [node, "quay.io/example/**"]
#     allow: [digest, patch]
#     versions: {allow: ["<22"]}
#   - files: ["examples/**"]
#     ignore: true

# What pull requests look like, how many there are at a time, and when.
# proposals:
#   group: image           # line, image, directory, pins or weekly-digests
#   labels: [docker]
#   open_at_most: 5
#   schedule: ["before 6am on monday"]
#   automerge: {kinds: [digest]}   # where nothing is introduced and nothing warned of

# Files not to be read at all, as in a .gitignore.
# ignore: ["*.template"]

# Whether to read folders of other people's code too (node_modules, vendor, ...).
# vendored: true

# The kinds of file to read, where not all of those in docs/formats.
# formats: [dockerfile, blubber]

# Files that basewatch does not know; docs/formats/patterns.md describes it.
# patterns:
#   - name: versions
#     files: [versions.env]
#     lines: ["BASE_IMAGE={image}"]
#     sample: "BASE_IMAGE=debian:12"
#     finds: ["debian:12"]

# What tags of images of your own are; docs/rules.md has all that can be said.
# tags:
#   - publisher: us
#     images: ["registry.example.org/**"]
#     claims:
#       - mutability: immutable
#         because: We never push a tag twice.
"""
