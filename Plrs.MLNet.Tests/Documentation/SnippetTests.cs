namespace Plrs.MLNet.Tests.Documentation;

/// <summary>The C# of the pages and of the XML documentation compiles; what can be run is run in RunningSnippetTests.</summary>
[TestClass]
public sealed class SnippetTests
{
    [TestMethod]
    public void EverySnippetOfThePagesCompiles()
    {
        var snippets = Snippet.OfPages();

        var errors = snippets.GroupBy(snippet => snippet.Page)
            .SelectMany(page => page.SelectMany(snippet => new CompiledSnippet(snippet, page).Errors()));

        Assert.AreEqual("", string.Join('\n', errors));
        Assert.IsGreaterThan(30, snippets.Count);
    }

    [TestMethod]
    public void EveryExampleOfTheXmlDocumentationCompiles()
    {
        var snippets = Snippet.OfXmlDocumentation();

        Assert.AreEqual("", string.Join('\n', snippets.SelectMany(snippet => new CompiledSnippet(snippet, snippets).Errors())));
        Assert.IsGreaterThan(10, snippets.Count);
    }

    [TestMethod]
    public void ASnippetThatDoesNotCompileIsNamedWithItsLine()
    {
        var errors = new CompiledSnippet(new Snippet("docs/some.md", 41, "var schedule =\n    new PlrsSchedule(0.07, none);\n")).Errors();

        Assert.AreEqual("docs/some.md:42: The name 'none' does not exist in the current context (CS0103)", errors.Single());
    }
}
