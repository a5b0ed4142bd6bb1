docker --context x container run --pull=always -e "A=b c" -- node:20 # basewatch: image
X=$(docker create --entrypoint '' "busybox:1.36") # basewatch: image
docker run 'a:$V' # basewatch: image
docker run al"pi"ne:3.20 # basewatch: image
docker run "" # basewatch: image
docker ps # basewatch: image
docker # basewatch: image
docker run # basewatch: image
if ! docker pull -q quay.io/acme/tool:2; then exit 1; fi # basewatch: image
podman run -v/x:/y -p80:80 Not/An:Image # basewatch: image
docker run --platform $P $IMG cmd # basewatch: image
docker run node:20 \