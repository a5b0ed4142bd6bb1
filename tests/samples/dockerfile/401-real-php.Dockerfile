FROM composer:2.7 AS vendor
FROM php:8.3-fpm-alpine
COPY --from=vendor /app/vendor /var/www/vendor
COPY --from=mlocati/php-extension-installer:2 /usr/bin/install-php-extensions /usr/local/bin/
