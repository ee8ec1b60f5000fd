using System.Diagnostics;
using System.Globalization;

namespace Plrs.MLNet.Benchmarks.Comparisons;

/// <summary>One way to do the work of a comparison.</summary>
/// <param name="Name">Its name on the command line.</param>
/// <param name="Description">Its name in the table.</param>
internal abstract record Variant(string Name, string Description)
{
    /// <summary>Whether it is left out for small images.</summary>
    public bool IsForPhotos { get; init; }

    /// <summary>How to start the process that measures it and prints its images per second, a number alone.</summary>
    /// <param name="comparison">The comparison that it is part of.</param>
    /// <param name="images">What to work on.</param>
    public abstract ProcessStartInfo Process(Comparison comparison, ImageFolder images);
}

/// <summary>A variant that this program measures.</summary>
internal sealed record OwnVariant(string Name, string Description, Func<ImageFolder, double> Measure) : Variant(Name, Description)
{
    /// <summary>
    /// The number of processors that .NET, and so the library, takes the machine to have; <see langword="null"/> for all.
    /// </summary>
    public int? Processors { get; init; }

    public override ProcessStartInfo Process(Comparison comparison, ImageFolder images)
    {
        var start = ChildProcess.ThisProgram(
            Comparison.VariantCommand, comparison.Command, Name, images.Path, images.ImageSize.ToString(CultureInfo.InvariantCulture));
        if (Processors is { } processors)
        {
            start.Environment["DOTNET_PROCESSOR_COUNT"] = processors.ToString(CultureInfo.InvariantCulture);
        }

        return start;
    }
}

/// <summary>A variant that a Python script measures, which gets the images' size.</summary>
internal sealed record PyTorchVariant(string Name, string Description, string Script) : Variant(Name, Description)
{
    public static bool IsInstalled { get; } = ChildProcess.Succeeds(new ProcessStartInfo("python3", ["-c", "import torch"]));

    public override ProcessStartInfo Process(Comparison comparison, ImageFolder images) =>
        new(
            "python3",
            [Path.Combine(AppContext.BaseDirectory, "pytorch", Script), images.ImageSize.ToString(CultureInfo.InvariantCulture)]);
}
