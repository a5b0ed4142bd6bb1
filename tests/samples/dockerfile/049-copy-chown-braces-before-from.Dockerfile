FROM alpine:3.19
COPY --chown=${USER} --from=busybox:1.36 /a /b
