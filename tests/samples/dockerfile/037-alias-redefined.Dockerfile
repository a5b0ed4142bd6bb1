FROM golang:1.21 AS build
FROM golang:1.22 AS build
FROM build
