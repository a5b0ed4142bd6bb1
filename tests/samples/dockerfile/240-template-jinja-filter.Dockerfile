FROM {{ image | default("alpine:3.18") }} AS base
RUN x
