using Microsoft.OpenApi;

namespace Flowers.WebApi;

/// <summary>What the OpenAPI document says that cannot be read off the code.</summary>
internal static class ApiDocument
{
    public static IServiceCollection AddApiDocument(this IServiceCollection services, string title) => services.AddOpenApi(options =>
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = title,
                Version = "v1",
                Description = "Classifies images. Every error is a problem of RFC 9457.",
            };
            return Task.CompletedTask;
        }));

    /// <summary>Says that an image is the body, or a file of a form.</summary>
    public static RouteHandlerBuilder TakesImage(
        this RouteHandlerBuilder builder) => builder.AddOpenApiOperationTransformer((operation, _, _) =>
    {
        var file = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" };
        var form = new OpenApiSchema
        {
            Type = JsonSchemaType.Object,
            Required = new HashSet<string> { "image" },
            Properties = new Dictionary<string, IOpenApiSchema> { ["image"] = file },
        };
        operation.RequestBody = new OpenApiRequestBody
        {
            Required = true,
            Content = ImageUpload.ContentTypes.ToDictionary(
                type => type, type => new OpenApiMediaType { Schema = type == ImageUpload.FormType ? form : file }),
        };
        return Task.CompletedTask;
    });
}
