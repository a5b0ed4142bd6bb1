# basewatch: image belongs in front of images
docker run node:20
