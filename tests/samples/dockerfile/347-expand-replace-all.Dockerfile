ARG V=3_18_1
FROM alpine:${V//_/.}
