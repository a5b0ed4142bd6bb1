FROM mcr.microsoft.com/dotnet/aspnet:8.0 AS base
EXPOSE 8080
FROM mcr.microsoft.com/dotnet/sdk:8.0 AS build
ARG BUILD_CONFIGURATION=Release
COPY ["Api/Api.csproj", "Api/"]
RUN dotnet restore "./Api/Api.csproj"
FROM build AS publish
RUN dotnet publish
FROM base AS final
COPY --from=publish /app/publish .
ENTRYPOINT ["dotnet", "Api.dll"]
