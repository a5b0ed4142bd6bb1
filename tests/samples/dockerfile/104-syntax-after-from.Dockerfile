FROM alpine:3.19
# syntax=docker/dockerfile:1.1.7
