
# syntax=docker/dockerfile:1.1.7
FROM alpine:3.19
