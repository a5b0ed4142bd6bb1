FROM alpine:3.19
RUN echo $((1 << 2))
FROM busybox:1.36
