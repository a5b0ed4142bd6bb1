FROM alpine:3.19 # the base
