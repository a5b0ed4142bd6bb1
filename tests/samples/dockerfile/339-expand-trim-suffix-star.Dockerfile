ARG V=3.18.4
FROM alpine:${V%.*}
