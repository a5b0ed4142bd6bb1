FROM alpine:3.19
RUN --mount=TYPE=bind,FROM=golang:1.21,target=/go make
