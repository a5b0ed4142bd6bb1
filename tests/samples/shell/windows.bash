# basewatch: image
docker run node:20
IMAGE=node:18 # basewatch: image # basewatch: ignore
