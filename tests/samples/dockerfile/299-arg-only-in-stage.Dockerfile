FROM alpine:3.19 AS a
ARG TAG=3.18
FROM alpine:$TAG
