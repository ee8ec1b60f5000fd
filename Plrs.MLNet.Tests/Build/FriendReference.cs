using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Plrs.MLNet.Tests.Build;

/// <summary>A type, or a member of a type with its signature, that an assembly uses of another one.</summary>
internal sealed record FriendReference(string Assembly, string Type, string? Member = null, string? Signature = null)
{
    public override string ToString() => Member is null ? $"{Assembly}: {Type}" : $"{Assembly}: {Type}.{Member}, {Signature}";

    /// <summary>All that the assembly at <paramref name="path"/> uses of <paramref name="friends"/>.</summary>
    public static IReadOnlyList<FriendReference> ReadFrom(string path, IReadOnlyCollection<string> friends)
    {
        using var pe = new PEReader(File.OpenRead(path));
        var reader = pe.GetMetadataReader();
        var types = reader.TypeReferences
            .Select(handle => Resolve(reader, handle))
            .OfType<FriendReference>();
        var members = reader.MemberReferences
            .Select(reader.GetMemberReference)
            .Select(member => Resolve(reader, member.Parent) is { } type
                ? type with { Member = reader.GetString(member.Name), Signature = SignatureOf(reader, member) }
                : null)
            .OfType<FriendReference>();
        return [.. types.Concat(members).Where(reference => friends.Contains(reference.Assembly)).Distinct()];
    }

    /// <summary>
    /// Those of <paramref name="references"/> that the assemblies at <paramref name="paths"/> do not have, whatever their visibility.
    /// </summary>
    public static IReadOnlyList<FriendReference> Missing(IEnumerable<FriendReference> references, IEnumerable<string> paths)
    {
        var present = paths.SelectMany(DefinedIn).ToHashSet();
        return [.. references.Where(reference => !present.Contains(reference))];
    }

    private static List<FriendReference> DefinedIn(string path)
    {
        using var pe = new PEReader(File.OpenRead(path));
        var reader = pe.GetMetadataReader();
        var assembly = reader.GetString(reader.GetAssemblyDefinition().Name);
        var names = new SignatureNames();
        var defined = new List<FriendReference>();
        foreach (var handle in reader.TypeDefinitions)
        {
            var definition = reader.GetTypeDefinition(handle);
            var type = new FriendReference(assembly, names.GetTypeFromDefinition(reader, handle, 0));
            defined.Add(type);
            defined.AddRange(definition.GetMethods().Select(reader.GetMethodDefinition).Select(method => type with
            {
                Member = reader.GetString(method.Name),
                Signature = SignatureNames.Of(method.DecodeSignature(names, null)),
            }));
            defined.AddRange(definition.GetFields().Select(reader.GetFieldDefinition).Select(field => type with
            {
                Member = reader.GetString(field.Name),
                Signature = field.DecodeSignature(names, null),
            }));
        }

        return defined;
    }

    private static FriendReference? Resolve(MetadataReader reader, EntityHandle type)
    {
        switch (type.Kind)
        {
            case HandleKind.TypeReference:
                var reference = reader.GetTypeReference((TypeReferenceHandle)type);
                var name = new SignatureNames().GetTypeFromReference(reader, (TypeReferenceHandle)type, 0);
                return reference.ResolutionScope.Kind switch
                {
                    HandleKind.AssemblyReference =>
                        new(reader.GetString(reader.GetAssemblyReference((AssemblyReferenceHandle)reference.ResolutionScope).Name), name),
                    HandleKind.TypeReference => Resolve(reader, reference.ResolutionScope) is { } outer ? outer with { Type = name } : null,
                    _ => null,
                };
            case HandleKind.TypeSpecification:
                var blob = reader.GetBlobReader(reader.GetTypeSpecification((TypeSpecificationHandle)type).Signature);
                return blob.ReadSignatureTypeCode() == SignatureTypeCode.GenericTypeInstance && blob.ReadCompressedInteger() > 0
                    ? Resolve(reader, blob.ReadTypeHandle())
                    : null;
            default:
                return null;
        }
    }

    private static string SignatureOf(MetadataReader reader, MemberReference member) => member.GetKind() == MemberReferenceKind.Method
        ? SignatureNames.Of(member.DecodeMethodSignature(new SignatureNames(), null))
        : member.DecodeFieldSignature(new SignatureNames(), null);
}
