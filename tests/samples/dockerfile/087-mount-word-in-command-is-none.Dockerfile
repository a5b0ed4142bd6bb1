FROM alpine:3.19
RUN tool --mount=type=bind,from=golang:1.21 make
