ARG TOOL=busybox:1.36
FROM alpine:3.19
COPY --from=$TOOL /a /b
