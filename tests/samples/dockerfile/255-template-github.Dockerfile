FROM ghcr.io/${{ github.repository }}/base:1
