FROM alpine:3.19
CMD cat <<EOF
FROM busybox:1.36
