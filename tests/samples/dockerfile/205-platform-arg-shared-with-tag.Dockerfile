ARG X=amd64
FROM --platform=linux/$X example/app:$X
