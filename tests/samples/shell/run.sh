#!/usr/bin/env bash
set -euo pipefail
docker run --rm alpine:3.18 true   # nobody asks
docker run --rm -v "$PWD:/src" -e A=b -it node:20.11 npm test # basewatch: image

# what the tests need
# basewatch: image
sudo podman pull --quiet docker.io/library/postgres:16.1

# basewatch: image
# basewatch: allow patch
nerdctl run \
  --name web \
  -dp 80:80 --platform linux/amd64 \
  "nginx:1.27" -g "daemon off;"
