FROM "alpine":'3.18' AS base
