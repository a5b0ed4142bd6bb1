# syntax=docker/dockerfile:1
# foo=bar
# escape=`
FROM alpine:3.19
