FROM alpine:3.19
RUN apk add \

  curl \

  wget
COPY --from=busybox:1.36 /a /b
