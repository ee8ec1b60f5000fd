using System.Net;
using Flowers.Tests.Support;
using Flowers.WebApi;
using Microsoft.Extensions.DependencyInjection;
using Plrs.MLNet.Tests.Support;

namespace Flowers.Tests;

/// <summary>GET /health: whether the model can answer, and /health/live: whether the program does.</summary>
[TestClass]
public sealed class HealthTests
{
    [TestMethod]
    public async Task ItIsHealthyOnceTheModelHasScoredAnImageOfItsOwn()
    {
        using var gate = new SemaphoreSlim(0);
        var batches = 0;
        await using var server = await RunningServer.StartAsync(waitsUntilWarm: false, gate: _ =>
        {
            Interlocked.Increment(ref batches);
            gate.Wait();
        });
        var queue = server.Services.GetRequiredService<PredictionQueue>();
        await Patience.UntilAsync(() => batches == 1);
        var early = server.PostAsync(TestImages.Encode("disc", 7));
        await Patience.UntilAsync(() => queue.Count == 1);

        await AssertAnswers(HttpStatusCode.ServiceUnavailable, "Starting: the model scores its first image.", server, "health");
        await AssertAnswers(HttpStatusCode.OK, "Healthy", server, "health/live");
        Assert.AreEqual(1, batches, "The request waits for the model's first image.");
        gate.Release();
        var scores = await queue.Warm;
        await AssertAnswers(HttpStatusCode.OK, "Healthy", server, "health");
        gate.Release();

        Assert.AreEqual("disc", await RunningServer.ClassOf(await early));
        Assert.AreEqual(2, batches);
        Assert.AreEqual(1, scores.Sum(), 1e-5);
    }

    [TestMethod]
    public async Task AModelThatCannotScoreIsNeverHealthy()
    {
        await using var server = await RunningServer.StartAsync(
            waitsUntilWarm: false, gate: _ => throw new InvalidOperationException("a secret of the program"));
        await Patience.UntilAsync(() => server.Services.GetRequiredService<PredictionQueue>().Warm.IsFaulted);

        await AssertAnswers(
            HttpStatusCode.ServiceUnavailable, "Failed: the model cannot score an image. The program's log says why.", server, "health");
        await AssertAnswers(HttpStatusCode.OK, "Healthy", server, "health/live");
    }

    private static async Task AssertAnswers(HttpStatusCode status, string text, RunningServer server, string address)
    {
        var answer = await server.Client.GetAsync(address);
        Assert.AreEqual((status, text), (answer.StatusCode, await answer.Content.ReadAsStringAsync()));
    }
}
