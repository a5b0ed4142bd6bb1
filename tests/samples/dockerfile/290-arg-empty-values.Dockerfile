ARG patch1=""
ARG patch2=
FROM nginx:1.20${patch1}$patch2
