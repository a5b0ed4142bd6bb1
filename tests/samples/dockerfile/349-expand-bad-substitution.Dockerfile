FROM alpine:${}
