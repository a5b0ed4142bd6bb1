FROM alpine:3.18@sha256:eb85fc5b1198f5e1ec025ea07586bdbbf397e7d82df66c90d7511f533517e063
LABEL org.opencontainers.image.base.name="alpine:3.18" \
      org.opencontainers.image.base.digest="sha256:eb85fc5b1198f5e1ec025ea07586bdbbf397e7d82df66c90d7511f533517e063"
