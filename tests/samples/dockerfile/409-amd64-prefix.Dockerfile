FROM amd64/debian:10
