FROM alpine:3.18
LABEL a=b org.opencontainers.image.base.name=alpine:3.18 c="d e"
