ARG TAG=3.18
FROM alpine:$TAG
ARG TAG
LABEL org.opencontainers.image.base.name="alpine:$TAG"
