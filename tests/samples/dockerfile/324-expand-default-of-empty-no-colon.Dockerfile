ARG SUFFIX=
FROM alpine:3.18${SUFFIX--slim}
