ARG TAG=3.18
FROM alpine:$TAG AS a
FROM alpine/git:$TAG AS b
