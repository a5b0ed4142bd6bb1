ARG JAVA=21
FROM maven:3.9-eclipse-temurin-${JAVA} AS build
FROM eclipse-temurin:${JAVA}-jre
