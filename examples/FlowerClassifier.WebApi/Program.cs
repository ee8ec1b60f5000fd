using System.ComponentModel.DataAnnotations;
using System.Net.Sockets;
using Flowers.WebApi;

if (args is not [var model, .. var options] || model.StartsWith('-'))
{
    Console.Error.WriteLine(
        "Usage: FlowerClassifier.WebApi <model.zip> [--urls http://*:8080] [--Title Flowers] [--Limits:QueueLength 64] ...");
    return 2;
}

WebApplication app;
try
{
    app = Server.Create(model, options);
}
catch (Exception e) when (e is ModelException or ValidationException or InvalidOperationException or FormatException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

await using (app)
{
    try
    {
        await app.StartAsync();
    }
    catch (Exception e) when (e is IOException or SocketException or FormatException or ArgumentException or InvalidOperationException)
    {
        // Some messages have more lines, for programmers.
        Console.Error.WriteLine(
            $"The server cannot listen at {app.Configuration["urls"] ?? "its address"}: {e.Message.Split('\n')[0].TrimEnd()}");
        return 1;
    }

    await app.WaitForShutdownAsync();
}

return 0;
