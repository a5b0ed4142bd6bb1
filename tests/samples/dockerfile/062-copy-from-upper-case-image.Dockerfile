FROM alpine:3.19
COPY --from=BusyBox:1.36 a b
