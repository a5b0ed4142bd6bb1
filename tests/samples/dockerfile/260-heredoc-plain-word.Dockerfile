FROM alpine:3.19
RUN cat > Dockerfile <<EOF
FROM debian
EOF
