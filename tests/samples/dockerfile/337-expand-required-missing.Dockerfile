FROM alpine:${TAG:?missing}
