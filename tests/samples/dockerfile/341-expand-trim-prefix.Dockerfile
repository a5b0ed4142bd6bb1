ARG V=v3.18
FROM alpine:${V#v}
