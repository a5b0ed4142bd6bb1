FROM eclipse-temurin:17.0.11_9-jre
