ARG TAG=3.18
FROM alpine:${TAG:?give a tag}
