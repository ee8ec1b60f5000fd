using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Flowers.WebApi;

/// <summary>The web application: its services, and what each address answers.</summary>
internal static class Server
{
    /// <summary>What a form has around its file.</summary>
    private const int FormBytes = 16 << 10;

    /// <summary>Of a request's body. The slowest network of a phone is twice as fast.</summary>
    private const int LeastBytesPerSecond = 2 << 10;

    /// <param name="modelPath">The file of the trained model.</param>
    /// <param name="args">Settings, as <c>--urls</c>, <c>--Title</c> or <c>--Limits:QueueLength</c>.</param>
    /// <param name="configure">Changes the services.</param>
    /// <exception cref="ModelException">The file is no model for this program.</exception>
    /// <exception cref="ValidationException">A limit is out of its range.</exception>
    /// <exception cref="InvalidOperationException">A limit is no number.</exception>
    public static WebApplication Create(string modelPath, string[] args, Action<IServiceCollection>? configure = null)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        var services = builder.Services;
        services.AddProblems();
        services.AddHealthChecks().AddCheck<ModelHealth>(ModelHealth.Name);
        var title = builder.Configuration[nameof(ModelDescription.Title)] is { Length: > 0 } given
            ? given
            : Path.GetFileNameWithoutExtension(modelPath);
        services.AddApiDocument(title);

        var limits = builder.Configuration.GetSection(nameof(Limits)).Get<Limits>() ?? new Limits();
        Validator.ValidateObject(limits, new ValidationContext(limits), validateAllProperties: true);
        services.AddSingleton(limits);
        var connections = new ConnectionLimits(limits);
        services.AddSingleton(connections);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = (long)limits.MaximumBytes + FormBytes;
            kestrel.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(limits.IdleSeconds);
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(limits.HeaderSeconds);
            kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(LeastBytesPerSecond, gracePeriod: TimeSpan.FromSeconds(5));
            kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Use(next => connection => connections.ServeAsync(connection, next)));
        });

        var model = new ImageModel(modelPath, title, limits.MaximumPixels);
        services.AddSingleton(model);
        services.AddSingleton<ScoreImages>(model.Score);
        services.AddSingleton<PredictionQueue>();
        services.AddHostedService(provider => provider.GetRequiredService<PredictionQueue>());
        configure?.Invoke(services);

        var app = builder.Build();
        if (limits.HealthPort != 0)
        {
            AddHealthPort(app, limits.HealthPort);
        }

        Map(app);
        return app;
    }

    // Addresses that are added take the place of those of the settings.
    private static void AddHealthPort(WebApplication app, int port)
    {
        if (app.Configuration.GetSection("Kestrel:Endpoints").Exists())
        {
            throw new ValidationException("HealthPort works with --urls, and not with Kestrel:Endpoints.");
        }

        var addresses = Addresses(app.Configuration);
        if (addresses.Any(address => BindingAddress.Parse(address).Port == port))
        {
            throw new ValidationException($"HealthPort is {port}, the port of the images; it must be another one.");
        }

        foreach (var address in addresses)
        {
            app.Urls.Add(address);
        }

        app.Urls.Add($"http://*:{port}");
    }

    // As ASP.NET reads them. Microsoft's container image names its port in http_ports.
    private static string[] Addresses(IConfiguration settings)
    {
        string[] ports = [.. Of("http_ports").Select(port => $"http://*:{port}"), .. Of("https_ports").Select(port => $"https://*:{port}")];
        return (Of("urls"), ports) switch
        {
            ({ Length: > 0 } urls, _) => urls,
            (_, { Length: > 0 }) => ports,
            _ => ["http://localhost:5000"],
        };

        string[] Of(string name) => settings[name]?.Split(';', StringSplitOptions.RemoveEmptyEntries) ?? [];
    }

    private static void Map(WebApplication app)
    {
        app.Use(AddSecurityHeaders);
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.Use(AnswerHealthAlone);
        app.UseDefaultFiles();
        app.UseStaticFiles();
        app.UseRateLimiter();

        app.MapOpenApi();
        app.MapHealthChecks("/health", ModelHealth.Ready);
        app.MapHealthChecks("/health/live", ModelHealth.Live);
        app.MapGet("/model", Describe).WithSummary("The model: its network, its classes and how it was trained.").WithTags("model");
        app.MapPost("/predict", PredictAsync)
            .WithSummary("The classes of an image, sent as the body or as the file of a form.")
            .WithTags("predict")
            .WithMetadata(new AcceptsMetadata(ImageUpload.ContentTypes, typeof(IFormFile)))
            .TakesImage()
            .Produces<Prediction>()
            .ProducesProblem(StatusCodes.Status400BadRequest)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status422UnprocessableEntity)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable)
            .RequireRateLimiting(Problems.PerClient);
    }

    private static async Task<IResult> PredictAsync(HttpContext context, PredictionQueue queue, ImageModel model, Limits limits)
    {
        var image = await ImageUpload.ReadAsync(context.Request, limits);
        if (queue.TryAdd(image, context.RequestAborted) is not { } waiting)
        {
            return Problems.Busy(context);
        }

        var scores = await waiting;
        return float.IsNaN(scores[0]) ? Problems.Damaged() : Results.Ok(Prediction.Of(model.Classes, scores));
    }

    private static ModelDescription Describe(ImageModel model, Limits limits) =>
        new(model.Title, model.Network, model.ImageSize, model.Classes, limits.MaximumBytes, limits.MaximumPixels, model.Training);

    // The page needs nothing but its own files, and the pictures that it is given.
    private static Task AddSecurityHeaders(HttpContext context, RequestDelegate next)
    {
        // When the answer begins: an error has cleared what was there before.
        context.Response.OnStarting(() =>
        {
            context.Response.Headers.ContentSecurityPolicy = "default-src 'self'; img-src 'self' blob:; frame-ancestors 'none'";
            context.Response.Headers.XContentTypeOptions = "nosniff";
            context.Response.Headers["Referrer-Policy"] = "no-referrer";
            return Task.CompletedTask;
        });

        // Every address has one form of answers, and errors have theirs, whatever a client would rather have: an empty one is of no use.
        context.Request.Headers.Accept = "*/*";
        return next(context);
    }

    private static Task AnswerHealthAlone(HttpContext context, RequestDelegate next)
    {
        var connections = context.RequestServices.GetRequiredService<ConnectionLimits>();
        if (connections.IsHealth(context.Connection.LocalPort) && !context.Request.Path.StartsWithSegments("/health"))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        return next(context);
    }
}
