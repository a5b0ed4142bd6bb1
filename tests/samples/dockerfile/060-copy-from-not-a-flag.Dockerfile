FROM alpine:3.19
COPY a --from=busybox:1.36 b
