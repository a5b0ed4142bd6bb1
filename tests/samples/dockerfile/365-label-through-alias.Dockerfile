FROM alpine:3.18 AS base
FROM base AS final
LABEL org.opencontainers.image.base.name=alpine:3.18
