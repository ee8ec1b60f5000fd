using System.Reflection;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using Plrs.MLNet.Build;

namespace Plrs.MLNet.Tests.Build;

[TestClass]
public sealed class FriendMetadataTests
{
    private static readonly byte[] SampleImage = Sample();

    [TestMethod]
    [DataRow("", "Private", "Private")]
    [DataRow("", "FamANDAssem", "Family")]
    [DataRow("", "Assembly", "Public")]
    [DataRow("", "Family", "Family")]
    [DataRow("", "FamORAssem", "FamORAssem")]
    [DataRow("", "Public", "Public")]
    [DataRow("Sample.Thing`1", "Private", "Public")]
    [DataRow("Sample.Thing`1", "FamANDAssem", "Family")]
    [DataRow("Sample.Thing`1", "Family", "Family")]
    public void MembersGetTheVisibilityThatAFriendSees(string openTypes, string before, string after)
    {
        var published = Visibilities(Published(openTypes));

        Assert.AreEqual(after, published[$"Thing`1.{before}Method"]);
        Assert.AreEqual(after, published[$"Thing`1.{before}Field"]);
    }

    [TestMethod]
    [DataRow("", "Thing`1", "Public")]
    [DataRow("", "Visible", "Public")]
    [DataRow("", "NestedPrivateType", "NestedPrivate")]
    [DataRow("", "NestedFamANDAssemType", "NestedFamily")]
    [DataRow("", "NestedAssemblyType", "NestedPublic")]
    [DataRow("", "NestedFamilyType", "NestedFamily")]
    [DataRow("", "NestedFamORAssemType", "NestedPublic")]
    [DataRow("Sample.Thing`1", "NestedPrivateType", "NestedPublic")]
    [DataRow("Sample.Thing`1", "NestedPrivateType.Innermost", "Public")]
    public void TypesGetTheVisibilityThatAFriendSees(string openTypes, string name, string after) =>
        Assert.AreEqual(after, Visibilities(Published(openTypes))[name]);

    [TestMethod]
    public void OpeningOneTypeLeavesThePrivateMembersOfOthers() =>
        Assert.AreEqual("Private", Visibilities(Published("Sample.Thing`1"))["Visible.PrivateMethod"]);

    [TestMethod]
    public void OnlyVisibilityBitsChange()
    {
        var published = Published("Sample.Thing`1");

        var changes = Enumerable.Range(0, SampleImage.Length).Where(i => SampleImage[i] != published[i]).ToList();
        Assert.HasCount(Visibilities(SampleImage).Except(Visibilities(published)).Count(), changes, "One byte a changed item.");
        Assert.IsTrue(changes.TrueForAll(i => (SampleImage[i] ^ published[i]) <= 7));
        CollectionAssert.AreEqual(MethodBodies(SampleImage), MethodBodies(published));
    }

    [TestMethod]
    public void PublishingTwiceIsPublishingOnce()
    {
        var once = Published("Sample.Thing`1");
        var twice = once.ToArray();
        FriendMetadata.Publish(twice, ["Sample.Thing`1"]);

        CollectionAssert.AreEqual(once, twice);
    }

    [TestMethod]
    [DataRow("Sample.Nothing")]
    [DataRow("Sample.Thing")]
    [DataRow("NestedPrivateType")]
    public void AnUnknownOpenTypeIsNamed(string name)
    {
        var error = Assert.ThrowsExactly<ArgumentException>(() => Published(name));

        Assert.AreEqual($"Sample has no type named {name}.", error.Message);
    }

    [TestMethod]
    public void WhatIsNoManagedAssemblyIsRefused()
    {
        Assert.ThrowsExactly<BadImageFormatException>(() => FriendMetadata.Publish([], []));
        Assert.ThrowsExactly<BadImageFormatException>(() => FriendMetadata.Publish([.. Enumerable.Repeat((byte)0x4d, 4096)], []));
        for (var length = 0; length < MetadataEnd(); length++)
        {
            var truncated = SampleImage[..length];
            Assert.ThrowsExactly<BadImageFormatException>(() => FriendMetadata.Publish(truncated, []), $"Truncated to {length} bytes.");
        }
    }

    private static int MetadataEnd()
    {
        using var pe = new PEReader(new MemoryStream(SampleImage));
        return pe.PEHeaders.MetadataStartOffset + pe.PEHeaders.MetadataSize;
    }

    private static byte[] Published(string openTypes)
    {
        var image = SampleImage.ToArray();
        FriendMetadata.Publish(image, openTypes.Split(';', StringSplitOptions.RemoveEmptyEntries));
        return image;
    }

    /// <summary>
    /// An assembly with an internal generic class and a public one; the first has members and nested types of every visibility.
    /// </summary>
    private static byte[] Sample()
    {
        var assembly = new PersistedAssemblyBuilder(new AssemblyName("Sample"), typeof(object).Assembly);
        var module = assembly.DefineDynamicModule("Sample");
        var thing = module.DefineType("Sample.Thing`1", TypeAttributes.NotPublic);
        thing.DefineGenericParameters("T");
        var visible = module.DefineType("Sample.Visible", TypeAttributes.Public);
        DefineMethod(visible, MethodAttributes.Private);
        for (var visibility = MethodAttributes.Private; visibility <= MethodAttributes.Public; visibility++)
        {
            DefineMethod(thing, visibility);
            thing.DefineField($"{visibility}Field", typeof(int), (FieldAttributes)visibility | FieldAttributes.Static);
        }

        thing.CreateType();
        visible.CreateType();
        for (var visibility = TypeAttributes.NestedPublic; visibility <= TypeAttributes.NestedFamORAssem; visibility++)
        {
            var nested = thing.DefineNestedType($"{visibility}Type", visibility);
            nested.DefineField("Innermost", typeof(int), FieldAttributes.Private);
            nested.CreateType();
        }

        using var stream = new MemoryStream();
        assembly.Save(stream);
        return stream.ToArray();
    }

    private static void DefineMethod(TypeBuilder type, MethodAttributes visibility)
    {
        var code = type.DefineMethod($"{visibility}Method", visibility | MethodAttributes.Static, typeof(int), []).GetILGenerator();
        code.Emit(OpCodes.Ldc_I4, (int)visibility);
        code.Emit(OpCodes.Ret);
    }

    private static Dictionary<string, string> Visibilities(byte[] image)
    {
        using var pe = new PEReader(new MemoryStream(image));
        var reader = pe.GetMetadataReader();
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var type in reader.TypeDefinitions.Select(reader.GetTypeDefinition))
        {
            var name = reader.GetString(type.Name);
            found[name] = (type.Attributes & TypeAttributes.VisibilityMask).ToString();
            foreach (var field in type.GetFields().Select(reader.GetFieldDefinition))
            {
                found[$"{name}.{reader.GetString(field.Name)}"] = (field.Attributes & FieldAttributes.FieldAccessMask).ToString();
            }

            foreach (var method in type.GetMethods().Select(reader.GetMethodDefinition))
            {
                found[$"{name}.{reader.GetString(method.Name)}"] = (method.Attributes & MethodAttributes.MemberAccessMask).ToString();
            }
        }

        return found;
    }

    private static List<string> MethodBodies(byte[] image)
    {
        using var pe = new PEReader(new MemoryStream(image));
        var reader = pe.GetMetadataReader();
        return [.. reader.MethodDefinitions
            .Select(handle => reader.GetMethodDefinition(handle).RelativeVirtualAddress)
            .Where(address => address != 0)
            .Select(address => Convert.ToHexString(pe.GetMethodBody(address).GetILBytes()!))];
    }
}
