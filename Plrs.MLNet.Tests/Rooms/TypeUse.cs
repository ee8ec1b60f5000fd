using Mono.Cecil;

namespace Plrs.MLNet.Tests.Rooms;

/// <summary>A place in an assembly that names a type of the same assembly.</summary>
/// <param name="From">The full name of the outermost type of the place.</param>
/// <param name="Place">The type and member, as in the source.</param>
/// <param name="To">The full name of the outermost type that is named.</param>
/// <param name="Type">That type.</param>
internal sealed record TypeUse(string From, string Place, string To, string Type)
{
    /// <summary>
    /// All uses in an assembly, but for those of a type by itself or by what is nested in it. What only the compiler sees is not among
    /// them: constants and the values of enums, <c>nameof</c>, and the documentation.
    /// </summary>
    public static IEnumerable<TypeUse> In(ModuleDefinition module) =>
        from user in module.GetTypes()
        from named in NamedTypes.In(user)
        from used in NamedTypes.Parts(named.Type).OfType<TypeDefinition>()
        let source = Outermost(user)
        let target = Outermost(used)
        where source != target
        select new TypeUse(source.FullName, NameOf(user, named.Member), target.FullName, NameOf(used, null));

    public override string ToString() => $"{Place} uses {Type}";

    private static TypeDefinition Outermost(TypeDefinition type) => type.DeclaringType is null ? type : Outermost(type.DeclaringType);

    /// <summary>
    /// The name in the source: a lambda, an iterator or an async method is in types and methods named like <c>&lt;Run&gt;d__5.MoveNext</c>.
    /// </summary>
    private static string NameOf(TypeDefinition type, string? member)
    {
        var names = new List<string>();
        for (var outer = type; outer is not null; outer = outer.DeclaringType)
        {
            names.Insert(0, outer.Name);
        }

        if (member is not null)
        {
            names.Add(member.StartsWith('<')
                ? member
                : member.Split('.')[^1]); // The name of an explicit implementation has its interface's before it.
        }

        var generated = names.FindIndex(name => name.StartsWith('<'));
        if (generated >= 0)
        {
            // Of all the names from there on, the first that says where: <>c__DisplayClass3_0 does not.
            var source = names[generated..].Select(InBrackets).FirstOrDefault(name => name is not ("" or ".ctor" or ".cctor"));
            names = source is null ? names[..generated] : [.. names[..generated], source];
        }

        return string.Join('.', names.Select(Plain).Where(name => name is not ("ctor" or "cctor")));
    }

    private static string InBrackets(string name) => name.StartsWith('<') ? name.TrimStart('<').Split('>')[0] : "";

    private static string Plain(string name)
    {
        string[] accessors = ["get_", "set_", "add_", "remove_"];
        var accessor = Array.Find(accessors, prefix => name.StartsWith(prefix, StringComparison.Ordinal)) ?? "";
        return name[accessor.Length..].Split('`')[0];
    }
}
