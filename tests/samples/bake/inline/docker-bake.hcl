variable "NODE" { default = "20" }
variable "MISSING" {}
target "heredoc" {
  args = { V = "3.18" }
  dockerfile-inline = <<-EOT
    # syntax=docker/dockerfile:1
    ARG V
    FROM alpine:$${V} AS base
    FROM node:${NODE}
    COPY --from=busybox:1.36 /a /a
    # basewatch: ignore
    FROM debian:12
    FROM ${MISSING}:1
  EOT
}
target "string" {
  dockerfile-inline = "FROM ubuntu:22.04\nRUN true\n"
}
target "ok" {
  dockerfile-inline = <<EOF
FROM scratch
FROM fedora:39
EOF
}
target "undeclared" {
  dockerfile-inline = "FROM ${NOWHERE}\n"
}
