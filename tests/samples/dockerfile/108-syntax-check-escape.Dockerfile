# syntax=docker/dockerfile:1
# check=error=true
# escape=`
FROM `
  alpine:3.19
