ARG	VARIANT="1.60.0-bullseye" 
FROM	rust:${VARIANT}
