val baseImage = "gcr.io/distroless/java17-debian12:nonroot"
configure<com.google.cloud.tools.jib.gradle.JibExtension> {
    from { image = baseImage } /* basewatch: ignore */
}
jib.from.image = "azul/zulu-openjdk-alpine:21.0.1-jre"
jib {
    from.image = "tar:///opt/base.tar"
    from.image = project.property("base").toString()
    to.image = "acme/app:1"
}
