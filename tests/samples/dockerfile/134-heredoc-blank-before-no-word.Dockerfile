FROM alpine:3.19
RUN test 1 << 2
FROM busybox:1.36
