using System.Diagnostics;
using System.Reflection;
using System.Runtime.Loader;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Emit;
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
    private static readonly Lazy<IReadOnlyList<MetadataReference>> References = new(
        () => [.. ReferencedFiles().Select(file => MetadataReference.CreateFromFile(file))]);

    private readonly Snippet _snippet;
    private readonly CSharpCompilation _compilation;

    /// <param name="snippet">The code.</param>
    /// <param name="page">The snippets of its page: those that only declare types are seen by the others.</param>
    public CompiledSnippet(Snippet snippet, params IEnumerable<Snippet> page)
    {
        _snippet = snippet;
        var code = Parse(snippet);
        var declarations = page.Where(other => other != snippet).Select(Parse).Where(other => !HasStatements(other));
        _compilation = CSharpCompilation.Create(
            "Snippet",
            [Remembering(code), .. declarations, Parse(ImplicitUsings), Parse(Given.Code(withUsings: !snippet.IsWhole))],
            References.Value,
            new CSharpCompilationOptions(
                HasStatements(code) ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary,
                nullableContextOptions: NullableContextOptions.Annotations));
    }

    /// <summary>The compiler's errors, each with page and line.</summary>
    public IReadOnlyList<string> Errors() =>
        [.. _compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Select(error =>
        {
            var place = error.Location.GetMappedLineSpan();
            return $"{place.Path}:{place.StartLinePosition.Line + 1}: {error.GetMessage()} ({error.Id})";
        })];

    /// <summary>The compiler's errors in a program of several files.</summary>
    public static IEnumerable<string> ErrorsOfProgram(IEnumerable<SyntaxTree> files) =>
        CSharpCompilation.Create(
            "Program", [.. files, CSharpSyntaxTree.ParseText(ImplicitUsings)], References.Value, new CSharpCompilationOptions(
                OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable))
            .GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Select(error => $"{error}");

    /// <summary>Runs it in this process, if it has anything to run.</summary>
    /// <param name="arguments">Those of the program.</param>
    /// <param name="given">Values for variables of <see cref="Given"/>.</param>
    /// <returns>The program, and its variables in the end: those of <see cref="Given"/>, hidden by its own.</returns>
    /// <exception cref="AssertFailedException">It has thrown; the message has page, line and exception.</exception>
    public (Assembly Program, IReadOnlyDictionary<string, object?> Variables) Run(
        string[] arguments, IReadOnlyDictionary<string, object> given)
    {
        var program = Load();
        var givenType = program.GetType(nameof(Given))!;
        foreach (var (variable, value) in given)
        {
            givenType.GetField(variable)!.SetValue(null, value);
        }

        try
        {
            program.EntryPoint?.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [arguments], null);
        }
        catch (Exception e)
        {
            var place = new StackTrace(e, fNeedFileInfo: true).GetFrames().FirstOrDefault(frame => frame.GetFileName() == _snippet.Page);
            throw new AssertFailedException(
                $"{_snippet.Page}:{place?.GetFileLineNumber() ?? _snippet.Line}: {e.GetType().Name}: {e.Message}", e);
        }

        var variables = given.Keys.ToDictionary(variable => variable, variable => givenType.GetField(variable)!.GetValue(null));
        foreach (var (variable, value) in (Dictionary<string, object?>)givenType.GetField(Given.Made)!.GetValue(null)!)
        {
            variables[variable] = value;
        }

        return (program, variables);
    }

    private static SyntaxTree Parse(Snippet snippet) => Parse($"#line {snippet.Line} \"{snippet.Page}\"\n{snippet.Code}");

    private static SyntaxTree Parse(string code) => CSharpSyntaxTree.ParseText(code, Language, encoding: Encoding.UTF8);

    private static IEnumerable<GlobalStatementSyntax> Statements(SyntaxTree code) =>
        ((CompilationUnitSyntax)code.GetRoot()).Members.OfType<GlobalStatementSyntax>();

    private static bool HasStatements(SyntaxTree code) => Statements(code).Any();

    /// <summary>The same code, on the same lines, that leaves its variables in <see cref="Given.Made"/>.</summary>
    private static SyntaxTree Remembering(SyntaxTree code)
    {
        var variables = Statements(code).Select(statement => statement.Statement).OfType<LocalDeclarationStatementSyntax>()
            .SelectMany(declaration => declaration.Declaration.Variables, (_, variable) => variable.Identifier.Text).ToArray();
        return variables.Length == 0
            ? code
            : Parse(code.ToString().Insert(
                Statements(code).Last().Span.End,
                string.Concat(variables.Select(variable => $" {Given.Made}[\"{variable}\"] = {variable};"))));
    }

    private static IEnumerable<string> ReferencedFiles() =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(file => !file.EndsWith(".Tests.dll", StringComparison.Ordinal))
            .Append(StandIns());

    private static string StandIns()
    {
        var output = new DirectoryInfo(AppContext.BaseDirectory);
        return Path.Combine(
            Checkout.Root, "build", "TensorFlowStandIns", "bin", output.Parent!.Name, output.Name, "TensorFlowStandIns.dll");
    }

    /// <summary>With its symbols, so that exceptions know the lines.</summary>
    private Assembly Load()
    {
        using var code = new MemoryStream();
        using var symbols = new MemoryStream();
        var emitted = _compilation.Emit(
            code, symbols, options: new EmitOptions(debugInformationFormat: DebugInformationFormat.PortablePdb));
        Assert.IsTrue(emitted.Success, string.Join('\n', Errors()));
        AssemblyLoadContext.Default.LoadFromAssemblyPath(StandIns());
        return Assembly.Load(code.ToArray(), symbols.ToArray());
    }
}
