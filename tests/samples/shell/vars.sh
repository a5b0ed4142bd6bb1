VERSION=1.36
IMAGE=busybox:$VERSION # basewatch: image
export BASE="node:20@sha256:ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12ab12" # basewatch: image -- of the build
# basewatch: image
readonly RUNNER='gcr.io/acme/runner:v3'
IMG="${IMG:-python:3.12-slim}"   # basewatch: image
OTHER=redis:7
docker run $OPTS "$OTHER" # basewatch: image
TWICE=a:1
TWICE=b:1
docker run ${TWICE} # basewatch: image
LITERAL='a:$V' # basewatch: image
