ARG A=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
FROM alpine:${A%*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*a*b}
