FROM alpine:3.19
RUN <<EOF
# FROM evil:1.0
# basewatch: ignore
echo
EOF
FROM busybox:1.36
