FROM alpine:{{ version }}
