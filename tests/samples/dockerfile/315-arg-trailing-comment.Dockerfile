ARG TAG=3.18 # basewatch: ignore
FROM alpine:$TAG
