ARG TAG="3.17"
FROM "alpine:${TAG:-3.18}"
