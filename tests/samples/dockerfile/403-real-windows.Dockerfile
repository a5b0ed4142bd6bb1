# escape=`
ARG WINDOWS=ltsc2022
FROM mcr.microsoft.com/windows/servercore:${WINDOWS}
SHELL ["powershell", "-Command"]
RUN Invoke-WebRequest https://example.org -OutFile C:\a.zip; `
    Remove-Item C:\a.zip
