FROM alpine:__VERSION__
