# syntax=docker.io/docker/dockerfile-upstream:master-labs
FROM alpine:3.19
