FROM alpine:3.18
ENV BASE=alpine:3.18
LABEL org.opencontainers.image.base.name=$BASE
