FROM alpine:3.19
RUN <<EOF
FROM evil:1.0
COPY --from=evil2:1.0 /a /b
EOF
RUN --mount=from=golang:1.21,target=/go make
