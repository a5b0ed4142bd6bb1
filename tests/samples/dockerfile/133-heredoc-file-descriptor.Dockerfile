FROM alpine:3.19
RUN 3<<EOF cat <&3
FROM evil:1.0
EOF
FROM busybox:1.36
