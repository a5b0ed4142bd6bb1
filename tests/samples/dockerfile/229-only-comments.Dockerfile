# FROM alpine:3.19
# nothing here
