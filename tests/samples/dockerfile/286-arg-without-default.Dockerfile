ARG img_base
FROM $img_base
