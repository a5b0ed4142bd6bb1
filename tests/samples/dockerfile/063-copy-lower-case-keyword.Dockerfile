FROM alpine:3.19
copy --from=busybox:1.36 /a /b
