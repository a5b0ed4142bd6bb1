FROM alpine:3.19
COPY <<EOT /etc/Dockerfile
FROM evil:1.0 AS x
EOT
