using System.Diagnostics;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Plrs.MLNet.Tests.Documentation;

/// <summary>
/// Posts to the web service that a snippet starts in this process, once it listens, and ends it, so that the snippet ends.
/// </summary>
internal sealed class ServiceCaller : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>, IDisposable
{
    private const string Addresses = "ASPNETCORE_URLS";

    private readonly byte[][] _bodies;
    private readonly List<IDisposable> _subscriptions = [];

    public ServiceCaller(params byte[][] bodies)
    {
        _bodies = bodies;
        Environment.SetEnvironmentVariable(Addresses, "http://127.0.0.1:0");
        _subscriptions.Add(DiagnosticListener.AllListeners.Subscribe(this));
    }

    /// <summary>What the service answered, status and text; <see langword="null"/> where there was none.</summary>
    public Task<string[]>? Answers { get; private set; }

    public void Dispose()
    {
        _subscriptions.ForEach(subscription => subscription.Dispose());
        Environment.SetEnvironmentVariable(Addresses, null);
    }

    void IObserver<DiagnosticListener>.OnNext(DiagnosticListener value)
    {
        if (value.Name == "Microsoft.Extensions.Hosting")
        {
            _subscriptions.Add(value.Subscribe(this));
        }
    }

    void IObserver<KeyValuePair<string, object?>>.OnNext(KeyValuePair<string, object?> value)
    {
        if (value is { Key: "HostBuilt", Value: IHost host })
        {
            host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStarted
                .Register(() => Answers = Task.Run(() => AskAsync(host.Services)));
        }
    }

    void IObserver<DiagnosticListener>.OnCompleted()
    {
    }

    void IObserver<DiagnosticListener>.OnError(Exception error)
    {
    }

    void IObserver<KeyValuePair<string, object?>>.OnCompleted()
    {
    }

    void IObserver<KeyValuePair<string, object?>>.OnError(Exception error)
    {
    }

    private async Task<string[]> AskAsync(IServiceProvider services)
    {
        try
        {
            using var client = new HttpClient
            {
                BaseAddress = new Uri(services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()),
            };
            var answers = new List<string>();
            foreach (var body in _bodies)
            {
                using var content = new ByteArrayContent(body);
                using var response = await client.PostAsync(new Uri("predict", UriKind.Relative), content);
                answers.Add($"{response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
            }

            return [.. answers];
        }
        finally
        {
            services.GetRequiredService<IHostApplicationLifetime>().StopApplication();
        }
    }
}
