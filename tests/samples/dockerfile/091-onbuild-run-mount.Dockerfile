FROM alpine:3.19
ONBUILD RUN --mount=from=golang:1.21,target=/go make
