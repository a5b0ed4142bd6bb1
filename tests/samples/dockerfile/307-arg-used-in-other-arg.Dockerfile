ARG V=3.18
ARG LABEL=app-$V
FROM alpine:$V
