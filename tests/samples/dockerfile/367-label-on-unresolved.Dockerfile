ARG BASE
FROM $BASE
LABEL org.opencontainers.image.base.name=alpine:3.18
