namespace Plrs.MLNet.Tests.Rooms;

/// <summary>The rooms of the library, which are its namespaces below the root, and which rooms each may use.</summary>
internal static class RoomTable
{
    /// <summary>The root namespace: it may use every room, and no room may use it.</summary>
    public const string FrontDoor = "front door";

    /// <summary>How a file is written, and what can go wrong with it: anybody may use it.</summary>
    public const string Files = "Files";

    /// <summary>
    /// Each room with the rooms it may use; it may use what those may use, too. They stand above it, so that no arrows run in a circle.
    /// </summary>
    public static readonly (string Room, string[] MayUse)[] Rows =
    [
        (Files, []),
        ("Randomness", []),
        ("Schedules", ["Randomness"]),
        ("Torch", ["Schedules"]),
        ("Images", ["Randomness"]),
        ("Networks", ["Torch"]),
        ("Weights", ["Networks"]),
        ("Training", ["Images", "Networks", "Torch"]),
        ("Checkpoints", ["Training"]),
        ("RangeTest", ["Training"]),
        ("Scoring", ["Networks", "Images"]),
        ("Export", ["Networks", "Weights"]),
        ("ImageClassification", ["Checkpoints", "RangeTest", "Scoring", "Export"]), // And so all that stand above.
        ("MLNetTrainers", ["Schedules"]),
        ("TensorFlow", ["MLNetTrainers", "Torch"]),
        ("TorchTrainers", ["MLNetTrainers", "Torch"]),
        ("Pipelines", ["Schedules", "Torch", "TensorFlow", "TorchTrainers"]),
    ];

    /// <summary>Rooms of the table that nothing lives in yet.</summary>
    public static readonly string[] ToCome = [];

    private static readonly Dictionary<string, HashSet<string>> Reach = FindReach();

    /// <summary>Whether an arrow from one room to another is in the table.</summary>
    public static bool Allows(string from, string to) => from == FrontDoor || (Reach.TryGetValue(from, out var rooms) && rooms.Contains(to));

    /// <summary>The room of a namespace: its first part below the root. <see langword="null"/> for what the compiler puts elsewhere.</summary>
    public static string? Of(string ns)
    {
        const string Root = "Plrs.MLNet";
        return ns == Root ? FrontDoor
            : ns.StartsWith(Root + '.', StringComparison.Ordinal) ? ns[(Root.Length + 1)..].Split('.')[0]
            : null;
    }

    private static Dictionary<string, HashSet<string>> FindReach()
    {
        var reach = new Dictionary<string, HashSet<string>>();
        foreach (var (room, mayUse) in Rows)
        {
            reach[room] = [Files, .. mayUse, .. mayUse.SelectMany(used => reach[used])];
        }

        return reach;
    }
}
