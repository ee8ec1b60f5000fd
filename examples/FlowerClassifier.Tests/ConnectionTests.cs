using System.Net;
using System.Net.Sockets;
using Flowers.Tests.Support;
using Flowers.WebApi;

namespace Flowers.Tests;

/// <summary>Connections that send nothing keep nobody out for long, and others not at all.</summary>
[TestClass]
public sealed class ConnectionTests
{
    [TestMethod]
    public async Task OneClientsConnectionsAreLimitedAndHealthIsAnswered()
    {
        var port = FreePort();
        await using var server = await RunningServer.StartAsync(
            ["ConnectionsPerClient=3", "IdleSeconds=3600", "HeaderSeconds=3600", $"HealthPort={port}"]);
        using var health = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}"), Timeout = Patience.Time };
        var idle = new List<TcpClient>();
        for (var i = 0; i < 4; i++)
        {
            idle.Add(await ConnectAsync(server));
        }

        // The fourth to be counted is closed without an answer, whichever it is.
        await await Task.WhenAny(idle.Select(AssertClosedAsync));
        Assert.IsFalse(Answers(server));
        Assert.AreEqual("Healthy", await health.GetStringAsync("health"));
        Assert.AreEqual("Healthy", await health.GetStringAsync("health/live"));
        Assert.AreEqual(HttpStatusCode.NotFound, (await health.GetAsync("model")).StatusCode);
        Assert.AreEqual(HttpStatusCode.NotFound, (await health.PostAsync("predict", null)).StatusCode);

        idle.ForEach(connection => connection.Dispose());
        await Patience.UntilAsync(() => Answers(server));
    }

    [TestMethod]
    public async Task ConnectionsWithoutARequestOrWithHalfOfOneAreClosed()
    {
        await using var server = await RunningServer.StartAsync(["IdleSeconds=1", "HeaderSeconds=1"]);
        using var idle = await ConnectAsync(server);
        using var half = await ConnectAsync(server);
        await half.GetStream().WriteAsync("POST /predict HTTP/1.1\r\nHost: me\r\nX-Slow: "u8.ToArray());

        await AssertClosedAsync(idle);
        await AssertClosedAsync(half);
    }

    [TestMethod]
    public void ANetworkOfIPv6IsOneClient()
    {
        Assert.AreEqual(Client("2001:db8:0:1::1"), Client("2001:db8:0:1:ffff::2"));
        Assert.AreNotEqual(Client("2001:db8:0:1::1"), Client("2001:db8:0:2::1"));
        Assert.AreEqual(Client("192.0.2.1"), Client("::ffff:192.0.2.1"));
        Assert.AreNotEqual(Client("192.0.2.1"), Client("::ffff:192.0.2.2"));
        Assert.AreEqual("", ConnectionLimits.ClientOf(null));

        static string Client(string address) => ConnectionLimits.ClientOf(IPAddress.Parse(address));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<TcpClient> ConnectAsync(RunningServer server)
    {
        var client = new TcpClient();
        await client.ConnectAsync(server.Address.Host, server.Address.Port);
        return client;
    }

    // The server may say why first, as a request that took too long is told.
    private static async Task AssertClosedAsync(TcpClient client)
    {
        var reading = Task.Run(async () =>
        {
            var buffer = new byte[1024];
            try
            {
                while (await client.GetStream().ReadAsync(buffer) > 0)
                {
                }
            }
            catch (IOException)
            {
                // It was not even closed in an orderly way.
            }
        });
        await Patience.ForAsync(reading);
    }

    private static bool Answers(RunningServer server)
    {
        try
        {
            return server.Client.GetAsync("health").GetAwaiter().GetResult().IsSuccessStatusCode;
        }
        catch (Exception e) when (e is HttpRequestException or SocketException)
        {
            return false;
        }
    }
}
