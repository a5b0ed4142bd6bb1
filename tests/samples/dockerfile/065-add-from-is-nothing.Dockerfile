FROM alpine:3.19
ADD https://example.org/a.tar.gz /
