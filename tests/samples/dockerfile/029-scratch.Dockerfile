FROM scratch
ADD foo /
