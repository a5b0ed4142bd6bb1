FROM {{ registry }}/alpine:3.18
