FROM alpine:3.19
RUN <<EOF && true
FROM evil:1.0
EOF
COPY --from=busybox:1.36 <<EOF /x
FROM evil:2.0
EOF
