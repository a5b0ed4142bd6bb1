ARG V=1.36
FROM alpine:3.19
COPY --from=busybox:${V} /a /b
