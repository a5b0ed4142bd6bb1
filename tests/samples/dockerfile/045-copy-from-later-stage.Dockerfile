FROM alpine:3.19
COPY --from=later /a /b
FROM golang:1.22 AS later
