FROM alpine:3.19
RUN <<EOF
echo \
EOF
FROM busybox:1.36
