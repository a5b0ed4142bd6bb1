FROM \
  # comment
  alpine:3.19 \
  AS base
COPY --from=busybox:1.36 \
  /a /b
