# syntax=$FRONTEND
FROM alpine:3.19
