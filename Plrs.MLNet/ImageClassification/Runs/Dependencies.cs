using System.Reflection;

namespace Plrs.MLNet.ImageClassification;

/// <summary>
/// Whether the loaded libraries have what this one was compiled against: ML.NET's internals, which any version may change, and all the
/// rest. What .NET finds missing only when it is called, perhaps after hours of training, is looked for before.
/// </summary>
internal static class Dependencies
{
    private const int FirstMemberReference = 0x0A000001;
    private const int MostNamed = 3;

    // The packages that decide, and an assembly of each.
    private static readonly (string Package, string Assembly)[] Packages =
    [
        ("Microsoft.ML", "Microsoft.ML.Core"),
        ("TorchSharp", "TorchSharp"),
    ];

    private static readonly Lazy<string?> Misfit = new(Describe);

    /// <summary>Refuses libraries that do not fit; takes some 30 ms the first time.</summary>
    /// <exception cref="NotSupportedException">
    /// Something is missing; the message names it, the versions found and those that work.
    /// </exception>
    public static void Check()
    {
        if (Misfit.Value is { } misfit)
        {
            throw new NotSupportedException(misfit);
        }
    }

    private static string? Describe()
    {
        var missing = MissingTypes().Concat(MissingMembers()).Distinct().ToList();
        if (missing.Count == 0)
        {
            return null;
        }

        var more = missing.Count > MostNamed ? $" And {missing.Count - MostNamed} more." : "";
        return $"{string.Join(" and ", Packages.Select(Found))} do not fit this version of Plrs.MLNet, " +
            $"which works with {string.Join(" and ", Packages.Select(Works))}. " +
            $"{string.Join(' ', missing.Take(MostNamed))}{more}";
    }

    private static IEnumerable<string> MissingTypes()
    {
        try
        {
            typeof(Dependencies).Assembly.GetTypes();
            return [];
        }
        catch (ReflectionTypeLoadException e)
        {
            return e.LoaderExceptions.OfType<Exception>().Select(cause => cause.Message);
        }
    }

    // Members of open generic types cannot be looked for this way: of the friends' these are EstimatorChain's, which UsePlrs uses at once.
    private static IEnumerable<string> MissingMembers()
    {
        for (var token = FirstMemberReference; ; token++)
        {
            string message;
            try
            {
                typeof(Dependencies).Module.ResolveMember(token);
                continue;
            }
            catch (ArgumentOutOfRangeException)
            {
                yield break;
            }
            catch (ArgumentException)
            {
                continue;
            }
            catch (Exception e) when (e is MissingMemberException or TypeLoadException or FileNotFoundException)
            {
                message = e.Message;
            }

            yield return message;
        }
    }

    private static string Found((string Package, string Assembly) library)
    {
        try
        {
            var version = Assembly.Load(library.Assembly).GetCustomAttribute<AssemblyInformationalVersionAttribute>();
            return $"{library.Package} {version?.InformationalVersion.Split('+')[0]}";
        }
        catch (FileNotFoundException)
        {
            return $"no {library.Package}";
        }
    }

    private static string Works((string Package, string Assembly) library)
    {
        var versions = typeof(Dependencies).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(attribute => attribute.Key == library.Package);
        return $"{library.Package} {versions.Value}";
    }
}
