FROM alpine:3.19
RUN <<EOF
from evil:1.0
EOF
