# escape=`
FROM mcr.microsoft.com/windows/servercore:ltsc2022 AS base
RUN dir C:\
COPY --from=mcr.microsoft.com/dotnet/runtime:8.0 `
  /a /b
