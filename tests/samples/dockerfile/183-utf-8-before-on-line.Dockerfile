FROM alpine:3.19
COPY --chown=ü:ü --from=busybox:1.36 /a /b
