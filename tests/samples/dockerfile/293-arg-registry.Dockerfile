ARG REGISTRY=registry.example.org
FROM ${REGISTRY}/team/app:1.2
