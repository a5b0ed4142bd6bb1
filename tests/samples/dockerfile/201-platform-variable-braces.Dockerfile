FROM --platform=${TARGETPLATFORM:-linux/amd64} golang:1.22 AS build
