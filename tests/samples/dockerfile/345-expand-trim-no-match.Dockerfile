ARG V=3.18
FROM alpine:${V%-slim}
