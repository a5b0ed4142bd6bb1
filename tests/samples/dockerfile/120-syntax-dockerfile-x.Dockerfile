# syntax=devthefuture/dockerfile-x:1.4.2
FROM ./other/dockerfile#base AS base
INCLUDE ./common
