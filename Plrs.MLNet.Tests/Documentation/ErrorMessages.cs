using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Documentation;

/// <summary>The texts of the library's exceptions, found in its sources: what is filled in at run time is "…".</summary>
internal static class ErrorMessages
{
    public static IReadOnlyList<string> OfTheLibrary() =>
    [
        .. Directory.GetFiles(Path.Combine(Checkout.Root, "Plrs.MLNet"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.StartsWith(Path.Combine(Checkout.Root, "Plrs.MLNet", "obj"), StringComparison.Ordinal))
            .SelectMany(file => In(File.ReadAllText(file)))
            .Distinct().Order(StringComparer.Ordinal),
    ];

    public static IEnumerable<string> In(string source) =>
        CSharpSyntaxTree.ParseText(source).GetRoot().DescendantNodes()
            .SelectMany(node => node switch
            {
                ObjectCreationExpressionSyntax creation when IsException(creation.Type) => creation.ArgumentList?.Arguments ?? default,
                ImplicitObjectCreationExpressionSyntax creation when ReturnsException(creation) => creation.ArgumentList.Arguments,
                PrimaryConstructorBaseTypeSyntax creation when IsException(creation.Type) => creation.ArgumentList.Arguments,
                ConstructorInitializerSyntax { Parent: ConstructorDeclarationSyntax made } call when IsExceptionName(
                    made.Identifier.Text) => call.ArgumentList.Arguments,
                InvocationExpressionSyntax call when IsHelper(call) => call.ArgumentList.Arguments,
                _ => default,
            })
            .SelectMany(argument => Texts(argument.Expression))
            .Select(text => Regex.Replace(text, "…+", "…"))
            .Where(text => text.Contains(' ') && text.Any(char.IsLetter));

    private static bool IsException(TypeSyntax type) => IsExceptionName(type.ToString().TrimEnd('?'));

    private static bool IsExceptionName(string name) => name.EndsWith("Exception", StringComparison.Ordinal);

    private static bool ReturnsException(SyntaxNode node) => node.Ancestors().Select(ancestor => ancestor switch
    {
        MethodDeclarationSyntax method => method.ReturnType,
        LocalFunctionStatementSyntax function => function.ReturnType,
        PropertyDeclarationSyntax property => property.Type,
        _ => null,
    }).FirstOrDefault(type => type != null) is { } type && IsException(type);

    /// <summary>
    /// ML.NET's host.Except…(…) and host.Check…(…, …), and the library's errors.Together(…, …). What the library's other checks are given
    /// are ends of messages that stand in them.
    /// </summary>
    private static bool IsHelper(InvocationExpressionSyntax call) =>
        call.Expression is MemberAccessExpressionSyntax { Name.Identifier.Text: var name } access &&
        (name is "Together" || name.StartsWith("Except", StringComparison.Ordinal)
            || (name.StartsWith("Check", StringComparison.Ordinal)
                && access.Expression.ToString() is not ("ArgumentChecks" or "errors" or "Columns")));

    /// <summary>What an expression can be: one text, or those of both branches.</summary>
    private static string[] Texts(ExpressionSyntax expression) => expression switch
    {
        LiteralExpressionSyntax literal when literal.IsKind(SyntaxKind.StringLiteralExpression) => [literal.Token.ValueText],
        InterpolatedStringExpressionSyntax text =>
            [string.Concat(text.Contents.Select(part => part is InterpolatedStringTextSyntax words ? words.TextToken.ValueText : "…"))],
        BinaryExpressionSyntax sum when sum.IsKind(SyntaxKind.AddExpression) =>
            [.. Texts(sum.Left).SelectMany(left => Texts(sum.Right).Select(right => left + right))],
        ConditionalExpressionSyntax choice => [.. Texts(choice.WhenTrue), .. Texts(choice.WhenFalse)],
        ParenthesizedExpressionSyntax inner => Texts(inner.Expression),
        InvocationExpressionSyntax { Expression: IdentifierNameSyntax name } when BodyOf(name) is { } body => Texts(body),
        IdentifierNameSyntax name when ConstantOf(name) is { } constant => Texts(constant),
        InvocationExpressionSyntax call when call.Expression.ToString() is "string.Create" or "FormattableString.Invariant" =>
            Texts(call.ArgumentList.Arguments[^1].Expression),
        _ => ["…"],
    };

    private static ExpressionSyntax? ConstantOf(IdentifierNameSyntax name) =>
        name.SyntaxTree.GetRoot().DescendantNodes().OfType<FieldDeclarationSyntax>()
            .Where(field => field.Modifiers.Any(SyntaxKind.ConstKeyword))
            .SelectMany(field => field.Declaration.Variables)
            .FirstOrDefault(variable => variable.Identifier.Text == name.Identifier.Text)?.Initializer?.Value;

    private static ExpressionSyntax? BodyOf(IdentifierNameSyntax name)
    {
        var method = name.SyntaxTree.GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>()
            .FirstOrDefault(method => method.Identifier.Text == name.Identifier.Text && method.ReturnType.ToString() == "string");
        return method?.ExpressionBody?.Expression ?? method?.Body?.Statements.OfType<ReturnStatementSyntax>().Last().Expression;
    }
}
