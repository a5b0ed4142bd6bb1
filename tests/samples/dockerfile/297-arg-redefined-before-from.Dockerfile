ARG base=nginx:1.19
ARG base=nginx:1.20
FROM $base
