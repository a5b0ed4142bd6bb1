ARG V=3.18-slim
FROM alpine:${V%-slim}
