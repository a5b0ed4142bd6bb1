FROM alpine:${TAG:-'3.18'}
