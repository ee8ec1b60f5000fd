using Microsoft.ML;
using Microsoft.ML.Runtime;

namespace Plrs.MLNet.Common;

/// <summary>Hosts of ML.NET know what the <see cref="MLContext"/> says; one registered from another forgets the temporary folder.</summary>
internal static class HostExtensions
{
    /// <summary>Registers a host that knows the same temporary folder, too.</summary>
    public static IHost RegisterWithFolder(this IHostEnvironment env, string name, int? seed = null)
    {
        var host = env.Register(name, seed);
        host.UseFolderOf(env);
        return host;
    }

    /// <summary>Gives a host another one's temporary folder.</summary>
    public static void UseFolderOf(this IHost host, IHostEnvironment other) =>
        ((IHostEnvironmentInternal)host).TempFilePath = ((IHostEnvironmentInternal)other).TempFilePath;
}
