using Mono.Cecil;

namespace Plrs.MLNet.Tests.Rooms;

[TestClass]
public sealed class TypeUseTests
{
    private static readonly HashSet<string> Uses =
    [
        .. TypeUse.In(ModuleDefinition.ReadModule(typeof(TypeUseTests).Assembly.Location))
            .Where(use => use.Place.Split('.')[0] == "UsingType")
            .Select(use => use.ToString()),
    ];

    [TestMethod]
    [DataRow("UsingType uses UsedBase")]
    [DataRow("UsingType uses UsedInterface")]
    [DataRow("UsingType uses UsedAttribute")]
    [DataRow("UsingType uses UsedConstraint")]
    [DataRow("UsingType uses UsedAttributeArgument")]
    [DataRow("UsingType.Field uses UsedField")]
    [DataRow("UsingType.Property uses UsedProperty")]
    [DataRow("UsingType.Event uses UsedEvent")]
    [DataRow("UsingType.Parameters uses UsedParameter")]
    [DataRow("UsingType.Parameters uses UsedReturn")]
    [DataRow("UsingType.Parameters uses UsedGeneric")]
    [DataRow("UsingType.Creation uses UsedOperand", DisplayName = "The operand of an instruction")]
    [DataRow("UsingType.Call uses UsedGenericArgument", DisplayName = "The argument of a generic method")]
    [DataRow("UsingType.Caught uses UsedException")]
    [DataRow("UsingType.Token uses UsedToken")]
    [DataRow("UsingType.Pointer uses UsedPointer")]
    [DataRow("UsingType.Lambda uses UsedInLambda")]
    [DataRow("UsingType.Iterator uses UsedInIterator")]
    [DataRow("UsingType.InLocalFunction uses UsedInLocalFunction")]
    [DataRow("UsingType.Nested.Deep uses UsedByNested")]
    [DataRow("UsingType.ByNesting uses NestingType.Inner")]
    [DataRow("UsingType.Explicit uses UsedInExplicit")]
    public void AUseIsSeenAndNamedAsInTheSource(string use) =>
        Assert.Contains(use, Uses, $"Found: {string.Join(", ", Uses.Order(StringComparer.Ordinal))}");

    [TestMethod]
    public void WhatIsNotUsedIsNotSeen() => Assert.IsEmpty(Uses.Where(use => use.EndsWith(nameof(NotUsed), StringComparison.Ordinal)));
}
