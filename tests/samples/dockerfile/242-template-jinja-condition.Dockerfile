{% if debug %}
FROM alpine:3.18
{% else %}
FROM alpine:3.19
{% endif %}
