namespace Plrs.MLNet.Tests.Rooms;

/// <summary>The rooms of the library, which are its folders, and which rooms each uses.</summary>
internal static class RoomTable
{
    /// <summary>The library's own folder: it may use every room, and no room may use it.</summary>
    public const string FrontDoor = "front door";

    /// <summary>Argument checks, quantities, whole files: the ground floor, which anybody may use.</summary>
    public const string Common = "Common";

    /// <summary>
    /// Each room with the rooms it uses; it may use what those may use, too. They stand above it, so that no arrows run in a circle.
    /// </summary>
    public static readonly (string Room, string[] MayUse)[] Rows =
    [
        (Common, []),
        ("Randomness", []),
        ("Data", []),
        ("Schedules", ["Randomness"]),
        ("Torch", ["Schedules"]),
        ("Images", ["Randomness"]),
        ("Networks", ["Randomness"]),
        ("Weights", ["Networks"]),
        ("Training", ["Images", "Networks", "Torch"]),
        ("Checkpoints", ["Training"]),
        ("RangeTest", ["Training"]),
        ("Scoring", ["Images"]),
        ("Export", ["Networks", "Weights"]),
        ("ImageClassification", ["Checkpoints", "RangeTest", "Scoring", "Export"]), // And so all that stand above.
        ("MLNetTrainers", ["Schedules"]),
        ("TensorFlow", ["MLNetTrainers"]),
        ("TorchTrainers", ["MLNetTrainers", "Torch"]),
        ("Pipelines", ["Schedules", "TensorFlow", "TorchTrainers"]),
    ];

    /// <summary>The namespaces that have public types.</summary>
    public static readonly string[] PublicNamespaces =
    [
        "Plrs.MLNet", "Plrs.MLNet.Networks", "Plrs.MLNet.Records", "Plrs.MLNet.Schedules", "Plrs.MLNet.TensorFlow", "Plrs.MLNet.Torch",
    ];

    private static readonly Dictionary<string, HashSet<string>> Reach = FindReach();

    /// <summary>Whether an arrow from one room to another is in the table.</summary>
    public static bool Allows(string from, string to) =>
        from == FrontDoor || (Reach.TryGetValue(from, out var rooms) && rooms.Contains(to));

    /// <summary>
    /// The room of a type: its folder. What is generated has none, and is in that of its namespace. <see langword="null"/> for what the
    /// compiler puts elsewhere.
    /// </summary>
    public static string? Of(string type)
    {
        const string Root = "Plrs.MLNet.";
        return SourceFolders.ByType.TryGetValue(type, out var folder) ? folder.Length == 0 ? FrontDoor : folder
            : type.StartsWith(Root, StringComparison.Ordinal) && type[Root.Length..].Contains('.', StringComparison.Ordinal)
                ? type[Root.Length..].Split('.')[0]
                : null;
    }

    private static Dictionary<string, HashSet<string>> FindReach()
    {
        var reach = new Dictionary<string, HashSet<string>>();
        foreach (var (room, mayUse) in Rows)
        {
            reach[room] = [Common, .. mayUse, .. mayUse.SelectMany(used => reach[used])];
        }

        return reach;
    }
}
