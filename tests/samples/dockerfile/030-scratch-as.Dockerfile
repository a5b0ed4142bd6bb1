FROM scratch AS empty
COPY a b
