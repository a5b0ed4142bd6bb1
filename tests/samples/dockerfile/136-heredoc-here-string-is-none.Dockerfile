FROM alpine:3.19
RUN cat <<<"FROM evil:1.0"
FROM busybox:1.36
