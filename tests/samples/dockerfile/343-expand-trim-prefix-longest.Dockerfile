ARG IMG=a.example.org/b/alpine:3.18
FROM ${IMG##*/}
