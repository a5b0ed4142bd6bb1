FROM golang:1.22 AS build
FROM alpine:3.19
RUN --mount=type=bind,from=0,target=/x x
