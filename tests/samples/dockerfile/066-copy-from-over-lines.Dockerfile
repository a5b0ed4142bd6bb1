FROM alpine:3.19
COPY \
  --chown=a:b \
  # where it is from
  --from=busybox:1.36 \
  /a /b
