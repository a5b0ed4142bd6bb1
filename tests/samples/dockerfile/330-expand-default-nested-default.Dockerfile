FROM alpine:${TAG:-${OTHER:-3.18}}
