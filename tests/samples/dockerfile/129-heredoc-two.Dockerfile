FROM alpine:3.19
COPY <<one <<two /dest/
FROM evil:1.0
one
FROM evil:2.0
two
FROM busybox:1.36
