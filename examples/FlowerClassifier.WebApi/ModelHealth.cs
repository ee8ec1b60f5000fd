using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Flowers.WebApi;

/// <summary>Whether the model can answer: not before it has scored its first image.</summary>
internal sealed class ModelHealth(PredictionQueue queue) : IHealthCheck
{
    public const string Name = "model";

    /// <summary>Of a server that answers predictions: 200 and "Healthy", or 503 and why it does not yet.</summary>
    public static HealthCheckOptions Ready => new()
    {
        ResponseWriter = (context, report) => context.Response.WriteAsync(report.Entries[Name].Description!),
    };

    /// <summary>Of a server that answers at all: 200 and "Healthy".</summary>
    public static HealthCheckOptions Live => new() { Predicate = _ => false };

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(queue.Warm switch
        {
            { IsCompletedSuccessfully: true } => HealthCheckResult.Healthy("Healthy"),
            { IsFaulted: true } => HealthCheckResult.Unhealthy("Failed: the model cannot score an image. The program's log says why."),
            _ => HealthCheckResult.Unhealthy("Starting: the model scores its first image."),
        });
}
