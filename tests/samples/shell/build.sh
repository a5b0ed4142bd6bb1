# basewatch: image
docker buildx build --build-arg BASE=golang:1.22 --build-arg VERSION=1.2 --build-arg=RUN=debian:12 \
  --build-context base=docker-image://alpine:3.20 --build-context src=. -t acme/app:1 .
podman build --from ubi9/ubi:9.4 -t x . # basewatch: image
docker build . # basewatch: image
docker build --build-arg # basewatch: image
docker build --build-arg X . # basewatch: image
