using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Documentation;

/// <summary>A <see cref="Snippet"/> as a program of its own that sees what a user of the packages sees.</summary>
internal sealed class CompiledSnippet
{
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private static readonly CSharpParseOptions Language = new(LanguageVersion.CSharp14);
    private static readonly Lazy<IReadOnlyList<MetadataReference>> References = new(() => [.. ReferencedFiles().Select(file => MetadataReference.CreateFromFile(file))]);

    private readonly CSharpCompilation _compilation;

    /// <param name="snippet">The code.</param>
    /// <param name="page">The snippets of its page: those that only declare types are seen by the others.</param>
    public CompiledSnippet(Snippet snippet, params IEnumerable<Snippet> page)
    {
        var code = Parse(snippet);
        var declarations = page.Where(other => other != snippet).Select(Parse).Where(other => !HasStatements(other));
        _compilation = CSharpCompilation.Create(
            "Snippet",
            [code, .. declarations, CSharpSyntaxTree.ParseText(ImplicitUsings, Language), CSharpSyntaxTree.ParseText(Given.Code(withUsings: !snippet.IsWhole), Language)],
            References.Value,
            new CSharpCompilationOptions(HasStatements(code) ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Annotations));
    }

    /// <summary>The compiler's errors, each with page and line.</summary>
    public IReadOnlyList<string> Errors() =>
        [.. _compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Select(error =>
        {
            var place = error.Location.GetMappedLineSpan();
            return $"{place.Path}:{place.StartLinePosition.Line + 1}: {error.GetMessage()} ({error.Id})";
        })];

    /// <summary>Runs it in this process.</summary>
    /// <param name="arguments">Those of the program.</param>
    /// <param name="given">Values for variables of <see cref="Given"/>.</param>
    public void Run(string[] arguments, params (string Variable, object Value)[] given)
    {
        using var stream = new MemoryStream();
        Assert.IsTrue(_compilation.Emit(stream).Success, string.Join('\n', Errors()));
        var program = Assembly.Load(stream.ToArray());
        foreach (var (variable, value) in given)
        {
            program.GetType(nameof(Given))!.GetField(variable)!.SetValue(null, value);
        }

        program.EntryPoint!.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [arguments], null);
    }

    private static SyntaxTree Parse(Snippet snippet) => CSharpSyntaxTree.ParseText($"#line {snippet.Line} \"{snippet.Page}\"\n{snippet.Code}", Language);

    private static bool HasStatements(SyntaxTree code) => ((CompilationUnitSyntax)code.GetRoot()).Members.Any(member => member is GlobalStatementSyntax);

    private static IEnumerable<string> ReferencedFiles()
    {
        var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var webRuntime = Path.Combine(runtime, "..", "..", "Microsoft.AspNetCore.App", Path.GetFileName(runtime));
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        var standIns = Path.Combine(Checkout.Root, "build", "TensorFlowStandIns", "bin", output.Parent!.Name, output.Name, "TensorFlowStandIns.dll");
        var platform = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        return platform.Where(file => Path.GetFileName(file) != "Plrs.MLNet.Tests.dll")
            .Concat(Directory.GetFiles(webRuntime, "Microsoft.*.dll"))
            .Append(standIns)
            .DistinctBy(Path.GetFileName);
    }
}
