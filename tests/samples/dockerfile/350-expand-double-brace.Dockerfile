ARG TAG=3.18
FROM alpine:${{TAG}}
