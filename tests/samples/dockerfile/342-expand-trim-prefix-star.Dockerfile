ARG IMG=registry.example.org/alpine:3.18
FROM ${IMG#*/}
