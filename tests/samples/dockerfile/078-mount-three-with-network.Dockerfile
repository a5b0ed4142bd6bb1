FROM alpine:3.19
RUN --network=none --mount=type=cache,target=/c --mount=target=/g,from=golang:1.21 --security=insecure --mount=from=node:20,target=/n make
