ARG \
# multi-line arg
   # and multi-line comment
   # with more than one line

ALPINE_VERSION=alpine:3.15.4

FROM \
${ALPINE_VERSION} as stage1

ARG   \
  \
 # multi-line arg
 # and multi-line comment
 # and empty line

 nginx_version="18.04@sha256:eb85fc5b1198f5e1ec025ea07586bdbbf397e7d82df66c90d7511f533517e063"
FROM image5 as name5
