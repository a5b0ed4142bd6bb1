FROM alpine:3.19
COPY --exclude=*.md --from=busybox:1.36 /a /b
