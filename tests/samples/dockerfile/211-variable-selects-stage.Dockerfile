ARG FLAVOUR
FROM alpine:3.19 AS build-dev
FROM alpine:3.18 AS build-prod
FROM build-${FLAVOUR}
