ARG BASE=dev
FROM alpine:3.19 AS dev
FROM ${BASE}
