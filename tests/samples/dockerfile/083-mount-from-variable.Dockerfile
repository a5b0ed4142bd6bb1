ARG GO=golang:1.21
FROM alpine:3.19
RUN --mount=type=bind,from=$GO,target=/go make
