using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Plrs.MLNet.Build;

/// <summary>
/// Makes the internal members of an assembly visible to the C# compiler by rewriting the visibility bits in its
/// metadata tables, in place. The result is good for a compile-time reference only: it is never loaded or shipped.
/// </summary>
/// <remarks>
/// Internal becomes public and private protected becomes protected, so that an override keeps its members out of
/// the public API of a sealed class. Private members stay private, except in the types asked for by name.
/// Layout: ECMA-335, II.22.37 (TypeDef), II.22.15 (Field), II.22.26 (MethodDef), II.23.1 (flags).
/// </remarks>
public static class FriendMetadata
{
    private const int VisibilityMask = 7;
    private const int MethodFlagsOffset = 6;

    /// <summary>Rewrites the visibility bits of <paramref name="image"/>.</summary>
    /// <param name="image">The bytes of a managed assembly; changed in place.</param>
    /// <param name="openTypes">
    /// Full metadata names (<c>Namespace.Type`1</c>) of top-level types whose private fields, methods and nested types
    /// become public too, those of their nested types included.
    /// </param>
    /// <exception cref="ArgumentException">A type in <paramref name="openTypes"/> is not in the assembly.</exception>
    /// <exception cref="BadImageFormatException">The bytes are not a managed assembly, or not a whole one.</exception>
    public static void Publish(byte[] image, IReadOnlyCollection<string> openTypes)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(openTypes);

        using var pe = new PEReader(new MemoryStream(image, writable: false));
        if (!pe.HasMetadata)
        {
            throw new BadImageFormatException("Not a managed assembly.");
        }

        var reader = pe.GetMetadataReader();
        var metadata = image.AsSpan(pe.PEHeaders.MetadataStartOffset, pe.PEHeaders.MetadataSize);

        var missing = new HashSet<string>(openTypes, StringComparer.Ordinal);
        foreach (var handle in reader.TypeDefinitions)
        {
            var type = reader.GetTypeDefinition(handle);
            var name = OutermostName(reader, type);
            var open = openTypes.Contains(name);
            missing.Remove(name);

            var flags = Row(reader, metadata, TableIndex.TypeDef, handle);
            Rewrite(flags, value => PublishType(value, open));
            foreach (var field in type.GetFields())
            {
                Rewrite(Row(reader, metadata, TableIndex.Field, field), value => PublishMember(value, open));
            }

            foreach (var method in type.GetMethods())
            {
                Rewrite(Row(reader, metadata, TableIndex.MethodDef, method)[MethodFlagsOffset..], value => PublishMember(value, open));
            }
        }

        if (missing.Count > 0)
        {
            var assembly = reader.GetString(reader.GetAssemblyDefinition().Name);
            throw new ArgumentException($"{assembly} has no type named {string.Join(", ", missing)}.");
        }
    }

    private static string OutermostName(MetadataReader reader, TypeDefinition type)
    {
        while (type.GetDeclaringType() is { IsNil: false } declaring)
        {
            type = reader.GetTypeDefinition(declaring);
        }

        var name = reader.GetString(type.Name);
        return type.Namespace.IsNil ? name : $"{reader.GetString(type.Namespace)}.{name}";
    }

    private static Span<byte> Row(MetadataReader reader, Span<byte> metadata, TableIndex table, EntityHandle handle)
    {
        var size = reader.GetTableRowSize(table);
        return metadata.Slice(reader.GetTableMetadataOffset(table) + (size * (MetadataTokens.GetRowNumber(handle) - 1)), size);
    }

    private static void Rewrite(Span<byte> flags, Func<int, int> visibility)
    {
        var value = BinaryPrimitives.ReadUInt16LittleEndian(flags);
        var changed = (value & ~VisibilityMask) | visibility(value & VisibilityMask);
        BinaryPrimitives.WriteUInt16LittleEndian(flags, (ushort)changed);
    }

    private static int PublishType(int visibility, bool open) => (TypeAttributes)visibility switch
    {
        TypeAttributes.NotPublic => (int)TypeAttributes.Public,
        TypeAttributes.NestedAssembly or TypeAttributes.NestedFamORAssem => (int)TypeAttributes.NestedPublic,
        TypeAttributes.NestedFamANDAssem => (int)TypeAttributes.NestedFamily,
        TypeAttributes.NestedPrivate when open => (int)TypeAttributes.NestedPublic,
        _ => visibility,
    };

    // FieldAttributes and MethodAttributes use the same three bits with the same meaning (ECMA-335, II.23.1.5 and II.23.1.10).
    // Protected internal stays: an override of it is written "protected" in another assembly.
    private static int PublishMember(int visibility, bool open) => (MethodAttributes)visibility switch
    {
        MethodAttributes.Assembly => (int)MethodAttributes.Public,
        MethodAttributes.FamANDAssem => (int)MethodAttributes.Family,
        MethodAttributes.Private when open => (int)MethodAttributes.Public,
        _ => visibility,
    };
}
