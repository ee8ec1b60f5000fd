using Microsoft.ML.Internal.Utilities;

namespace Plrs.MLNet.Weights;

/// <summary>The folder for what ML.NET's components download: see <c>ResourceManagerUtils</c>, which keeps it to itself.</summary>
internal static class ResourceFolder
{
    /// <summary>The environment variable that names another folder.</summary>
    public const string Variable = Utils.CustomSearchDirEnvVariable;

    private const string DefaultName = "mlnet-resources";
    private const string Subfolder = "plrs-weights";

    /// <summary>This library's part of the folder.</summary>
    public static string Path =>
        PathFor(Environment.GetEnvironmentVariable(Variable), Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData));

    /// <param name="variable">The value of the variable.</param>
    /// <param name="applicationData">The user's folder for the data of applications on this machine.</param>
    public static string PathFor(string? variable, string applicationData) => System.IO.Path.GetFullPath(System.IO.Path.Combine(
        string.IsNullOrEmpty(variable) ? System.IO.Path.Combine(applicationData, DefaultName) : variable,
        Subfolder));
}
