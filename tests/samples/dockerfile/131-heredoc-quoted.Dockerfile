FROM alpine:3.19
RUN <<'EOF' bash
FROM evil:1.0
EOF
FROM busybox:1.36
