using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Plrs.MLNet.Tests.Support;

namespace Plrs.MLNet.Tests.Rooms;

/// <summary>In which folder of the library each type is declared: users see namespaces, the house has folders.</summary>
internal static class SourceFolders
{
    /// <summary>The first folder below the library's by the full name of the type; empty for the library's own.</summary>
    public static readonly Dictionary<string, string> ByType = Find();

    private static Dictionary<string, string> Find()
    {
        var root = Path.Combine(Checkout.Root, "Plrs.MLNet");
        var folders = new Dictionary<string, string>();
        foreach (var path in Directory.EnumerateFiles(root, "*.cs", SearchOption.AllDirectories))
        {
            var parts = Path.GetRelativePath(root, path).Split(Path.DirectorySeparatorChar);
            if (parts[0] is not ("bin" or "obj"))
            {
                foreach (var type in Types(File.ReadAllText(path)))
                {
                    folders[type] = parts.Length == 1 ? "" : parts[0];
                }
            }
        }

        return folders;
    }

    private static IEnumerable<string> Types(string source)
    {
        foreach (var declaration in CSharpSyntaxTree.ParseText(source).GetRoot()
            .DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax))
        {
            var (name, parameters) = declaration switch
            {
                TypeDeclarationSyntax type => (type.Identifier.Text, type.TypeParameterList?.Parameters.Count ?? 0),
                BaseTypeDeclarationSyntax type => (type.Identifier.Text, 0),
                DelegateDeclarationSyntax type => (type.Identifier.Text, type.TypeParameterList?.Parameters.Count ?? 0),
                _ => ("", 0),
            };
            if (name.Length > 0 && declaration.Parent is BaseNamespaceDeclarationSyntax space)
            {
                yield return $"{space.Name}.{name}{(parameters > 0 ? $"`{parameters}" : "")}";
            }
        }
    }
}
