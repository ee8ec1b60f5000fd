using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Rooms;

/// <summary>The table of rooms for contributors.</summary>
[TestClass]
public sealed class RoomPageTests
{
    [TestMethod]
    public void TheDesignNotesHaveTheTableOfRooms()
    {
        var rows = File.ReadLines(Path.Combine(Checkout.Root, "docs", "design.md"))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
                .Select(line => line.Split('|', StringSplitOptions.TrimEntries)).Select(cells => $"{cells[1]}: {cells[3]}");

        var expected = RoomTable.Rows.Select(row => $"`{row.Room}`: {string.Join(", ", row.MayUse.Select(room => $"`{room}`"))}");

        CollectionAssert.AreEqual(expected.ToArray(), rows.ToArray());
    }
}
