FROM alpine:3.19
RUN --mount=type=bind,from=golang:1.21,target=/go --mount=type=bind,from=node:20,target=/node make
