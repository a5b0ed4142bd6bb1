ARG base=nginx:1.19
FROM $base as base1
ARG base=nginx:1.20
FROM --platform=amd64 $base as base2
