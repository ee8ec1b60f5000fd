using System.Reflection;
using Microsoft.ML;
using Plrs.MLNet.Schedules;

namespace Plrs.MLNet.Tests.Build;

[TestClass]
public sealed class FriendAccessTests
{
    private static readonly Assembly Library = typeof(TrainingStep).Assembly;
    private static readonly string[] Friends = ["Microsoft.ML.Core", "Microsoft.ML.Data", "Microsoft.ML.StandardTrainers"];

    [TestMethod]
    public void TheLibraryAsksForAccessToEveryFriend()
    {
        var asked = Library.GetCustomAttributesData()
            .Where(attribute => attribute.AttributeType.FullName == "System.Runtime.CompilerServices.IgnoresAccessChecksToAttribute")
            .Select(attribute => (string?)attribute.ConstructorArguments.Single().Value);

        CollectionAssert.AreEquivalent(Friends, asked.ToList());
    }

    [TestMethod]
    public void TheLoadedMLNetHasEveryMemberThatTheLibraryUses()
    {
        var references = FriendReference.ReadFrom(Library.Location, Friends);

        Assert.IsNotEmpty(references);
        AssertNothingIsMissing(references);

        // A friend's abstract member that a type of ours does not implement shows when that type is loaded.
        Assert.IsNotEmpty(Library.GetTypes());
    }

    [TestMethod]
    public void EveryMemberThatMLNetUsesOfItselfIsFound()
    {
        var references = Friends.SelectMany(name => FriendReference.ReadFrom(Assembly.Load(name).Location, Friends)).ToList();

        Assert.IsGreaterThan(1000, references.Count);
        AssertNothingIsMissing(references);
    }

    [TestMethod]
    public void WhatIsMissingIsNamedWithTheVersionOfMLNet()
    {
        var present = FriendReference.ReadFrom(Assembly.Load("Microsoft.ML.Data").Location, Friends)
            .First(reference => reference is { Assembly: "Microsoft.ML.Core", Member: not null });
        FriendReference[] references =
        [
            present,
            present with { Type = "Microsoft.ML.NoSuchType", Member = null, Signature = null },
            present with { Member = "NoSuchMember" },
            present with { Signature = "Void `0(NoSuchParameter)" },
        ];

        var error = Assert.ThrowsExactly<AssertFailedException>(() => AssertNothingIsMissing(references));

        StringAssert.Contains(error.Message, $"ML.NET {Version()} lacks 3 of the members", StringComparison.Ordinal);
        foreach (var missing in references[1..])
        {
            StringAssert.Contains(error.Message, missing.ToString(), StringComparison.Ordinal);
        }

        Assert.DoesNotContain(present.ToString(), error.Message);
    }

    private static void AssertNothingIsMissing(IReadOnlyList<FriendReference> references)
    {
        var missing = FriendReference.Missing(references, Friends.Select(name => Assembly.Load(name).Location));
        if (missing.Count > 0)
        {
            Assert.Fail(
                $"ML.NET {Version()} lacks {missing.Count} of the members that friend access is for:\n{string.Join('\n', missing)}");
        }
    }

    private static string Version() => typeof(MLContext).Assembly.GetCustomAttribute<AssemblyFileVersionAttribute>()!.Version;
}
