FROM alpine:3.19
RUN --mount=type=bind,from=golang:1.21,target=/go <<EOF
FROM evil:1.0
make
EOF
