# syntax={{ frontend }}
FROM alpine:3.19
