FROM alpine:3.19
onbuild copy --from=busybox:1.36 /a /b
