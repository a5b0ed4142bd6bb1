ARG A=1 TAG=3.19
FROM alpine:${TAG}
