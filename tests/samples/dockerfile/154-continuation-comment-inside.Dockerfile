FROM \
# which one?
  alpine:3.19 \
  # a name
  AS base
