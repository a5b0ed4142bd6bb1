FROM node:8.15.1-alpine as skippedfrom
FROM golang:1.23 as builder
FROM alpine:latest as production
COPY --from=builder /app /app
