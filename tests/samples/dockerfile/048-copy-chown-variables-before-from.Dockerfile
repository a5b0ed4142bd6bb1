FROM alpine:3.19
COPY --chown=$USER:$USER --from=busybox:1.36 /a /b
