FROM alpine:3.19
RUN --mount=type=cache,target=/srv/a/cache \
    --mount=type=bind,from=golang:1.21,target=/go \
    # the next one is for node
    --mount=type=bind,from=node:20,target=/node \
    make all
