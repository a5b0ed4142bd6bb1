FROM alpine:3.19
RUN [[ -f /x ]] || cat <<EOF
FROM evil:1.0
EOF
FROM busybox:1.36
