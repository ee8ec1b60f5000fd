using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Documentation;

/// <summary>
/// No text is made in the language of the machine: nowhere in the sources does a number with a point, or a time, stand in a text without
/// a culture.
/// </summary>
[TestClass]
public sealed class CultureTests
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

    private static readonly Lazy<MetadataReference[]> References = new(() =>
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(file => MetadataReference.CreateFromFile(file))]);

    [TestMethod]
    [DataRow("Plrs.MLNet", "Plrs.MLNet")]
    [DataRow("Plrs.MLNet.Experiments", "Plrs.MLNet.Experiments")]
    [DataRow("plrs", "tools/plrs")]
    [DataRow("TrainOnFolder", "examples/TrainOnFolder")]
    [DataRow("CompareSchedules", "examples/CompareSchedules")]
    [DataRow("PredictImages", "examples/PredictImages")]
    [DataRow("FlowerClassifier", "examples/FlowerClassifier")]
    [DataRow("FlowerClassifier.WebApi", "examples/FlowerClassifier.WebApi")]
    public void NoTextIsMadeInTheMachinesLanguage(string assembly, string folder) =>
        Assert.AreEqual("", string.Join('\n', Faults(assembly, Sources(folder))));

    [TestMethod]
    [DataRow("""$"{x}" """, 1)]
    [DataRow("""$"{x:G3} and {n}" """, 1)]
    [DataRow(""" "a" + x""", 1)]
    [DataRow("""string.Create(CultureInfo.InvariantCulture, $"{x}")""", 0)]
    [DataRow("""string.Create(CultureInfo.InvariantCulture, $"{x} " + $"{x}")""", 0)]
    [DataRow("""FormattableString.Invariant($"{x}: {(n > 0 ? $"{x:G2}" : "")}")""", 1)]
    [DataRow("""$"{x.ToString(CultureInfo.InvariantCulture)}" """, 0)]
    [DataRow("""$"{n} {"text"}" """, 0)]
    [DataRow("""$"{n:N0}" """, 1)]
    [DataRow("""string.Join(", ", new[] { x })""", 1)]
    [DataRow("""string.Join(", ", new[] { n })""", 0)]
    public void ATextInTheMachinesLanguageIsFound(string expression, int faults) =>
        Assert.HasCount(
            faults,
            Faults(
                "Sample",
                [
                    CSharpSyntaxTree.ParseText(
                        $"using System.Globalization; class Sample {{ string Of(double x, int n) => {expression}; }}",
                        Language,
                        "Sample.cs"),
                ]).ToArray());

    private static SyntaxTree[] Sources(string folder) =>
    [
        .. Directory.GetFiles(Path.Combine(Checkout.Root, folder), "*.cs", SearchOption.AllDirectories)
            .Where(file => !Path.GetRelativePath(Checkout.Root, file).Split(Path.DirectorySeparatorChar)
                .Any(part => part is "obj" or "bin"))
            .Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), Language, file)),
    ];

    private static IEnumerable<string> Faults(string assembly, SyntaxTree[] sources)
    {
        var compilation = CSharpCompilation.Create(
            assembly,
            [.. sources, CSharpSyntaxTree.ParseText(ImplicitUsings, Language)],
            References.Value.Where(reference => Path.GetFileNameWithoutExtension(reference.Display) != assembly),
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, metadataImportOptions: MetadataImportOptions.All));
        foreach (var source in sources)
        {
            var model = compilation.GetSemanticModel(source);
            foreach (var node in source.GetRoot().DescendantNodes())
            {
                var isFault = node switch
                {
                    InterpolationSyntax hole => !HasCulture(model, (ExpressionSyntax)hole.Parent!)
                        && IsOfCulture(
                            model.GetTypeInfo(hole.Expression).Type,
                            hole.FormatClause is { FormatStringToken.ValueText: not ['x' or 'X', ..] }),
                    BinaryExpressionSyntax sum when sum.IsKind(SyntaxKind.AddExpression)
                        && model.GetTypeInfo(sum).Type?.SpecialType == SpecialType.System_String =>
                        IsOfCulture(model.GetTypeInfo(sum.Left).Type, false) || IsOfCulture(model.GetTypeInfo(sum.Right).Type, false),
                    InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.Text: "Join" } } join
                        when model.GetSymbolInfo(join).Symbol is IMethodSymbol { ContainingType.SpecialType: SpecialType.System_String } =>
                        join.ArgumentList.Arguments.Skip(1)
                            .Any(argument => IsOfCulture(Item(model.GetTypeInfo(argument.Expression).Type), false)),
                    _ => false,
                };
                if (isFault)
                {
                    var line = source.GetLineSpan(node.Span).StartLinePosition.Line + 1;
                    yield return string.Create(
                        CultureInfo.InvariantCulture, $"{Path.GetRelativePath(Checkout.Root, source.FilePath)}:{line}: {node}");
                }
            }
        }
    }

    // The text is an argument, perhaps in a sum of texts, of a call that is given a culture.
    private static bool HasCulture(SemanticModel model, ExpressionSyntax text)
    {
        var parent = text.Parent;
        while (parent is BinaryExpressionSyntax or ParenthesizedExpressionSyntax)
        {
            parent = parent.Parent;
        }

        // The sources' own that take such a text give it the culture.
        if (model.GetTypeInfo(text).ConvertedType?.Name == nameof(FormattableString)
            && !(parent is ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax taking }
                && model.GetSymbolInfo(taking).Symbol?.Locations.Any(place => place.IsInSource) == false))
        {
            return true;
        }

        return parent is ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax call }
            && (call.Expression.ToString().EndsWith("Invariant", StringComparison.Ordinal)
                || call.ArgumentList.Arguments.Any(argument => argument.Expression.ToString() == "CultureInfo.InvariantCulture"));
    }

    private static ITypeSymbol? Item(ITypeSymbol? type) => type switch
    {
        IArrayTypeSymbol array => array.ElementType,
        INamedTypeSymbol { SpecialType: not SpecialType.System_String } named => named.AllInterfaces.Prepend(named)
            .FirstOrDefault(kind => kind.OriginalDefinition.SpecialType == SpecialType.System_Collections_Generic_IEnumerable_T)
            ?.TypeArguments[0] ?? type,
        _ => type,
    };

    private static bool IsOfCulture(ITypeSymbol? type, bool hasFormat) => type switch
    {
        INamedTypeSymbol { OriginalDefinition.SpecialType: SpecialType.System_Nullable_T } nullable =>
            IsOfCulture(nullable.TypeArguments[0], hasFormat),
        { SpecialType: SpecialType.System_Double or SpecialType.System_Single or SpecialType.System_Decimal } => true,
        { SpecialType: SpecialType.System_DateTime or SpecialType.System_Object } => true,
        ITypeParameterSymbol parameter => !parameter.ConstraintTypes.Any(kind => kind.Name is "Enum" or "IBinaryInteger"),
        { Name: "DateTimeOffset" or "DateOnly" or "TimeOnly" or "Half" or "IFormattable" } => true,
        { Name: "TimeSpan" } => hasFormat,
        { SpecialType: SpecialType.System_Int32 or SpecialType.System_Int64 } => hasFormat,
        { SpecialType: SpecialType.System_UInt32 or SpecialType.System_UInt64 } => hasFormat,
        _ => false,
    };
}
