using System.Globalization;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Diagnostics;

namespace Flowers.WebApi;

/// <summary>Every error is a problem of RFC 9457, with a detail that can be shown to whoever sent the image.</summary>
internal static class Problems
{
    /// <summary>The rate limit's policy, by the client's address.</summary>
    public const string PerClient = "per-client";

    /// <summary>The seconds after which a full queue is worth another try.</summary>
    private const int RetryAfterSeconds = 1;

    /// <summary>More images wait than may wait.</summary>
    public static IResult Busy(HttpContext context)
    {
        RetryAfter(context, RetryAfterSeconds);
        return Results.Problem("Too many images are waiting. Try again in a moment.", statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    /// <summary>The image's header is one, and what follows is not.</summary>
    public static IResult Damaged() =>
        Results.Problem(
            "The image is damaged or cut off, or takes too much memory to decode.", statusCode: StatusCodes.Status422UnprocessableEntity);

    public static IServiceCollection AddProblems(this IServiceCollection services) => services
        .AddProblemDetails(options => options.CustomizeProblemDetails = context =>
        {
            // Other content types are refused before a handler is asked.
            if (context.ProblemDetails is { Status: StatusCodes.Status415UnsupportedMediaType, Detail: null })
            {
                context.ProblemDetails.Detail = ImageUpload.NotAnImage;
            }
        })
        .AddExceptionHandler<ExceptionProblems>()

        // What clients do wrong is no error of the program's, and not for its log.
        .Configure<ExceptionHandlerOptions>(
            options => options.SuppressDiagnosticsCallback = context => context.Exception is UploadException or BadHttpRequestException)
        .AddRateLimiter(limiter =>
        {
            limiter.AddPolicy(
                PerClient,
                context => RateLimitPartition.GetFixedWindowLimiter(
                    ConnectionLimits.ClientOf(context.Connection.RemoteIpAddress),
                    _ => new FixedWindowRateLimiterOptions
                    {
                        PermitLimit = context.RequestServices.GetRequiredService<Limits>().ImagesPerMinute,
                        Window = TimeSpan.FromMinutes(1),
                    }));
            limiter.OnRejected = async (rejected, _) =>
            {
                var wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var time) ? time : TimeSpan.FromMinutes(1);
                RetryAfter(rejected.HttpContext, (int)Math.Ceiling(wait.TotalSeconds));
                await Results.Problem(
                    "You have sent too many images in a minute. Try again later.",
                    statusCode: StatusCodes.Status429TooManyRequests).ExecuteAsync(rejected.HttpContext);
            };
        });

    private static void RetryAfter(HttpContext context, int seconds) =>
        context.Response.Headers.RetryAfter = Math.Max(1, seconds).ToString(CultureInfo.InvariantCulture);

    private sealed class ExceptionProblems(IProblemDetailsService problems) : IExceptionHandler
    {
        public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
        {
            // Kestrel's own limit is for bodies that hold more than an image.
            var (status, detail) = exception switch
            {
                UploadException e => (e.StatusCode, e.Message),
                BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } =>
                    (StatusCodes.Status413PayloadTooLarge, "The request is larger than an image's file may be."),
                BadHttpRequestException e => (e.StatusCode, e.Message),
                _ => (StatusCodes.Status500InternalServerError, "The image could not be classified. The program's log says why."),
            };
            httpContext.Response.StatusCode = status;
            return await problems.TryWriteAsync(
                new ProblemDetailsContext { HttpContext = httpContext, ProblemDetails = { Status = status, Detail = detail } });
        }
    }
}
