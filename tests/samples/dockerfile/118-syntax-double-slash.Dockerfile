// syntax=example.org/hlb/frontend:1.2
fs default() { image "alpine" }
