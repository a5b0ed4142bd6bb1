# syntax=docker/dockerfile:1 --flag
FROM alpine:3.19
