FROM alpine:3.19
RUN something \