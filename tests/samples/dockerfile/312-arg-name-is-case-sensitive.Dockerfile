ARG version=3.18
FROM alpine:${VERSION}
