FROM alpine:3.19
COPY --link=true --chmod=0755 --parents --from=busybox:1.36 --chown=1000:1000 /a /b
