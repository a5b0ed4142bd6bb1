# basewatch: image

docker run node:20
echo "$X" # basewatch: image
# basewatch: ignore

# basewatch: hold
IMAGE=node:20 # basewatch: image
# basewatch: image
