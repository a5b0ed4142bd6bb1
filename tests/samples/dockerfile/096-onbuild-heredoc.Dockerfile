FROM alpine:3.19
ONBUILD RUN <<EOF
COPY --from=evil:1.0 /a /b
EOF
