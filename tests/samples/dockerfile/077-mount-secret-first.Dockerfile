FROM alpine:3.19
RUN --mount=type=secret,id=foo --mount=from=golang:1.21,target=/go make
