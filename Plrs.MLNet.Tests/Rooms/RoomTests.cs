using Mono.Cecil;
using Plrs.MLNet.Schedules;

namespace Plrs.MLNet.Tests.Rooms;

[TestClass]
public sealed class RoomTests
{
    private static readonly ModuleDefinition Library = ModuleDefinition.ReadModule(typeof(TrainingStep).Assembly.Location);

    /// <summary>Each arrow from one room to another, with the uses behind it as text.</summary>
    private static readonly Dictionary<(string From, string To), string[]> Arrows = FindArrows();

    [TestMethod]
    public void NoArrowIsMissingFromTheTable()
    {
        var wrong = Arrows
            .Where(arrow => !RoomTable.Allows(arrow.Key.From, arrow.Key.To))
            .SelectMany(arrow => arrow.Value.Select(use => $"{Name(arrow.Key)}: {use}"));

        Assert.AreEqual("", string.Join('\n', wrong), $"The table in {nameof(RoomTable)} does not allow these uses.");
    }

    [TestMethod]
    public void EveryRoomIsInTheTableAndLivedIn()
    {
        var livedIn = Library.Types.Select(type => RoomTable.Of(type.FullName)).OfType<string>()
            .Where(room => room != RoomTable.FrontDoor).Distinct();

        CollectionAssert.AreEquivalent(
            RoomTable.Rows.Select(row => row.Room).ToList(), livedIn.ToList(), "The library's folders are the rooms of the table.");
    }

    [TestMethod]
    public void EveryArrowOfTheTableIsUsed()
    {
        var unused =
            from row in RoomTable.Rows
            from room in row.MayUse
            where !Arrows.ContainsKey((row.Room, room))
            select Name((row.Room, room));

        Assert.AreEqual("", string.Join('\n', unused), "Take these arrows out of the table.");
    }

    [TestMethod]
    public void PublicTypesAreInNamespacesThatUsersNeed()
    {
        var elsewhere = Library.Types.Where(type => type.IsPublic && !RoomTable.PublicNamespaces.Contains(type.Namespace))
            .Select(type => type.FullName);

        Assert.AreEqual("", string.Join('\n', elsewhere), "Put these types into one of the public namespaces, or make them internal.");
        CollectionAssert.IsSubsetOf(
            RoomTable.PublicNamespaces, Library.Types.Where(type => type.IsPublic).Select(type => type.Namespace).ToList());
    }

    [TestMethod]
    public void NoNamespaceHidesOneOfALibrary()
    {
        // Inside Plrs.MLNet.X.Y, the names X and Y mean these namespaces, and no longer what a library calls so.
        var ours = Library.Types.Where(type => type.Namespace.StartsWith("Plrs.MLNet.", StringComparison.Ordinal))
            .SelectMany(type => type.Namespace.Split('.')[2..]).ToHashSet();
        var theirs = Library.GetTypeReferences().Select(type => type.Namespace.Split('.')[0]).ToHashSet();

        Assert.Contains("TorchSharp", theirs);
        Assert.IsEmpty(ours.Intersect(theirs));
    }

    [TestMethod]
    [DataRow("Training", "Images")]
    [DataRow("Training", "Torch")]
    [DataRow("ImageClassification", "Training")]
    [DataRow("Schedules", "Randomness")]
    [DataRow(RoomTable.FrontDoor, "Pipelines")]
    public void ArrowsAreSeen(string from, string to) =>
        Assert.IsTrue(Arrows.ContainsKey((from, to)), $"{from} uses {to}, but no use was found.");

    [TestMethod]
    [DataRow("Training", "Torch", true)]
    [DataRow("Training", "Randomness", true, DisplayName = "By way of Images")]
    [DataRow("Randomness", "Common", true)]
    [DataRow("ImageClassification", "Weights", true)]
    [DataRow(RoomTable.FrontDoor, "TensorFlow", true)]
    [DataRow("Training", "Checkpoints", false)]
    [DataRow("Images", "Training", false)]
    [DataRow("ImageClassification", "Pipelines", false)]
    [DataRow("Pipelines", "ImageClassification", false)]
    [DataRow("Training", RoomTable.FrontDoor, false)]
    [DataRow("NoSuchRoom", "Common", false)]
    public void TheTableAllows(string from, string to, bool allowed) => Assert.AreEqual(allowed, RoomTable.Allows(from, to));

    private static Dictionary<(string From, string To), string[]> FindArrows() =>
        TypeUse.In(Library)
            .Select(use => (From: RoomTable.Of(use.From), To: RoomTable.Of(use.To), Use: use.ToString()))
            .Where(use => use is { From: not null, To: not null } && use.From != use.To)
            .GroupBy(use => (use.From!, use.To!), use => use.Use)
            .OrderBy(arrow => arrow.Key)
            .ToDictionary(arrow => arrow.Key, arrow => arrow.Distinct().Order(StringComparer.Ordinal).ToArray());

    private static string Name((string From, string To) arrow) => $"{arrow.From} → {arrow.To}";
}
