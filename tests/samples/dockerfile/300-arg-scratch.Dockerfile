ARG img="scratch"
FROM $img as base
