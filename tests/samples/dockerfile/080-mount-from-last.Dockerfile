FROM alpine:3.19
RUN --mount=type=bind,target=/go,from=golang:1.21 make
