FROM alpine:3.19
RUN echo C:\\\
FROM busybox:1.36
