FROM alpine:3.19
RUN ["cat", "<<EOF"]
FROM busybox:1.36
