FROM alpine:3.19 AS base-amd64
FROM alpine:3.18 AS base-arm64
FROM base-${TARGETARCH}
