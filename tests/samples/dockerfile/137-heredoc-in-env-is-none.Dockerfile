FROM alpine:3.19
ENV MARK=<<EOF
FROM busybox:1.36
