using System.ComponentModel.DataAnnotations;
using Flowers.WebApi;

if (args is not [var model, .. var options] || model.StartsWith('-'))
{
    Console.Error.WriteLine("Usage: FlowerClassifier.WebApi <model.zip> [--urls http://*:8080] [--Limits:QueueLength 64] ...");
    return 2;
}

WebApplication app;
try
{
    app = Server.Create(model, options);
}
catch (Exception e) when (e is ModelException or ValidationException or InvalidOperationException)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}

await app.RunAsync();
return 0;
