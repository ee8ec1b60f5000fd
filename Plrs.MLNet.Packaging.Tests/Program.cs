using Microsoft.Testing.Platform.Builder;
using Plrs.MLNet.Tests;
using Plrs.MLNet.Tests.Support;

// Classes run side by side. Those that change what belongs to the process run alone: DoNotParallelize.
[assembly: Parallelize(Scope = ExecutionScope.ClassLevel)]

// As Plrs.MLNet.Tests does: see ChildProcess.
if (ChildProcess.IsRequested(args))
{
    return ChildProcess.Execute(args);
}

var builder = await TestApplication.CreateBuilderAsync(args);
SelfRegisteredExtensions.AddSelfRegisteredExtensions(builder, args);
using var application = await builder.BuildAsync();
return await application.RunAsync();
