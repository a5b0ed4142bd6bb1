ARG base=nginx:1.19
ARG base
FROM $base
