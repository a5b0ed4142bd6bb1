FROM alpine:3.19
ONBUILD COPY --from=busybox:1.36 /a /b
