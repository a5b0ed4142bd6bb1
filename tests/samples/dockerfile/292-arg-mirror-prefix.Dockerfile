ARG MIRROR=mirror.example.org/
FROM ${MIRROR}node:21-alpine
