#  syntax=docker/dockerfile:1
 # EsCaPe=`
FROM alpine:3.19 `
  AS base
