FROM scratch
LABEL org.opencontainers.image.base.name=alpine:3.18
