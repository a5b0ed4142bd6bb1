FROM alpine:3.19
CMD [1, 2]
