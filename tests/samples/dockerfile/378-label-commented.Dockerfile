FROM alpine:3.18
# LABEL org.opencontainers.image.base.name=alpine:3.18
