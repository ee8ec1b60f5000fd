using System.Reflection;

namespace Plrs.MLNet.TensorFlow;

/// <summary>The error for an ML.NET type that has a learning-rate scheduler, but is not made as Microsoft.ML.Vision 5.x makes it.</summary>
internal static class UnknownShape
{
    public static NotSupportedException Of(Type type, string expected)
    {
        var assembly = type.Assembly;
        // ML.NET's assembly versions stay at 1.0.0.0; the version of the package is the informational one.
        var version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? assembly.GetName().Version?.ToString();
        return new NotSupportedException(
            $"{type.FullName} of {assembly.GetName().Name} {version} has a learning-rate scheduler, but not {expected}, as Microsoft.ML.Vision 5.x has. " +
            "This version of Plrs.MLNet cannot set its schedule.");
    }
}
