using System.Reflection;

namespace Plrs.MLNet.MLNetTrainers;

/// <summary>
/// The error for a type of ML.NET's that has a learning-rate scheduler, but is not made as in the version that this library knows.
/// </summary>
internal static class UnknownShape
{
    /// <param name="type">The type.</param>
    /// <param name="expected">What it lacks.</param>
    /// <param name="known">The package that has it, with the version.</param>
    public static NotSupportedException Of(Type type, string expected, string known)
    {
        var assembly = type.Assembly;
        // ML.NET's assembly versions stay at 1.0.0.0; the version of the package is the informational one.
        var version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
            ?? assembly.GetName().Version?.ToString();
        return new NotSupportedException(
            $"{type.FullName} of {assembly.GetName().Name} {version} has a learning-rate scheduler, but not {expected}, as {known} has. " +
            "This version of Plrs.MLNet cannot set its schedule.");
    }
}
