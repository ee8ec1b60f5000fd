using System.Reflection;

namespace Plrs.MLNet.Common;

/// <summary>The versions of assemblies, as their packages have them.</summary>
internal static class AssemblyVersion
{
    /// <summary>The version of the assembly of a type.</summary>
    public static string Of(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
            ?? type.Assembly.GetName().Version?.ToString() ?? "";
}
