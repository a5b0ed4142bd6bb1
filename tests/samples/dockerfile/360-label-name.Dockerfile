FROM docker.io/library/alpine:3.18
LABEL org.opencontainers.image.base.name="docker.io/library/alpine:3.18"
