using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Flowers.WebApi;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Flowers.Tests.Support;

/// <summary>The web API on a port of its own, with Kestrel, and a client for it.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RunningServer(WebApplication app)
    {
        _app = app;
        Client = new HttpClient(new SocketsHttpHandler { Expect100ContinueTimeout = Patience.Time })
        {
            BaseAddress = new Uri(app.Urls.First()),
            Timeout = Patience.Time,
        };
    }

    public HttpClient Client { get; }

    public Uri Address => Client.BaseAddress!;

    public IServiceProvider Services => _app.Services;

    /// <summary>Starts it.</summary>
    /// <param name="limits">Settings such as "QueueLength=2".</param>
    /// <param name="gate">Asked before each batch of a warm model is scored, so that a test can keep the network busy.</param>
    /// <param name="configure">Changes the services.</param>
    /// <param name="model">The model's file, where it is not <see cref="QuickModel"/>.</param>
    /// <param name="waitsUntilWarm">Whether the model has scored its first image; else the gate is asked before that, too.</param>
    /// <param name="title">The model's name.</param>
    public static async Task<RunningServer> StartAsync(
        string[]? limits = null, Action<int>? gate = null, Action<IServiceCollection>? configure = null, string? model = null,
        bool waitsUntilWarm = true, string? title = null)
    {
        var isGated = !waitsUntilWarm;
        string[] args =
        [
            "--urls=http://127.0.0.1:0",
            "--Logging:LogLevel:Default=None",
            .. (limits ?? []).Select(limit => $"--Limits:{limit}"),
            .. title is null ? [] : new[] { $"--Title={title}" },
        ];
        var app = Server.Create(model ?? QuickModel.Path, args, services =>
        {
            if (gate is not null)
            {
                services.AddSingleton<ScoreImages>(provider => images =>
                {
                    if (isGated)
                    {
                        gate(images.Count);
                    }

                    return provider.GetRequiredService<ImageModel>().Score(images);
                });
            }

            configure?.Invoke(services);
        });
        await app.StartAsync();
        if (waitsUntilWarm)
        {
            await Patience.ForAsync(app.Services.GetRequiredService<PredictionQueue>().Warm);
            isGated = true;
        }

        return new RunningServer(app);
    }

    /// <summary>Sends an image as the body.</summary>
    public Task<HttpResponseMessage> PostAsync(byte[] image, string? type = "image/png", CancellationToken cancellation = default)
    {
        var content = new ByteArrayContent(image);
        content.Headers.ContentType = type is null ? null : MediaTypeHeaderValue.Parse(type);
        return PostAsync(content, cancellation);
    }

    /// <summary>Sends an image as the file of a form.</summary>
    public Task<HttpResponseMessage> PostFormAsync(byte[] image, string field = "image") =>
        PostAsync(
            new MultipartFormDataContent
            {
                { new StringContent("a remark"), "remark" },
                { new ByteArrayContent(image), field, "image.png" },
            });

    /// <summary>
    /// Sends a body, once the server asks for it: one that refuses it unread would close the connection under a client that still sends.
    /// </summary>
    public async Task<HttpResponseMessage> PostAsync(HttpContent content, CancellationToken cancellation = default)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "predict") { Content = content };
        request.Headers.ExpectContinue = true;
        return await Client.SendAsync(request, cancellation);
    }

    /// <summary>The predicted class; the test fails when the answer is another than 200.</summary>
    public static async Task<string> ClassOf(HttpResponseMessage response)
    {
        Assert.AreEqual(200, (int)response.StatusCode, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("class").GetString()!;
    }

    /// <summary>Checks that an answer is a problem of RFC 9457 with that status and detail.</summary>
    public static async Task AssertProblem(int status, string? detail, HttpResponseMessage response)
    {
        var text = await response.Content.ReadAsStringAsync();
        Assert.AreEqual(status, (int)response.StatusCode, text);
        Assert.AreEqual("application/problem+json", response.Content.Headers.ContentType?.MediaType, text);
        var problem = JsonSerializer.Deserialize<JsonElement>(text);
        Assert.AreEqual(status, problem.GetProperty("status").GetInt32());
        Assert.AreNotEqual("", problem.GetProperty("title").GetString());
        Assert.AreEqual(detail, problem.TryGetProperty("detail", out var found) ? found.GetString() : null);
    }

    /// <summary>Stops the server as a signal would: what was taken is answered first.</summary>
    public Task StopAsync() => _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
