FROM alpine:3.19
RNU echo typo
