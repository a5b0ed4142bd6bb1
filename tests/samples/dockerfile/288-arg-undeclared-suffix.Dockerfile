FROM mcr.microsoft.com/dotnet/sdk:5.0${IMAGESUFFIX}
