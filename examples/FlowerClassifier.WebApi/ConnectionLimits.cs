using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Connections;

namespace Flowers.WebApi;

/// <summary>
/// Counts connections, all of them and those of each client: one client's cannot keep the others out. Those to the port for health checks
/// have a count of their own, which no other connection takes from.
/// </summary>
internal sealed class ConnectionLimits(Limits limits)
{
    private readonly ConcurrentDictionary<(bool IsHealth, string Client), int> _perClient = new();
    private int _all;

    /// <summary>
    /// A client, by its address. Whoever has an address of IPv6 has the other 2^64 of its network, too, so that these are one client.
    /// </summary>
    public static string ClientOf(IPAddress? address)
    {
        if (address is null || address.IsIPv4MappedToIPv6)
        {
            return $"{address?.MapToIPv4()}";
        }

        const int NetworkBytes = 8;
        var bytes = address.GetAddressBytes();
        return bytes.Length > NetworkBytes ? Convert.ToHexString(bytes, 0, NetworkBytes) : address.ToString();
    }

    /// <summary>Serves a connection, or closes it where there are too many.</summary>
    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var isHealth = IsHealth((connection.LocalEndPoint as IPEndPoint)?.Port);
        var client = (isHealth, ClientOf((connection.RemoteEndPoint as IPEndPoint)?.Address));
        var ofClient = _perClient.AddOrUpdate(client, 1, (_, count) => count + 1);
        var ofAll = isHealth ? 0 : Interlocked.Increment(ref _all);
        try
        {
            if (ofClient > limits.ConnectionsPerClient || ofAll > limits.Connections)
            {
                connection.Abort(new ConnectionAbortedException("There are too many connections."));
                return;
            }

            await next(connection);
        }
        finally
        {
            if (!isHealth)
            {
                Interlocked.Decrement(ref _all);
            }

            Leave(client);
        }
    }

    /// <summary>Whether a port is that for health checks.</summary>
    public bool IsHealth(int? port) => limits.HealthPort != 0 && port == limits.HealthPort;

    // A client without connections is forgotten, or there would be more and more of them.
    private void Leave((bool, string) client)
    {
        while (_perClient.TryGetValue(client, out var count))
        {
            if (count > 1 ? _perClient.TryUpdate(client, count - 1, count) : _perClient.TryRemove(new(client, count)))
            {
                return;
            }
        }
    }
}
