# syntax=docker/dockerfile:1
# escape=`
# check=error=true
FROM `
  alpine:3.19
