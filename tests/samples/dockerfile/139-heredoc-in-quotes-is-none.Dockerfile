FROM alpine:3.19
RUN echo "cat <<EOF"
FROM busybox:1.36
