ARG TAG=3.18
FROM alpine:$TAG
LABEL org.opencontainers.image.base.name="alpine:$TAG"
