arg TAG=3.18
from alpine:$TAG
