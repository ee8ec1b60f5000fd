using System.Text.RegularExpressions;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Documentation;

/// <summary>docs/troubleshooting.md has every message of the library's exceptions, and no other.</summary>
[TestClass]
public sealed partial class TroubleshootingTests
{
    [TestMethod]
    public void EveryMessageOfAnExceptionHasAnEntry()
    {
        var messages = ErrorMessages.OfTheLibrary();
        var entries = Entry().Matches(File.ReadAllText(Path.Combine(Checkout.Root, "docs", "troubleshooting.md")))
            .Select(entry => entry.Groups["message"].Value).ToArray();

        Assert.AreEqual("", string.Join('\n', messages.Except(entries)), "These messages have no entry.");
        Assert.AreEqual("", string.Join('\n', entries.Except(messages)), "These entries are of messages that the library does not have.");
        Assert.IsGreaterThan(150, messages.Count);
        Assert.HasCount(entries.Length, entries.Distinct());
    }

    [TestMethod]
    public void MessagesAreFoundInAllTheirForms()
    {
        const string Source = """
            class Sample
            {
                private const string Text = "A constant text.";
                void Thrown(int n) => throw new InvalidOperationException(
                    $"There are {n}{n} of " + (n > 1 ? "these things." : "this thing."));
                void Constant() => throw new FormatException(Text);
                IOException Made(string path) => new(string.Create(CultureInfo.InvariantCulture, $"'{path}' is not there."));
                void Asked(IHost host) => throw host.ExceptParam("n", "ML.NET throws this.");
                void Described() => throw new ArgumentException(Describe());
                void Together(OptionErrors errors) => errors.Together(true, "They contradict each other.");
                void Out(OptionErrors errors, int n) => errors.Check(n > 0, n, "N", "above 0");
                static string Describe() { return "It is described."; }
                string None() => "This is no message.";
            }

            class SampleException() : Exception("A message of its own.");

            class OtherException : Exception
            {
                OtherException() : this("Another message.") { }
            }
            """;

        CollectionAssert.AreEquivalent(
            new[]
            {
                "There are … of these things.", "There are … of this thing.", "A constant text.", "'…' is not there.",
                "ML.NET throws this.", "It is described.",
                "They contradict each other.", "A message of its own.", "Another message.",
            },
            ErrorMessages.In(Source).ToArray());
    }

    [GeneratedRegex("^- `(?<message>[^`]+)`", RegexOptions.Multiline)]
    private static partial Regex Entry();
}
