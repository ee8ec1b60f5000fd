namespace System.Runtime.CompilerServices;

/// <summary>
/// The runtime's counterpart of <c>InternalsVisibleTo</c>, given by the assembly that asks: CoreCLR knows it by name and
/// lets this assembly use the non-public members of <paramref name="assemblyName"/>. No framework assembly declares it.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly, AllowMultiple = true)]
internal sealed class IgnoresAccessChecksToAttribute(string assemblyName) : Attribute
{
    /// <summary>The simple name of the assembly.</summary>
    public string AssemblyName { get; } = assemblyName;
}
